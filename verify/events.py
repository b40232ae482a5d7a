"""Who did what to which mesh: the events a person asks for, as a table or as lines of JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from verify.report.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from verify.report.parts import ReportedEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events a person asked for; None asks for all."""

    mesh: str | None = None
    name: str | None = None
    who: str | None = None
    writes: bool = False

    def takes(self, event: ReportedEvent) -> bool:
        """Whether an event was asked for."""
        return (
            self.mesh in (None, event.mesh)
            and self.name in (None, event.event_name)
            and (self.who is None or self.who.casefold() in event.who.casefold())
            and not (self.writes and event.read_only)
        )


def event_table(events: Iterable[ReportedEvent]) -> Table:
    """The events as a table; whatever a record holds is inert in it."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("When (UTC)", "What", "Mesh", "Who", "From", "Region", "Error"):
        table.add_column(title, overflow="fold")
    for event in events:
        mesh = event.mesh or ""
        cells = (
            f"{event.event_time:%Y-%m-%d %H:%M:%S}",
            event.event_name,
            f"{mesh}/{event.resource}" if event.resource else mesh,
            event.who,
            event.source_ip or "",
            event.region,
            event.error_code or "",
        )
        table.add_row(*(Text(visible(cell)) for cell in cells))
    return table


def event_lines(events: Iterable[ReportedEvent]) -> Iterator[str]:
    """The events as JSON, one a line, plain ASCII."""
    for event in events:
        yield event.model_dump_json(by_alias=True, ensure_ascii=True) + "\n"
