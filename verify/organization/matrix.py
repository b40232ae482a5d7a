"""The account by Region matrix of an organization: in each cell, whether an event would be recorded.

Rows are made by the survey of each account, and the document (`verify.organization.document`) keeps them as they are:
what is a dataclass here is an object of the JSON there, with the same names in camelCase.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final, Literal

from pydantic import ConfigDict, NonNegativeInt
from pydantic.alias_generators import to_camel

from verify.report.parts import Instant, Text, Waiver

_STRICT: Final = ConfigDict(
    alias_generator=to_camel,
    validate_by_name=True,
    validate_by_alias=True,
    strict=True,
    extra="forbid",
    revalidate_instances="always",
    use_attribute_docstrings=True,
    json_schema_serialization_defaults_required=True,
)


class CellState(StrEnum):
    """What would become of an event in one account and Region."""

    CAUGHT = "caught"
    """A trail or store that is on and delivers would record it, and none that happened is missing."""
    LOST = "lost"
    """Nothing would record it, an event of the window is in no lasting store, or the delivery fails."""
    UNKNOWN = "unknown"
    """It could not be told: the account was not reached, or an answer was refused."""
    NOT_ENABLED = "not-enabled"
    """The Region is not enabled in this account, so no event can happen there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catcher:
    """A trail or event data store that would record an event of a cell."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    kind: Literal["trail", "event-data-store"]
    arn: Text
    organization: bool
    """Whether it belongs to the whole organization and not to this account alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One account in one Region."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    region: Text
    state: CellState
    catchers: tuple[Catcher, ...] = ()
    """What would record an event here, by ARN."""
    seen: NonNegativeInt | None = None
    """Events in Event history in the window; absent when it was not read."""
    landed: NonNegativeInt | None = None
    """How many of these a lasting store holds; absent when none was looked at."""
    why: Text = ""
    """What makes it so; every cell that is lost or unknown says it."""
    remedy: Text = ""
    """What to do; every cell that is lost has one."""
    waiver: Waiver | None = None
    """Who accepts that the cell is lost or unknown, and until when; it does not count in the verdict then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One account of the organization with its cells."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    id: Text
    name: Text
    state: Text
    """`ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE`, `PENDING_ACTIVATION` or `CLOSED`, as AWS Organizations says."""
    units: tuple[Text, ...]
    """The ids of what is above it, outermost first: the root, then organizational units."""
    joined_at: Instant | None = None
    reached: bool
    """Whether the verifier's role could be assumed."""
    why: Text = ""
    """Why it could not be reached."""
    remedy: Text = ""
    waiver: Waiver | None = None
    """Who accepts that it could not be reached, and until when; it does not count in the verdict then."""
    cells: tuple[Cell, ...] = ()
    """One for each Region of the matrix; an account that could not be reached may have none."""
