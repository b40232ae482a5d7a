"""From what was found to the report's document. Pure."""

from __future__ import annotations

from collections import defaultdict
from importlib import metadata
from typing import TYPE_CHECKING

from cloudtrail.identity import identify
from cloudtrail.mesh_resource import mesh_resource
from verify.reconcile import Status
from verify.report.document import Report, overall_of
from verify.report.parts import (
    Counts,
    Delays,
    Landing,
    LandingStatus,
    Read,
    ReportedEvent,
    SetAside,
    Store,
    StoreCounts,
    StoreKind,
    Subject,
    Tool,
    Window,
)
from verify.stores.log_group import too_large

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cloudtrail.manifest import Manifest
    from verify import reconcile as reconciled
    from verify.landing.claims import Answer
    from verify.reconcile import Reconciled
    from verify.report.parts import Claim, Coverage, Fading, Retention
    from verify.stores import base
    from verify.window import Window as Span


def assemble(
    manifest: Manifest,
    *,
    window: Span,
    generated_at: datetime,
    claims: Sequence[Claim],
    answers: Sequence[Answer],
    events: Sequence[tuple[base.Place, Reconciled]],
    coverage: Sequence[Coverage],
    stores: Sequence[base.Store],
    retention: Sequence[Retention] = (),
    fading: Sequence[Fading] = (),
) -> Report:
    """Write the report's document.

    Args:
        manifest: What was promised.
        window: The event times looked at.
        generated_at: When; the only thing in the document that the evidence does not decide.
        claims: Every claim, decided.
        answers: What every store said about every place.
        events: Every event, with its place.
        coverage: Event names by store.
        stores: The stores asked, whether they answered or not.
        retention: Until when each of them keeps what it holds.
        fading: The events that only Event history holds.
    """
    return Report(
        tool=Tool(name="meshtrail", version=metadata.version("meshtrail")),
        generated_at=generated_at,
        verdict=overall_of(claims),
        window=Window(start=window.start, end=window.end),
        subject=Subject(
            account=manifest.account,
            partition=manifest.partition,
            organization_id=manifest.organization_id,
            regions=manifest.regions,
            event_sources=manifest.event_sources,
        ),
        counts=_counts(answers),
        claims=tuple(claims),
        stores=tuple(_store(store, answers, events) for store in stores),
        coverage=tuple(coverage),
        events=tuple(reported_events(events, stores=stores, answers=answers)),
        set_aside=tuple(_set_aside(answers)),
        retention=tuple(retention),
        fading=tuple(fading),
    )


def reported_events(
    events: Iterable[tuple[base.Place, Reconciled]],
    *,
    stores: Sequence[base.Store],
    answers: Sequence[Answer],
) -> Iterable[ReportedEvent]:
    """Every event in the report's words, with what became of it in each store."""
    unproven = {
        (answer.store.id, answer.place): reason
        for answer in answers
        if (reason := _absence_proves_nothing(answer)) is not None
    }
    for place, event in events:
        yield _event(place, event, [(store.id, unproven.get((store.id, place))) for store in stores])


def _absence_proves_nothing(answer: Answer) -> str | None:
    if answer.reading is not None and answer.reading.unreadable:
        return "A part of the store could not be read."
    if answer.store.doubt is not None:
        return "Whether the store should hold it is not known."
    return None


def _counts(answers: Sequence[Answer]) -> Counts:
    kept: dict[str, int] = defaultdict(int)
    aside: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for answer in answers:
        if answer.reading is not None:
            kept[answer.store.id] += len(answer.reading.sightings)
            for reason, count in answer.reading.set_aside.items():
                aside[answer.store.id][reason] += count
    rows = tuple(
        StoreCounts(
            store=store,
            records_in=kept[store] + sum(aside[store].values()),
            kept=kept[store],
            set_aside=sum(aside[store].values()),
            set_aside_by=dict(aside[store]),
        )
        for store in sorted(kept)
    )
    return Counts(
        records_in=sum(row.records_in for row in rows),
        kept=sum(row.kept for row in rows),
        set_aside=sum(row.set_aside for row in rows),
        by_store=rows,
    )


def _set_aside(answers: Iterable[Answer]) -> Iterable[SetAside]:
    for answer in answers:
        for part in answer.reading.unreadable if answer.reading else ():
            yield SetAside(
                store=answer.store.id, location=part.location, reason=part.reason, excerpt=part.excerpt
            )


def _store(
    store: base.Store, answers: Sequence[Answer], events: Sequence[tuple[base.Place, Reconciled]]
) -> Store:
    parts = sum(answer.reading.parts for answer in answers if answer.store.id == store.id and answer.reading)
    delays = sorted(
        landing.delay.total_seconds()
        for _, event in events
        if (landing := event.landings.get(store.id)) is not None and landing.delay is not None
    )
    return Store(
        id=store.id,
        kind=StoreKind(store.kind),
        title=store.title,
        location=store.location,
        read=Read(count=parts, unit="objects" if store.kind == StoreKind.TRAIL_BUCKET else "pages"),
        delays=(
            Delays(
                p50=_percentile(delays, 50),
                p95=_percentile(delays, 95),
                p99=_percentile(delays, 99),
                max=delays[-1],
            )
            if delays
            else None
        ),
    )


def _percentile(ordered: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile: a delay that really occurred."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _event(place: base.Place, event: Reconciled, stores: Iterable[tuple[str, str | None]]) -> ReportedEvent:
    record = event.record
    who = identify(record)
    about = mesh_resource(record)
    return ReportedEvent(
        event_id=event.event_id,
        event_time=record.event_time,
        event_name=record.event_name,
        event_source=record.event_source,
        account=place.account,
        region=place.region,
        who=who.describe(),
        identity_kind=who.kind,
        mesh=about.mesh,
        resource=about.resource,
        source_ip=record.source_ip_address,
        user_agent=record.user_agent,
        error_code=record.error_code,
        read_only=record.is_read,
        stores={store: _landing(event, store, unproven=unproven) for store, unproven in stores},
    )


def _landing(event: Reconciled, store: str, *, unproven: str | None) -> Landing:
    landing = event.landings.get(store)
    if landing is None:
        return Landing(status=LandingStatus.UNKNOWN, detail="The store could not be read.")
    if landing.status is Status.MISSING and unproven:
        return Landing(status=LandingStatus.UNKNOWN, detail=unproven)
    return Landing(
        status=LandingStatus(landing.status),
        arrived_at=landing.arrived_at,
        delay_seconds=None if landing.delay is None else landing.delay.total_seconds(),
        location=landing.locations[0] if landing.locations else None,
        detail=_detail(event, store, landing),
    )


def _detail(event: Reconciled, store: str, landing: reconciled.Landing) -> str | None:
    """What is to be said of one event in one store: what is wrong, or what AWS did by design."""
    told = (
        ("differs in", landing.altered_fields),
        ("updated by AWS in", landing.updated_fields),
        ("left out or cut beyond CloudTrail's limits:", landing.shortened_fields),
        (f"seen {len(landing.locations)} times:", landing.locations if len(landing.locations) > 1 else ()),
    )
    facts = [f"{label} {', '.join(names)}" for label, names in told if names]
    if (
        landing.status is Status.NOT_EXPECTED
        and store.startswith(StoreKind.LOG_GROUP)
        and too_large(event.record)
    ):
        facts.append("over 256 KB: CloudTrail does not send it to a log group")
    return "; ".join(facts) or None
