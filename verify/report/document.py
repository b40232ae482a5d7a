"""The report: one document that holds everything a verification found.

Its JSON is the truth; the terminal, the HTML page and every other format are rendered from it and add
nothing. The same evidence gives the same bytes: lists have one order, times are UTC, and nothing is taken
from the machine that writes it.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from verify.report.parts import (
    Claim,
    Counts,
    Coverage,
    Fading,
    Instant,
    ReportedEvent,
    Retention,
    SetAside,
    Store,
    Subject,
    Tool,
    Window,
)
from verify.report.written import ClaimsInOrder, Written
from verify.verdict import Verdict, overall

SCHEMA: Final = "meshtrail/report/v1"


def _coverage_in_order(coverage: tuple[Coverage, ...]) -> tuple[Coverage, ...]:
    return tuple(
        sorted(coverage, key=lambda c: (c.event_name, c.account, c.region, c.store, c.landed, c.expected))
    )


def _stores_in_order(stores: tuple[Store, ...]) -> tuple[Store, ...]:
    return tuple(sorted(stores, key=lambda store: store.id))


def _events_in_order(events: tuple[ReportedEvent, ...]) -> tuple[ReportedEvent, ...]:
    return tuple(sorted(events, key=lambda e: (e.event_time, e.event_id, e.account, e.region, e.event_name)))


def _set_aside_in_order(items: tuple[SetAside, ...]) -> tuple[SetAside, ...]:
    return tuple(sorted(items, key=lambda item: (item.store, item.location, item.reason, item.excerpt)))


def _retention_in_order(items: tuple[Retention, ...]) -> tuple[Retention, ...]:
    return tuple(sorted(items, key=lambda item: (item.account, item.region, item.store)))


def _fading_in_order(items: tuple[Fading, ...]) -> tuple[Fading, ...]:
    return tuple(sorted(items, key=lambda item: (item.disappears, item.event_id)))


class Report(Written):
    """What a verification found. Lists may be given in any order; the report puts them in its own."""

    written_as: ClassVar = SCHEMA
    written_by: ClassVar = "Give a report.json that `meshtrail verify --output json` wrote, unedited."

    schema_version: Literal["meshtrail/report/v1"] = Field(default=SCHEMA, alias="schema")
    """Which document this is."""
    tool: Tool
    generated_at: Instant
    verdict: Verdict
    """The worst verdict of the claims that no waiver accepts."""
    window: Window
    subject: Subject
    counts: Counts
    claims: ClaimsInOrder
    stores: Annotated[tuple[Store, ...], AfterValidator(_stores_in_order)]
    coverage: Annotated[tuple[Coverage, ...], AfterValidator(_coverage_in_order)] = ()
    events: Annotated[tuple[ReportedEvent, ...], AfterValidator(_events_in_order)] = ()
    set_aside: Annotated[tuple[SetAside, ...], AfterValidator(_set_aside_in_order)] = ()
    retention: Annotated[tuple[Retention, ...], AfterValidator(_retention_in_order)] = ()
    fading: Annotated[tuple[Fading, ...], AfterValidator(_fading_in_order)] = ()
    """Events that only Event history still holds."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        worst = overall_of(self.claims)
        if self.verdict is not worst:
            raise ValueError(f"verdict is {self.verdict}, but its claims say {worst}")
        known = {store.id for store in self.stores}
        if len(known) != len(self.stores):
            raise ValueError("stores: an id occurs twice")
        for user, store in self._stores_named():
            if store not in known:
                raise ValueError(f"{user} names the store {store!r}, which is not among the stores")
        listed, counted = len(self.set_aside), self.counts.set_aside
        if listed > counted:
            raise ValueError(f"counts: setAside is {counted}, but {listed} are listed")
        return self

    def _stores_named(self) -> Iterator[tuple[str, str]]:
        yield from ((f"claim {claim.id}", claim.store) for claim in self.claims if claim.store is not None)
        yield from ((f"coverage of {row.event_name}", row.store) for row in self.coverage)
        yield from ((f"event {event.event_id}", store) for event in self.events for store in event.stores)
        yield from (("setAside", item.store) for item in self.set_aside)
        yield from (("retention", item.store) for item in self.retention)
        yield from (("counts", row.store) for row in self.counts.by_store)


def overall_of(claims: Iterable[Claim]) -> Verdict:
    """The worst verdict of the claims that no waiver accepts."""
    return overall(claim.verdict for claim in claims if claim.waiver is None)
