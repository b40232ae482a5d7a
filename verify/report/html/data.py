"""The events and claims as the page's script reads them: a JSON block inside the page.

Everything is text, and each text is there once: a row is a list of places in `texts`. Twenty thousand events in
three stores name the same few callers, meshes and log files over and over.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from verify.report.html.behind import Behind
from verify.report.html.plots.timeline import layer_of
from verify.report.summary import alike, by_verdict, in_trouble, worst_status
from verify.report.text import bounded, duration, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.report.document import Report
    from verify.report.parts import Claim, Landing, ReportedEvent

MAX_EVENTS: Final = 50_000
MAX_CLAIMS: Final = 20_000
MAX_EVIDENCE: Final = 100
MAX_VALUE: Final = 500
MAX_TEXT: Final = 2_000

EVENT: Final = (
    *(
        "id",
        "time",
        "name",
        "source",
        "account",
        "region",
        "who",
        "kind",
        "mesh",
        "resource",
        "ip",
        "agent",
        "error",
    ),
    *("access", "layer", "worst", "gone"),
)
"""What an event's row holds, in order; behind it stands `LANDING` for each of its stores."""

LANDING: Final = ("store", "status", "arrived", "delay", "location", "detail")

CLAIM: Final = (
    *(
        "id",
        "title",
        "verdict",
        "severity",
        "account",
        "region",
        "store",
        "subject",
        "summary",
        "reason",
        "remedy",
    ),
    *("owner", "accepted", "expires", "group", "behind", "unlisted"),
)
"""What a claim's row holds, in order; behind it stand its evidence and its requirements, as pairs."""

_UNSAFE: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def shown_events(report: Report) -> list[ReportedEvent]:
    """The events the page holds, newest first; of too many, those in trouble and then the newest."""
    newest = list(reversed(report.events))
    if len(newest) <= MAX_EVENTS:
        return newest
    troubled = in_trouble(newest)[:MAX_EVENTS]
    chosen = {id(event) for event in troubled}
    others = [event for event in newest if id(event) not in chosen]
    chosen |= {id(event) for event in others[: MAX_EVENTS - len(troubled)]}
    return [event for event in newest if id(event) in chosen]


def data_block(report: Report, events: Sequence[ReportedEvent]) -> str:
    """The claims of the report and these events as JSON that can stand inside a script element.

    Plain ASCII without `<`, `>` and `&`, so nothing in it can end the element or start a comment; every text
    is made visible first, so nothing in it can steer how the page reads.
    """
    texts = _Texts()
    gone = {(one.event_id, one.event_time): f"{one.disappears:%Y-%m-%d %H:%M:%S}" for one in report.fading}
    behind = Behind(events)
    claims = [claim for group in by_verdict(report.claims).values() for claim in group]
    groups = {id(claim): number for number, same in enumerate(alike(claims)) for claim in same}
    block = {
        "columns": {"event": EVENT, "landing": LANDING, "claim": CLAIM},
        "home": visible(report.subject.account),
        "events": [
            _event(event, gone.get((event.event_id, event.event_time), ""), texts) for event in events
        ],
        "claims": [
            _claim(claim, groups[id(claim)], behind.query(claim), texts) for claim in claims[:MAX_CLAIMS]
        ],
        "texts": texts.all,
    }
    return json.dumps(block, separators=(",", ":")).translate(_UNSAFE)


class _Texts:
    """Every text once, visible and bounded, by its place."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, text: str | None, limit: int = MAX_VALUE) -> int:
        shown = bounded(visible(text), limit) if text else ""
        place = self._places.setdefault(shown, len(self.all))
        if place == len(self.all):
            self.all.append(shown)
        return place


def _event(event: ReportedEvent, gone: str, texts: _Texts) -> list[int]:
    row = (
        *(event.event_id, f"{event.event_time:%Y-%m-%d %H:%M:%S}", event.event_name, event.event_source),
        *(event.account, event.region, event.who, event.identity_kind, event.mesh, event.resource),
        *(event.source_ip, event.user_agent, event.error_code),
        {True: "read", False: "write", None: ""}[event.read_only],
        *(layer_of(event), worst_status(event).value, gone),
    )
    stores = [text for store, landing in event.stores.items() for text in _landing(store, landing)]
    return [texts.place(text) for text in (*row, *stores)]


def _landing(store: str, landing: Landing) -> tuple[str | None, ...]:
    arrived = landing.arrived_at
    return (
        store,
        landing.status.value,
        f"{arrived:%Y-%m-%d %H:%M:%S}" if arrived else "",
        "" if landing.delay_seconds is None else duration(landing.delay_seconds),
        landing.location,
        landing.detail,
    )


def _claim(claim: Claim, group: int, behind: str, texts: _Texts) -> list[object]:
    waiver, unlisted = claim.waiver, len(claim.evidence) - MAX_EVIDENCE
    row = (
        *(
            claim.id,
            claim.title,
            claim.verdict.value,
            claim.severity.value,
            claim.account,
            claim.region,
            claim.store,
        ),
        *(claim.subject, claim.summary, claim.reason, claim.remedy),
        *((waiver.owner, waiver.reason, f"{waiver.expires:%Y-%m-%d}") if waiver else ("", "", "")),
        *(str(group), behind, f"{unlisted:,}" if unlisted > 0 else ""),
    )
    evidence = [text for item in claim.evidence[:MAX_EVIDENCE] for text in (item.label, item.value)]
    requirements = [text for one in claim.requirements for text in (one.standard, one.id)]
    return [
        *(texts.place(text, MAX_TEXT) for text in row),
        [texts.place(text, MAX_TEXT) for text in evidence],
        [texts.place(text, MAX_TEXT) for text in requirements],
    ]
