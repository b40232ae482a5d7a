"""What is claimed of retention: every store keeps what it holds as promised, and Event history holds nothing alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from verify.aws import Gone
from verify.controls.requirements import RETENTION
from verify.finding import Finding, cannot_tell, could_not_look, does_not_apply, fails, holds
from verify.landing.claims import READS
from verify.landing.facts import shown
from verify.report.parts import Severity
from verify.report.text import plural
from verify.retention.facts import ACTIONS
from verify.retention.fading import Lonely, Why
from verify.retention.terms import Terms
from verify.statement import Statement
from verify.stores.event_history import KEPT
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from verify.aws import CannotLook
    from verify.finding import Fact
    from verify.landing.completeness import Answer
    from verify.report.parts import Retention

AS_PROMISED: Final = Statement(
    id="retention.as-promised",
    title="The store keeps its App Mesh events for as long as promised",
    severity=Severity.HIGH,
    actions=ACTIONS,
    remedy=(
        "Lengthen it (`pulumi up --refresh`, or the rule named here) before the oldest event is deleted, or take the "
        "shorter time into the stack's settings."
    ),
    requirements=RETENTION,
)
ONLY_IN_EVENT_HISTORY: Final = Statement(
    id="retention.only-in-event-history",
    title="No App Mesh event is held by Event history alone, which lets it go after 90 days",
    severity=Severity.CRITICAL,
    actions=READS,
    remedy=(
        "Keep them before the dates named here: `meshtrail events -o json > events.json` writes what Event history "
        "says of each. Then accept what is left in a waiver; nothing brings an event into a trail afterwards."
    ),
    requirements=RETENTION,
)
STATEMENTS: Final = (AS_PROMISED, ONLY_IN_EVENT_HISTORY)
"""What is claimed of how long events are kept."""


def as_promised(terms: Terms | CannotLook, rows: Sequence[Retention]) -> Finding:
    """Whether a store keeps events for as long as was promised.

    Args:
        terms: On what terms it keeps them, or why that is not known.
        rows: What it holds, Region by Region.
    """
    if isinstance(terms, Gone):
        return fails(f"It keeps nothing: it does not exist. {terms.why}", ("where", terms.where))
    if not isinstance(terms, Terms):
        return could_not_look(terms)
    if not terms.promised:
        return does_not_apply(
            f"Nothing was promised of it. Kept: {_span(terms.days, terms.on)} ({terms.rule})."
        )
    facts = [
        ("kept", f"{_span(terms.days, terms.on)} ({terms.rule})"),
        ("promised", _span(terms.promised_days, None)),
    ]
    ends = [row.oldest_kept_until for row in rows if row.oldest_kept_until is not None]
    if ends:
        facts.append(("its oldest App Mesh event disappears", _day(min(ends))))
    if terms.shorter_than_promised:
        return fails(
            f"Events are kept {_span(terms.days, terms.on)}; promised were {_span(terms.promised_days, None)}.",
            *facts,
        )
    return holds(f"Events are kept {_span(terms.days, terms.on)}, as promised.", *facts)


def held_elsewhere(history: Answer, lonely: Sequence[Lonely]) -> Finding:
    """Whether every event that Event history holds is in another store too.

    An event that no store was ever meant to take is listed, and is nobody's failure.

    Args:
        history: What Event history answered.
        lonely: The events that no other store was seen to hold.
    """
    if history.reading is None:
        if history.error is None:
            raise ValueError("an answer without a reading needs its error")
        return could_not_look(history.error)
    sure = [each for each in lonely if each.certain and each.why is not Why.NOT_CHOSEN]
    facts = _named(lonely)
    if sure:
        first = min(each.event.record.event_time for each in sure) + KEPT
        return fails(
            f"{plural(len(sure), 'event')} in Event history only; the first disappears on {_day(first)}.",
            *facts,
        )
    if any(not each.certain for each in lonely) or history.reading.unreadable:
        return cannot_tell(
            f"{plural(len(lonely), 'event')} of Event history not seen in another store.",
            *facts,
            reason="Not every store could be read completely. See landing.complete and landing.readable.",
        )
    if lonely:
        return Finding(
            Verdict.NOT_APPLICABLE,
            f"{plural(len(lonely), 'event')} in Event history only, which no store was meant to take.",
            tuple(facts),
            reason="By what was promised, none of them is to be kept longer than Event history keeps it.",
        )
    if not history.reading.sightings:
        return does_not_apply("Event history holds no App Mesh event of this time.")
    return holds(f"Every one of {plural(len(history.reading.sightings), 'event')} is in another store too.")


def _named(lonely: Sequence[Lonely]) -> list[Fact]:
    return shown(
        [(f"disappears {_day(each.event.record.event_time + KEPT)}", _told(each)) for each in lonely]
    )


def _told(lonely: Lonely) -> str:
    record = lonely.event.record
    why = lonely.why if lonely.certain else "no store that could be read has it"
    when = f"{record.event_time:%Y-%m-%dT%H:%M:%SZ}"
    return f"{record.event_name} at {when}, eventID {lonely.event.event_id}: {why}"


def _span(days: int | None, on: datetime | None) -> str:
    if on is not None:
        return f"until {_day(on)}"
    return "for ever" if days is None else f"for {plural(days, 'day')}"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
