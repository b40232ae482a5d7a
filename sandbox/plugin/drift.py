"""What a resource is now, beside what was known of it: for Pulumi's refresh.

Drift, to the engine, is what the inputs it knew would change of what was read: it asks `Diff` for that, so an output
that no input decides is none. What means the same is told in the words it was known in, so that the state changes with
AWS alone, and the inputs follow what AWS has, as in the real provider's own refresh.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.provider.properties import Properties, same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.provider.resource_type import Values


def inputs_now(properties: Properties, before: Mapping[str, Any], found: Mapping[str, Any]) -> Values:
    """The inputs with which a program would want the resource as it is.

    An input that was given follows what AWS has. One that was not appears where AWS has something else than leaving
    it out would give: tags that somebody added, say.

    Args:
        properties: The resource type's inputs.
        before: The inputs as last known; empty for a resource never seen.
        found: The outputs as read.
    """
    inputs: Values = {key: value for key, value in before.items() if key not in properties}
    for key, prop in properties.items():
        given, now = before.get(key), found.get(key)
        if given is not None and (key not in found or same(prop, given, now)):
            inputs[key] = given
        elif now is not None and (given is not None or not (prop.computed or same(prop, prop.default, now))):
            inputs[key] = now
    return inputs
