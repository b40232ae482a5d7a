"""Event selectors as values, classic and advanced, and their form on the CloudTrail API.

`from_api` reads what GetEventSelectors, GetEventDataStore and a manifest hold; `to_api` writes what
PutEventSelectors and CreateEventDataStore take. The names follow the API reference, in snake case:
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import Enum, StrEnum
from typing import Any, Final

from cloudtrail.selectors.wire import MalformedSelector, a_list, a_string, an_object, quoted, strings


class Destination(Enum):
    """Where events are sent. What a selector may say depends on it."""

    TRAIL = "trail"
    EVENT_DATA_STORE = "event data store"

    @property
    def phrase(self) -> str:
        """With its article: `a trail`, `an event data store`."""
        return f"an {self.value}" if self is Destination.EVENT_DATA_STORE else f"a {self.value}"


class ReadWriteType(StrEnum):
    """Which events a classic selector takes, by their `readOnly` flag. CloudTrail's default is `All`."""

    ALL = "All"
    READ_ONLY = "ReadOnly"
    WRITE_ONLY = "WriteOnly"


@dataclass(frozen=True, slots=True)
class Operator:
    """One of the six ways a condition compares a field with a value.

    Attributes:
        attribute: Its name on `FieldSelector`.
        wire: Its name on the API.
        negative: Whether it drops what it matches (DESELECT) instead of taking it (SELECT).
    """

    attribute: str
    wire: str
    negative: bool

    @property
    def path(self) -> str:
        """Its name in a path such as `advancedEventSelectors[0].fieldSelectors[2].notEquals`."""
        return self.wire[0].lower() + self.wire[1:]

    def compare(self, actual: str, value: str) -> bool:
        """Whether a field's text stands in this relation to a value; `negative` is the caller's to apply."""
        if self.wire.endswith("StartsWith"):
            return actual.startswith(value)
        if self.wire.endswith("EndsWith"):
            return actual.endswith(value)
        return actual == value


OPERATORS: Final = (
    Operator("equals", "Equals", negative=False),
    Operator("starts_with", "StartsWith", negative=False),
    Operator("ends_with", "EndsWith", negative=False),
    Operator("not_equals", "NotEquals", negative=True),
    Operator("not_starts_with", "NotStartsWith", negative=True),
    Operator("not_ends_with", "NotEndsWith", negative=True),
)
"""Every operator CloudTrail knows: three that select, three that deselect."""

_FIELD_SELECTOR_KEYS: Final = frozenset({"Field", *(operator.wire for operator in OPERATORS)})
_ADVANCED_KEYS: Final = frozenset({"Name", "FieldSelectors"})
_CLASSIC_KEYS: Final = frozenset(
    {"ReadWriteType", "IncludeManagementEvents", "DataResources", "ExcludeManagementEventSources"}
)
_DATA_RESOURCE_KEYS: Final = frozenset({"Type", "Values"})


@dataclass(frozen=True, slots=True)
class FieldSelector:
    """The conditions on one field of an event.

    Attributes:
        field: The field, as CloudTrail names it: `eventCategory`, `readOnly`, `resources.ARN`, ...
        equals: Values the field must be equal to; as for all six, at least one of them.
        not_equals: Values the field must not be equal to; as for all negative ones, none of them.
        starts_with: Prefixes.
        not_starts_with: Prefixes the field must not have.
        ends_with: Suffixes.
        not_ends_with: Suffixes the field must not have.
    """

    field: str
    _: KW_ONLY
    equals: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    not_starts_with: tuple[str, ...] = ()
    ends_with: tuple[str, ...] = ()
    not_ends_with: tuple[str, ...] = ()

    def values(self, operator: Operator) -> tuple[str, ...]:
        """What this condition lists under one operator; empty when the operator is not used."""
        listed: tuple[str, ...] = getattr(self, operator.attribute)
        return listed

    def to_api(self) -> dict[str, Any]:
        """The form the API takes. Operators that are not used are left out: CloudTrail refuses empty lists."""
        return {"Field": self.field} | {
            operator.wire: list(self.values(operator)) for operator in OPERATORS if self.values(operator)
        }

    @classmethod
    def from_api(cls, document: object, *, path: str = "FieldSelectors[0]") -> FieldSelector:
        """Read one field selector of the API.

        Raises:
            MalformedSelector: It cannot be read; `path` says where in the document.
        """
        keys = an_object(document, path, known=_FIELD_SELECTOR_KEYS)
        return cls(
            a_string(keys.get("Field"), f"{path}.Field"),
            **{
                operator.attribute: strings(keys.get(operator.wire), f"{path}.{operator.wire}")
                for operator in OPERATORS
            },
        )


