"""The events as the page's script reads them: a JSON block inside the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from verify.report.summary import in_trouble, worst_status
from verify.report.text import bounded, duration, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.report.document import Report
    from verify.report.parts import Landing, ReportedEvent

MAX_EVENTS: Final = 5_000
MAX_VALUE: Final = 500

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


def data_block(events: Sequence[ReportedEvent]) -> str:
    """The events as JSON that can stand inside a script element.

    Plain ASCII without `<`, `>` and `&`, so nothing in it can end the element or start a comment; every text
    is made visible first, so nothing in it can steer how the page reads.
    """
    return json.dumps([_row(event) for event in events], separators=(",", ":")).translate(_UNSAFE)


def _row(event: ReportedEvent) -> dict[str, object]:
    return {
        "id": _show(event.event_id),
        "time": f"{event.event_time:%Y-%m-%d %H:%M:%S}",
        "name": _show(event.event_name),
        "source": _show(event.event_source),
        "account": _show(event.account),
        "region": _show(event.region),
        "who": _show(event.who),
        "kind": _show(event.identity_kind),
        "mesh": _show(event.mesh),
        "resource": _show(event.resource),
        "ip": _show(event.source_ip),
        "agent": _show(event.user_agent),
        "error": _show(event.error_code),
        "access": {True: "read", False: "write", None: ""}[event.read_only],
        "worst": worst_status(event).value,
        "stores": [_landing(store, landing) for store, landing in event.stores.items()],
    }


def _landing(store: str, landing: Landing) -> dict[str, str]:
    arrived = landing.arrived_at
    return {
        "store": _show(store),
        "status": landing.status.value,
        "arrived": f"{arrived:%Y-%m-%d %H:%M:%S}" if arrived else "",
        "delay": "" if landing.delay_seconds is None else duration(landing.delay_seconds),
        "location": _show(landing.location),
        "detail": _show(landing.detail),
    }


def _show(text: str | None) -> str:
    return bounded(visible(text), MAX_VALUE) if text else ""
