"""What a report is made of: claims, coverage, stores, events, what was set aside, and the counts."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    NonNegativeInt,
    model_validator,
)
from pydantic.alias_generators import to_camel

from verify.report.text import encodable
from verify.verdict import Verdict

_Value = TypeVar("_Value")


def _writable(value: object) -> object:
    return encodable(value) if isinstance(value, str) else value


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:  # pydantic takes only a ValueError for a wrong value
        raise ValueError("no calendar has this time in UTC") from error


def _by_key(items: dict[str, _Value]) -> dict[str, _Value]:
    return dict(sorted(items.items()))


def _requirements_in_order(items: tuple["Requirement", ...]) -> tuple["Requirement", ...]:
    return tuple(sorted(items, key=lambda one: (one.standard, one.id)))


Text = Annotated[str, BeforeValidator(_writable)]
"""Any text; what UTF-8 cannot hold is escaped, so that a report can always be written."""

Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
"""A moment, with its time zone; written in UTC."""


class Part(BaseModel):
    """What every part of a report has in common: camelCase in JSON, strict, unknown keys refused, frozen."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        strict=True,
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )


class Tool(Part):
    """What wrote the report."""

    name: Text
    version: Text


class Window(Part):
    """The time that was looked at: from `start` up to, and without, `end`."""

    start: Instant
    end: Instant

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.end < self.start:
            raise ValueError("window: end is before start")
        return self


class Subject(Part):
    """What was verified."""

    account: Text
    """The account whose record this is; of an organization, its management account."""
    partition: Text
    organization_id: Text | None = None
    regions: tuple[Text, ...]
    """The Regions where events are expected."""
    event_sources: tuple[Text, ...]
    """The services whose events count, e.g. `appmesh.amazonaws.com`."""


class Severity(StrEnum):
    """How much it matters when a claim does not hold."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFORMATIONAL = "informational"


class Evidence(Part):
    """One fact that a claim rests on."""

    label: Text
    value: Text


class Requirement(Part):
    """One control of a standard that a claim helps to meet."""

    standard: Text
    """The standard with its edition, e.g. `CIS AWS Foundations 5.0`."""
    id: Text


class Waiver(Part):
    """A risk that somebody accepts for a while: the claim stays as it is, and does not count in the verdict."""

    reason: Text
    owner: Text
    """Who accepts it."""
    expires: Instant
    """Until when; afterwards the claim counts again."""


class Claim(Part):
    """One statement about the record, and whether it holds."""

    id: Text
    """What was claimed, stable over time, e.g. `landing.complete`."""
    title: Text
    verdict: Verdict
    severity: Severity
    account: Text | None = None
    region: Text | None = None
    store: Text | None = None
    """The id of the store it is about."""
    subject: Text | None = None
    """The ARN it is about."""
    summary: Text
    """What was found, one or two sentences."""
    evidence: tuple[Evidence, ...] = ()
    remedy: Text | None = None
    """What to do; every failed claim has one."""
    reason: Text | None = None
    """Why it could not be verified, or does not apply, and what would settle it."""
    requirements: Annotated[tuple[Requirement, ...], AfterValidator(_requirements_in_order)] = ()
    """The controls of standards that it maps to."""
    waiver: Waiver | None = None
    """Why, and by whom, it is accepted as it is."""

    @model_validator(mode="after")
    def _says_what_it_must(self) -> Self:
        if self.verdict is Verdict.FAIL and not self.remedy:
            raise ValueError(f"claim {self.id}: FAIL needs a remedy")
        if self.verdict in {Verdict.UNVERIFIABLE, Verdict.NOT_APPLICABLE} and not self.reason:
            raise ValueError(f"claim {self.id}: {self.verdict} needs a reason")
        return self


class Coverage(Part):
    """How many events of one name, account and Region one store holds."""

    event_name: Text
    account: Text
    region: Text
    store: Text
    landed: NonNegativeInt
    """Events found there, on time or late."""
    expected: bool
    """Whether at least one should be there."""
    captured: bool = False
    """Whether the store's selectors, scope and Region take such an event, seen or not."""


class StoreKind(StrEnum):
    """The kinds of places where events land."""

    EVENT_HISTORY = "event-history"
    TRAIL_BUCKET = "trail-bucket"
    EVENT_DATA_STORE = "event-data-store"
    LOG_GROUP = "log-group"
    ATHENA = "athena"


class Read(Part):
    """How much of a store was read."""

    count: NonNegativeInt
    unit: Text
    """`objects` or `pages`."""


