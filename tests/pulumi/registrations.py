"""What the sandbox's engine and Pulumi's own were told to make, in one form, so that they compare."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sandbox.engine.urn import PROVIDER_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.engine.run import ProgramRun

DEFAULT_PROVIDER = re.compile(r"pulumi:providers:aws::default_[\d_]+(::|$)")
MADE_UP = (
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",  # ids of keys, stores, providers
    r"\br-[0-9a-z]{4}\b",  # the organization's root
    r"\bou-[0-9a-z]{4}-[0-9a-z]+",
    r"http://127\.0\.0\.1:\d+",
)


def lasting(text: str) -> str:
    """A text without what is made up anew each time."""
    for pattern in MADE_UP:
        text = re.sub(pattern, "<made up>", text)
    return text


def told(document: Mapping[str, Any]) -> dict[str, Any]:
    """What is compared of a resource: all that is set and is not made up anew each time."""
    return json.loads(
        lasting(json.dumps({key: value for key, value in document.items() if value}, sort_keys=True))
    )


def by_pulumi(state: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The resources in a state of Pulumi's, by URN; default providers are the engine's own: nobody registers them."""
    return {
        lasting(one["urn"]): told(
            {
                "type": one["type"],
                "custom": one["custom"],
                "parent": one.get("parent"),
                "inputs": inputs(one["type"], one.get("inputs") or {}),
                "dependencies": sorted(one.get("dependencies") or ()),
                "propertyDependencies": dependencies(one.get("propertyDependencies") or {}),
                "provider": "" if DEFAULT_PROVIDER.search(one.get("provider", "")) else one.get("provider"),
                "protect": one.get("protect"),
                "retainOnDelete": one.get("retainOnDelete"),
                "additionalSecretOutputs": sorted(one.get("additionalSecretOutputs") or ()),
            }
        )
        for one in state
        if not DEFAULT_PROVIDER.search(one["urn"])
    }


def by_the_sandbox(run: ProgramRun) -> dict[str, dict[str, Any]]:
    """The same of the sandbox's engine: what was registered, with the inputs as the provider completed them."""
    return {
        lasting(one.urn): told(
            {
                "type": one.type,
                "custom": one.custom,
                "parent": one.parent,
                "inputs": inputs(
                    one.type, run.state.resources[one.urn].inputs if one.custom else dict(one.inputs)
                ),
                "dependencies": sorted(one.dependencies),
                "propertyDependencies": dependencies(one.property_dependencies),
                "provider": one.provider,
                "protect": one.protect,
                "retainOnDelete": one.retain_on_delete,
                "additionalSecretOutputs": sorted(one.additional_secret_outputs),
            }
        )
        for one in run.registrations
    }


def inputs(type_token: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A resource's inputs; of a provider, whose secrets Pulumi encrypts, only their names."""
    if type_token.startswith(PROVIDER_PREFIX):
        return dict.fromkeys(sorted(values.keys() - {"version", "__internal"}), "given")
    return {key: value for key, value in values.items() if value is not None}


def dependencies(found: Mapping[str, Any]) -> dict[str, list[str]]:
    """Which inputs come from which resources; those that come from none are left out."""
    return {key: sorted(urns) for key, urns in found.items() if urns}
