"""How long the stores keep what they hold, and what is about to be lost, in Markdown.

Lists, not tables: what a cell holds is a code span, and Markdown has no way to write a backslash before a bar in one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verify.report.markdown.inert import MAX_NAME, inert, name
from verify.report.markdown.listing import listed
from verify.report.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verify.report.document import Report
    from verify.report.parts import Fading, Retention


def keeping(report: Report) -> Iterator[str]:
    """What is fading, the first to go on top, and until when each store keeps what it has."""
    if report.fading:
        yield f"### Fading: {plural(len(report.fading), 'event')} that only Event history holds"
        yield from listed([_fading(event) for event in report.fading], "event")
    if report.retention:
        yield f"<details><summary>Retention: {len(report.retention):,}</summary>"
        yield from listed([_retention(row) for row in report.retention], "row")
        yield "</details>"


def _fading(event: Fading) -> str:
    where = f"{name(event.account)} · {name(event.region)}"
    what = f"{inert(event.event_name, limit=MAX_NAME)} {name(event.event_id)}"
    return f"- gone at `{event.disappears:%Y-%m-%d %H:%M}` UTC: {what} · {where}"


def _retention(row: Retention) -> str:
    where = f"{name(row.store)} · {name(row.account)} · {name(row.region)}"
    length = "for ever" if row.days is None else f"{row.days:,} days"
    facts = [f"{inert(row.rule)}, {length}"]
    facts += [
        f"{label} `{moment:%Y-%m-%d}`"
        for label, moment in (
            ("oldest event kept until", row.oldest_kept_until),
            ("newest until", row.newest_kept_until),
            ("nobody can delete the newest before", row.protected_until),
        )
        if moment is not None
    ]
    return f"- {where}: {'; '.join(facts)}"