class Delays(Part):
    """How long events took from their event time until they were there, in seconds."""

    p50: FiniteFloat
    p95: FiniteFloat
    p99: FiniteFloat
    max: FiniteFloat


class Store(Part):
    """One place where events land."""

    id: Text
    """The name that claims, coverage, events and counts use for it."""
    kind: StoreKind
    title: Text
    """Its name for people."""
    location: Text
    """A bucket with its prefix, or an ARN."""
    read: Read
    delays: Delays | None = None
    """Absent when the store does not tell when an event arrived."""


class LandingStatus(StrEnum):
    """What became of one event in one store."""

    LANDED = "landed"
    LATE = "late"
    MISSING = "missing"
    DUPLICATED = "duplicated"
    ALTERED = "altered"
    NOT_EXPECTED = "not-expected"
    """By its selectors, scope or retention the store need not hold it."""
    UNKNOWN = "unknown"
    """The store could not be read completely, so absence proves nothing."""


class Landing(Part):
    """One event in one store."""

    status: LandingStatus
    arrived_at: Instant | None = None
    delay_seconds: FiniteFloat | None = None
    location: Text | None = None
    """The object, page or query that held it."""
    detail: Text | None = None
    """What is wrong, e.g. which fields were altered."""


class ReportedEvent(Part):
    """One event: who did what to which mesh, when, from where, and where it landed."""

    event_id: Text
    event_time: Instant
    event_name: Text
    event_source: Text
    account: Text
    region: Text
    who: Text
    """The person, role or service, as far as the record names it."""
    identity_kind: Text
    mesh: Text | None = None
    resource: Text | None = None
    """What inside the mesh it was about, e.g. `virtualNode/orders`."""
    source_ip: Text | None = None
    user_agent: Text | None = None
    error_code: Text | None = None
    read_only: bool | None = None
    """Absent when the record does not say."""
    stores: Annotated[dict[Text, Landing], AfterValidator(_by_key)]
    """Store id to what became of the event there."""


class Retention(Part):
    """Until when a store keeps the App Mesh events of one account and Region."""

    store: Text
    account: Text
    region: Text
    days: NonNegativeInt | None = None
    """How long each is kept from its event time, in days; absent when it is kept without end."""
    rule: Text
    """What decides it, e.g. `Event history`, `lifecycle rule expire`, `retention period`."""
    oldest_event: Instant | None = None
    oldest_kept_until: Instant | None = None
    newest_event: Instant | None = None
    newest_kept_until: Instant | None = None
    protected_until: Instant | None = None
    """Until when nobody can delete the newest (Object Lock); absent when somebody could."""


class Fading(Part):
    """An event that only Event history still holds, and the day on which it disappears."""

    event_id: Text
    event_time: Instant
    event_name: Text
    account: Text
    region: Text
    disappears: Instant


class SetAside(Part):
    """Something that could not be read as a record, kept apart with the reason; counted as well."""

    store: Text
    location: Text
    reason: Text
    excerpt: Text = ""


class StoreCounts(Part):
    """Records in and out of one store."""

    store: Text
    records_in: NonNegativeInt
    kept: NonNegativeInt
    set_aside: NonNegativeInt
    set_aside_by: Annotated[dict[Text, NonNegativeInt], AfterValidator(_by_key)] = Field(default_factory=dict)
    """How many for which reason: another event source, outside of the window, unreadable, ..."""

    @model_validator(mode="after")
    def _loses_nothing(self) -> Self:
        if self.set_aside_by and sum(self.set_aside_by.values()) != self.set_aside:
            raise ValueError(f"counts of {self.store}: setAsideBy does not add up to {self.set_aside}")
        if self.records_in != self.kept + self.set_aside:
            raise ValueError(
                f"counts of {self.store}: {self.records_in} in, but {self.kept} kept + {self.set_aside} set aside"
            )
        return self


class Counts(Part):
    """Records in = kept + set aside, in all and by store.

    Set aside are records that are not asked for and records that nobody could read; an object that could
    not be read counts as one.
    """

    records_in: NonNegativeInt
    kept: NonNegativeInt
    set_aside: NonNegativeInt
    by_store: tuple[StoreCounts, ...]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.records_in != self.kept + self.set_aside:
            raise ValueError(
                f"counts: {self.records_in} in, but {self.kept} kept + {self.set_aside} set aside"
            )
        for name in ("records_in", "kept", "set_aside"):
            total, parts = getattr(self, name), sum(getattr(row, name) for row in self.by_store)
            if total != parts:
                raise ValueError(f"counts: {to_camel(name)} is {total}, its stores add up to {parts}")
        return self
