"""How long the stores keep what they hold, and what is about to be lost, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich import box
from rich.table import Table
from rich.text import Text

from verify.report.terminal.pieces import MAX_NAME, data, heading, left_out
from verify.report.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rich.console import RenderableType

    from verify.report.document import Report

MAX_RETENTION: Final = 40
MAX_FADING: Final = 20


def retention(report: Report) -> Iterator[RenderableType]:
    """Until when each store keeps the oldest and the newest event of each Region."""
    rows = report.retention
    if not rows:
        return
    yield heading("Retention", "until when each store keeps its oldest and its newest event, UTC")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for title in ("store", "Region", "rule", "days", "oldest", "newest", "undeletable"):
        table.add_column(title, overflow="fold", justify="right" if title == "days" else "left")
    several = len({row.account for row in rows}) > 1
    for row in rows[:MAX_RETENTION]:
        ever = "for ever" if row.days is None else ""
        table.add_row(
            data(row.store, limit=MAX_NAME),
            data(f"{row.account} {row.region}" if several else row.region, limit=MAX_NAME),
            data(row.rule, limit=MAX_NAME),
            "-" if row.days is None else f"{row.days:,}",
            _day(row.oldest_kept_until) or ever or "-",
            _day(row.newest_kept_until) or ever or "-",
            _day(row.protected_until) or "no",
        )
    yield table
    yield from left_out(len(rows) - MAX_RETENTION, "row")


def fading(report: Report) -> Iterator[RenderableType]:
    """The events that only Event history still holds, the first to go on top."""
    found = report.fading
    if not found:
        return
    yield heading(
        "Fading", f"{plural(len(found), 'event')} only Event history holds, and when each disappears, UTC"
    )
    for event in found[:MAX_FADING]:
        yield Text.assemble(
            f"  {event.disappears:%Y-%m-%d %H:%M}  ",
            data(event.event_name, "bold", limit=MAX_NAME),
            *("  ", data(f"{event.account} {event.region}", limit=MAX_NAME)),
            *("  ", data(event.event_id, "dim", limit=MAX_NAME)),
        )
    yield from left_out(len(found) - MAX_FADING, "event")


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""
