"""Who did what to which mesh: the events a person asks for, as a table, as lines of JSON or as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from verify.report.terminal import Inert
from verify.report.text import inert_json, loggable

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


COLUMNS: Final = (
    *("eventTime", "eventId", "eventName", "eventSource", "account", "region", "who", "identityKind", "mesh"),
    *("resource", "sourceIp", "userAgent", "errorCode", "readOnly", "stores"),
)
"""The columns of the CSV: the keys of an event in the report, in this order."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 -- they are meant
"""What a spreadsheet takes a cell for a formula by, full-width forms included
(https://owasp.org/www-community/attacks/CSV_Injection)."""


def event_table(events: Iterable[ReportedEvent]) -> Inert:
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
        table.add_row(*(Text(loggable(cell)) for cell in cells))
    return Inert(table)


def event_lines(events: Iterable[ReportedEvent]) -> Iterator[str]:
    """The events as JSON, one a line, plain ASCII."""
    for event in events:
        text = event.model_dump_json(by_alias=True, ensure_ascii=True)
        yield inert_json(text) + "\n"


def event_csv(events: Iterable[ReportedEvent]) -> Iterator[str]:
    """The events as CSV (RFC 4180) with a header: a row each, one line each, whatever a record holds.

    What is not known is empty. A field that a spreadsheet would compute begins with an apostrophe instead;
    `stores` says what became of the event in each store.
    """
    yield _row(COLUMNS)
    for event in events:
        stores = "; ".join(f"{store}: {landing.status}" for store, landing in event.stores.items())
        known = event.model_dump(mode="json", by_alias=True, exclude={"stores"}) | {"stores": stores}
        yield _row(_field(known[column]) for column in COLUMNS)


def _field(value: object) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    computed = text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_FORMULA)
    return f"'{loggable(text)}" if computed else loggable(text)


def _row(fields: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(fields)
    return out.getvalue()
