"""What the last run left behind: the engine's memory between runs.

Kept in a plain JSON file when asked to. Secrets are marked in it but not encrypted: it is the sandbox's
state, of things that do not exist.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sandbox.engine import wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_SCHEMA: Final = "meshtrail/sandbox-state/v1"


@dataclass(slots=True, kw_only=True)
class ResourceState:
    """One resource as the last run left it.

    Attributes:
        urn: Its URN.
        type: Its type token.
        id: Its id in AWS.
        inputs: Its inputs after the provider's check, secrets taken off.
        outputs: Its outputs, secrets taken off.
        provider: Reference of its explicit provider, or empty.
        dependencies: URNs it depends on, its parent included.
        protect: Whether it may be deleted.
        retain_on_delete: Whether deletion leaves it in AWS.
        secret_outputs: Names of the outputs that are secret.
        external: Whether it was only read: never changed, never deleted.
        incomplete: Whether its last create or update ended half way, and the outputs say what was wanted.
    """

    urn: str
    type: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    provider: str = ""
    dependencies: list[str] = field(default_factory=list[str])
    protect: bool = False
    retain_on_delete: bool = False
    secret_outputs: list[str] = field(default_factory=list[str])
    external: bool = False
    incomplete: bool = False


class StackState:
    """The resources of one stack, in the order in which they were made, and what is still to be deleted."""

    def __init__(self) -> None:
        self.resources: dict[str, ResourceState] = {}
        self.replaced: list[ResourceState] = []
        """Resources that were replaced and are not deleted yet."""

    def newest_first(self) -> Iterator[ResourceState]:
        """Every resource, each before all that it was made after."""
        return reversed(list(self.resources.values()))

    def copy(self) -> StackState:
        """A state of its own, for a preview to play with."""
        return StackState.from_document(self.to_document())

    def to_document(self) -> dict[str, Any]:
        """The state as JSON."""
        return {
            "schema": _SCHEMA,
            "resources": [_to_json(state) for state in self.resources.values()],
            "replaced": [_to_json(state) for state in self.replaced],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> StackState:
        """Read a state from JSON.

        Raises:
            ValueError: when the JSON is something else.
        """
        if document.get("schema") != _SCHEMA:
            raise ValueError(f"not a {_SCHEMA} document")
        state = cls()
        for entry in document["resources"]:
            resource = _from_json(entry)
            state.resources[resource.urn] = resource
        state.replaced = [_from_json(entry) for entry in document["replaced"]]
        return state

    def save(self, file: Path) -> None:
        """Write the state to a file, at once or not at all."""
        draft = file.with_suffix(f"{file.suffix}.new")
        draft.write_text(json.dumps(self.to_document(), indent=2, sort_keys=True), encoding="utf-8")
        draft.replace(file)

    @classmethod
    def load(cls, file: Path) -> StackState:
        """Read the state a run saved; a missing file is the state of a stack that never ran."""
        if not file.exists():
            return cls()
        return cls.from_document(json.loads(file.read_text(encoding="utf-8")))


def _to_json(state: ResourceState) -> dict[str, Any]:
    return {key: wire.encode(value) for key, value in asdict(state).items()}


def _from_json(entry: Mapping[str, Any]) -> ResourceState:
    return ResourceState(**{key: wire.decode(value) for key, value in entry.items()})
