"""Questions to AWS through the provider, whose refusals the program can tell in words.

The generated `..._output` functions turn a refusal into an error nobody can catch, which Pulumi shows with a traceback,
and the others block the event loop. So questions are asked by token and awaited.
"""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from cloudtrail.errors import MeshtrailError


class NotAnswered(MeshtrailError, pulumi.RunError):
    """What the program has to know before it makes anything is not to be had. Shown without a traceback."""


async def ask(
    function: str,
    arguments: Mapping[str, Any],
    *,
    parent: pulumi.Resource,
    provider: aws.Provider | None = None,
) -> dict[str, Any]:
    """Call a function of the provider.

    Args:
        function: Its token.
        arguments: Its arguments, by the names the provider has for them.
        parent: Whose provider is asked, unless another is given.
        provider: The one to ask.

    Raises:
        LookupError: with what the provider said, when it refuses.
    """
    options = pulumi.InvokeOptions(parent=parent, provider=provider)
    try:
        return await pulumi.runtime.invoke_async(function, dict(arguments), options)
    except Exception as error:  # the SDK raises bare Exception for whatever a provider answers
        raise LookupError(str(error)) from error
