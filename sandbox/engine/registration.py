"""What a program asked of the engine, as values that compare, sort and print.

A `Registration` is the program's own request, before any provider rule or default: comparing two of them
compares two programs, not two clouds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from sandbox.engine.wire import Secret
from sandbox.provider.values import Unknown


class Operation(StrEnum):
    """What a run did, or in a preview would do, with a resource."""

    CREATE = "create"
    UPDATE = "update"
    SAME = "same"
    REPLACE = "replace"
    READ = "read"
    IMPORT = "import"
    DELETE = "delete"
    FORGET = "forget"
    """Dropped from the state and left in AWS: its registration had `retain_on_delete`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One resource, as the program registered or read it.

    Attributes:
        urn: Its name in the stack.
        type: Its type token, e.g. `aws:s3/bucket:Bucket`.
        name: The name the program gave it.
        parent: The parent's URN; empty for the stack.
        custom: Whether a provider manages it; components and the stack are not custom.
        inputs: Its inputs by wire name (camelCase). Secrets are `Secret`, unknown values `UNKNOWN`.
        dependencies: URNs it waits for, sorted.
        property_dependencies: For each input, the URNs its value comes from, sorted; inputs without any are left out.
        provider: URN of the explicit provider it is managed by; empty for the default one.
        providers: For a component, the explicit providers its children inherit, by package.
        protect: Whether deletion is refused.
        retain_on_delete: Whether deletion leaves it in AWS; a child inherits it from its parent.
        delete_before_replace: Whether a replacement deletes first.
        ignore_changes: Input paths whose changes are not acted on.
        replace_on_changes: Input paths whose changes replace.
        additional_secret_outputs: Outputs that are secret whatever their inputs.
        aliases: URNs it was known by before, sorted.
        timeouts: Custom timeouts by operation.
        import_id: The id it is imported from, or empty.
        read_id: The id it is read by, or empty; a resource that is read is never changed.
        operation: What was done, or in a preview would be done; None for what no provider manages.
    """

    urn: str
    type: str
    name: str
    parent: str
    custom: bool
    inputs: Mapping[str, Any]
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    provider: str = ""
    providers: Mapping[str, str] = field(default_factory=dict[str, str])
    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool | None = None
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    timeouts: Mapping[str, str] = field(default_factory=dict[str, str])
    import_id: str = ""
    read_id: str = ""
    operation: Operation | None = None

    def to_document(self) -> dict[str, Any]:
        """The registration as JSON, for snapshots and reports: only what is set; secrets and unknowns marked."""
        document: dict[str, Any] = {"urn": self.urn, "type": self.type, "name": self.name}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if name not in document and name != "operation" and (value or name == "custom"):
                document[name] = _shown(value)
        if self.operation is not None:
            document["operation"] = self.operation.value
        return document


def _shown(value: Any) -> Any:
    if isinstance(value, Unknown):
        return str(value)
    if isinstance(value, Secret):
        return "<secret>"
    if isinstance(value, Mapping):
        return {key: _shown(item) for key, item in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [_shown(item) for item in cast("list[Any]", value)]
    return value