@dataclass(frozen=True, slots=True)
class AdvancedEventSelector:
    """One advanced event selector: it takes the events on which all its field selectors hold.

    Attributes:
        name: For people only; it decides nothing. Empty means none.
        field_selectors: The conditions, one per field.
    """

    name: str = ""
    field_selectors: tuple[FieldSelector, ...] = ()

    def to_api(self) -> dict[str, Any]:
        """The form the API takes; an empty name is left out."""
        named = {"Name": self.name} if self.name else {}
        return named | {"FieldSelectors": [conditions.to_api() for conditions in self.field_selectors]}

    @classmethod
    def from_api(cls, document: object, *, path: str = "AdvancedEventSelectors[0]") -> AdvancedEventSelector:
        """Read one advanced event selector of the API.

        Raises:
            MalformedSelector: It cannot be read; `path` says where in the document.
        """
        keys = an_object(document, path, known=_ADVANCED_KEYS)
        name = keys.get("Name")
        fields = a_list(keys.get("FieldSelectors"), f"{path}.FieldSelectors")
        return cls(
            "" if name is None else a_string(name, f"{path}.Name"),
            tuple(
                FieldSelector.from_api(item, path=f"{path}.FieldSelectors[{index}]")
                for index, item in enumerate(fields)
            ),
        )


@dataclass(frozen=True, slots=True)
class DataResource:
    """What data events a classic selector takes: a resource type and the ARNs, or starts of ARNs, of it.

    Attributes:
        type: `AWS::S3::Object`, `AWS::Lambda::Function` or `AWS::DynamoDB::Table`.
        values: ARNs. No values select nothing.
    """

    type: str
    values: tuple[str, ...] = ()

    def to_api(self) -> dict[str, Any]:
        """The form the API takes."""
        return {"Type": self.type, "Values": list(self.values)}

    @classmethod
    def from_api(cls, document: object, *, path: str = "DataResources[0]") -> DataResource:
        """Read one data resource of the API.

        Raises:
            MalformedSelector: It cannot be read; `path` says where in the document.
        """
        keys = an_object(document, path, known=_DATA_RESOURCE_KEYS)
        return cls(a_string(keys.get("Type"), f"{path}.Type"), strings(keys.get("Values"), f"{path}.Values"))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSelector:
    """One classic ("basic") event selector. Only a trail can have them. The defaults are CloudTrail's own.

    Attributes:
        read_write_type: Whether it takes reads, writes or both; it applies to data events too.
        include_management_events: Whether it takes management events at all.
        exclude_management_event_sources: Event sources whose management events it leaves out.
        data_resources: The data events it takes.
    """

    read_write_type: ReadWriteType = ReadWriteType.ALL
    include_management_events: bool = True
    exclude_management_event_sources: tuple[str, ...] = ()
    data_resources: tuple[DataResource, ...] = ()

    def to_api(self) -> dict[str, Any]:
        """The form the API takes, every key spelled out as GetEventSelectors does."""
        return {
            "ReadWriteType": self.read_write_type.value,
            "IncludeManagementEvents": self.include_management_events,
            "DataResources": [resource.to_api() for resource in self.data_resources],
            "ExcludeManagementEventSources": list(self.exclude_management_event_sources),
        }

    @classmethod
    def from_api(cls, document: object, *, path: str = "EventSelectors[0]") -> EventSelector:
        """Read one classic event selector of the API; what it leaves out has CloudTrail's default.

        Raises:
            MalformedSelector: It cannot be read; `path` says where in the document.
        """
        keys = an_object(document, path, known=_CLASSIC_KEYS)
        include = keys.get("IncludeManagementEvents")
        if include is not None and not isinstance(include, bool):
            raise MalformedSelector(
                f"{path}.IncludeManagementEvents", f"true or false is expected, not {quoted(include)}"
            )
        resources = a_list(keys.get("DataResources"), f"{path}.DataResources")
        return cls(
            read_write_type=_read_write_type(keys.get("ReadWriteType"), f"{path}.ReadWriteType"),
            include_management_events=include is not False,
            exclude_management_event_sources=strings(
                keys.get("ExcludeManagementEventSources"), f"{path}.ExcludeManagementEventSources"
            ),
            data_resources=tuple(
                DataResource.from_api(item, path=f"{path}.DataResources[{index}]")
                for index, item in enumerate(resources)
            ),
        )


def _read_write_type(value: object, path: str) -> ReadWriteType:
    if value is None:
        return ReadWriteType.ALL
    try:
        return ReadWriteType(a_string(value, path))
    except ValueError:
        raise MalformedSelector(
            path,
            f"{quoted(value)} is not a read/write type",
            remedy=f"Use one of {', '.join(ReadWriteType)}.",
        ) from None
