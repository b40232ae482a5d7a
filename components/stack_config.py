"""The whole configuration of the running stack, which Pulumi's own API only gives key by key."""

from typing import Any

from pulumi.runtime import get_config_env
from pulumi.runtime.config import CONFIG


def stack_config() -> dict[str, Any]:
    """Every `namespace:key` of the stack, secrets in plain text.

    All of it is needed: only who sees every key can say that one of them is misspelt. As in the SDK, what was
    set in the process goes before what the CLI put into the environment.
    """
    return {**get_config_env(), **CONFIG.get()}
