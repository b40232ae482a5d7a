"""Input properties of a resource type, as data: what is allowed, what has a default, what replaces.

A kind (`Text`, `Whole`, `Block`, ...) says which values are allowed and when two of them mean the same.
`Property` adds what the resource type makes of it. An `UNKNOWN` value passes every rule: it is checked once
it is known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, cast

from sandbox.provider.values import Unknown

_ARN: Final = re.compile(r"arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}|aws)?:.+")


@dataclass(frozen=True, slots=True)
class Failure:
    """A property that fails its check.

    Attributes:
        path: Where it lies, by wire names, e.g. `advancedEventSelectors[0].name`; empty for the whole resource.
        reason: What is wrong, as a sentence.
    """

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


class Kind(Protocol):
    """What a property's values look like."""

    def failures(self, value: Any, path: str) -> Iterator[Failure]:
        """What is wrong with a value that is neither None nor `UNKNOWN`."""
        ...

    def normal(self, value: Any) -> Any:
        """The value in a form in which equal means equal: values that mean the same are the same."""
        ...


def _or_none(value: Any) -> Any:
    """Empty, false and zero mean what leaving a value out means; where they do not, there is a default."""
    return value or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A string: `shortest`..`longest` characters, matching `pattern` whole, one of `choices`, maybe an ARN."""

    shortest: int = 0
    longest: int | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    arn: bool = False

    def failures(self, value: Any, path: str) -> Iterator[Failure]:
        """What is wrong with a value."""
        if not isinstance(value, str):
            yield Failure(path, f"must be a string, not {_kind(value)}")
        elif self.choices and value not in self.choices:
            yield Failure(path, f"must be one of {', '.join(self.choices)}, not {value!r}")
        elif len(value) < self.shortest or (self.longest is not None and len(value) > self.longest):
            longest = "" if self.longest is None else f" to {self.longest}"
            yield Failure(path, f"must have {self.shortest}{longest} characters, and has {len(value)}")
        elif self.pattern is not None and re.fullmatch(self.pattern, value) is None:
            yield Failure(path, f"must match {self.pattern}, and {value!r} does not")
        elif self.arn and _ARN.fullmatch(value) is None:
            yield Failure(path, f"must be an ARN, and {value!r} is none")

    normal = staticmethod(_or_none)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A whole number from `least` to `most`, or one of `choices`."""

    least: int | None = None
    most: int | None = None
    choices: tuple[int, ...] = ()

    def failures(self, value: Any, path: str) -> Iterator[Failure]:
        """What is wrong with a value."""
        if isinstance(value, bool) or not isinstance(value, int):
            yield Failure(path, f"must be a whole number, not {_kind(value)}")
        elif self.choices and value not in self.choices:
            yield Failure(path, f"must be one of {', '.join(map(str, self.choices))}, not {value}")
        elif (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            yield Failure(path, f"must be in the range {self.least} to {self.most}, not {value}")

    normal = staticmethod(_or_none)


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def failures(self, value: Any, path: str) -> Iterator[Failure]:
        """What is wrong with a value."""
        if not isinstance(value, bool):
            yield Failure(path, f"must be true or false, not {_kind(value)}")

    normal = staticmethod(_or_none)


@dataclass(frozen=True, slots=True)
class Json:
    """A string that holds a JSON object, such as a policy; two of them are the same when their objects are."""

    def failures(self, value: Any, path: str) -> Iterator[Failure]:
        """What is wrong with a value."""
        if not isinstance(value, str):
            yield Failure(path, f"must be a string of JSON, not {_kind(value)}")
            return
        try:
            document = json.loads(value)
        except ValueError as error:
            yield Failure(path, f"contains invalid JSON: {error}")
            return
        if not isinstance(document, dict):
            yield Failure(path, "must hold a JSON object")

    def normal(self, value: Any) -> Any:
        """The object the string holds."""
        try:
            return json.loads(value)
        except (TypeError, ValueError):
            return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """A list of one kind, with `fewest`..`most` items; in an `unordered` one the order means nothing."""

    item: Kind
    fewest: int = 0
    most: int | None = None
    unordered: bool = False

    def failures(self, value: Any, path: str) -> Iterator[Failure]:
        """What is wrong with a value."""
        if not isinstance(value, list):
            yield Failure(path, f"must be a list, not {_kind(value)}")
            return
        items = cast("list[Any]", value)
        if len(items) < self.fewest:
            yield Failure(path, f"must have at least {self.fewest} items, and has {len(items)}")
        if self.most is not None and len(items) > self.most:
            yield Failure(path, f"must have at most {self.most} items, and has {len(items)}")
        for index, item in enumerate(items):
            if not isinstance(item, Unknown):
                yield from self.item.failures(item, f"{path}[{index}]")

    def normal(self, value: Any) -> Any:
        """The items in their normal form, sorted where order means nothing; no items are no list."""
        if not isinstance(value, list):
            return value
        items = [_normal(self.item, item) for item in cast("list[Any]", value)]
        return (sorted(items, key=_written) if self.unordered else items) or None


@dataclass(frozen=True, slots=True)
class NotEmulated:
    """Whatever lies inside a nested object and the sandbox has nothing of; it must not be given."""

    def failures(self, value: Any, path: str) -> Iterator[Failure]:
        """What is wrong with a value: that there is one."""
        del value
        yield Failure(path, "is not emulated by the sandbox")

    normal = staticmethod(_or_none)


@dataclass(frozen=True, slots=True)
class MapOfText:
    """A map from strings to strings, such as tags."""

    def failures(self, value: Any, path: str) -> Iterator[Failure]:
        """What is wrong with a value."""
        if not isinstance(value, dict):
            yield Failure(path, f"must be a map, not {_kind(value)}")
            return
        for key, item in cast("dict[str, Any]", value).items():
            if not isinstance(item, (str, Unknown)):
                yield Failure(f"{path}.{key}", f"must be a string, not {_kind(item)}")

    normal = staticmethod(_or_none)


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One input property.

    Attributes:
        kind: What its values look like.
        required: Whether it must be given.
        default: Taken when it is not given.
        replaces: Whether a change replaces the resource.
        computed: Whether leaving it out means "keep what AWS has" rather than "take it away".
        conflicts: Names of properties that must not be given with it.
    """

    kind: Kind
    required: bool = False
    default: Any = None
    replaces: bool = False
    computed: bool = False
    conflicts: tuple[str, ...] = ()


Properties = Mapping[str, Property]


@dataclass(frozen=True, slots=True)
class Block:
    """A nested object with named properties."""

    properties: Properties = field(default_factory=dict[str, Property])

    def failures(self, value: Any, path: str) -> Iterator[Failure]:
        """What is wrong with a value."""
        if not isinstance(value, dict):
            yield Failure(path, f"must be an object, not {_kind(value)}")
            return
        yield from object_failures(self.properties, cast("dict[str, Any]", value), path)

    def normal(self, value: Any) -> Any:
        """The object with its defaults, each value in its normal form; an object of nothing is none."""
        if not isinstance(value, dict):
            return value
        document = with_defaults(self.properties, cast("dict[str, Any]", value))
        members = {
            key: _normal(self.properties[key].kind, item) if key in self.properties else item
            for key, item in document.items()
        }
        return {key: item for key, item in members.items() if item is not None} or None


def object_failures(properties: Properties, values: Mapping[str, Any], path: str = "") -> Iterator[Failure]:
    """Check named values against their properties: unknown names, missing ones, conflicts, and each value."""
    dot = f"{path}." if path else ""
    for name, value in values.items():
        if name not in properties:
            yield Failure(
                f"{dot}{name}", f"is not a known property; there are {', '.join(sorted(properties))}"
            )
        elif value is not None and not isinstance(value, Unknown):
            yield from properties[name].kind.failures(value, f"{dot}{name}")
    for name, prop in properties.items():
        given = values.get(name) is not None
        if prop.required and not given:
            yield Failure(f"{dot}{name}", "is required and missing")
        for other in prop.conflicts:
            if given and values.get(other) is not None:
                yield Failure(f"{dot}{name}", f"conflicts with {other}: give one of them")


def with_defaults(properties: Properties, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are given, plus the defaults of those that are not."""
    defaults = {name: prop.default for name, prop in properties.items() if prop.default is not None}
    return defaults | {name: value for name, value in values.items() if value is not None}


def same(prop: Property, old: Any, new: Any) -> bool:
    """Whether two values of a property mean the same; an unknown one may always mean something else."""
    return _normal(prop.kind, old) == _normal(prop.kind, new)


def _written(value: Any) -> str:
    # With its keys sorted: objects that are equal may hold theirs in another order, as those off the wire do.
    return json.dumps(value, sort_keys=True, default=repr)


def _normal(kind: Kind, value: Any) -> Any:
    if isinstance(value, Unknown):
        return object()  # equal to nothing
    return value if value is None else kind.normal(value)


def _kind(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "a list" if isinstance(value, list) else "an object"
    return repr(value)
