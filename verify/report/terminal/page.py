"""The whole report on a terminal: verdict, claims, coverage, stores, events in trouble, counts, verdict again.

rich decides on colour: none with NO_COLOR, none away from a terminal.
"""

from __future__ import annotations

from collections import Counter
from io import StringIO
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from verify.report.parts import LandingStatus
from verify.report.summary import headline, in_trouble
from verify.report.terminal.claims import claims, waived
from verify.report.terminal.coverage import coverage
from verify.report.terminal.keeping import fading, retention
from verify.report.terminal.pieces import MAX_NAME, STYLES, Inert, data, heading, left_out, stamp
from verify.report.text import duration, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from verify.report.document import Report

MAX_EVENTS: Final = 20
MAX_SET_ASIDE: Final = 20
MAX_REASONS: Final = 12


def to_terminal(report: Report, *, width: int = 100, color: bool = False) -> str:
    """The report as text of that many columns, with ANSI colours if asked for."""
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        legacy_windows=False,
    )
    with console.capture() as capture:
        print_report(report, console)
    return capture.get()


def print_report(report: Report, console: Console) -> None:
    """Print the report to a console, as wide as the console is."""
    for part in _parts(report, console.width):
        console.print(Inert(part), highlight=False)


def _parts(report: Report, width: int) -> Iterator[RenderableType]:
    yield _banner(report)
    yield from claims(report, home=report.subject.account)
    yield from waived(report)
    yield from coverage(report, width)
    yield from _stores(report)
    yield from retention(report)
    yield from fading(report)
    yield from _events(report)
    yield from _unreadable(report)
    yield from _counts(report)
    yield Text.assemble("\n", stamp(report.verdict), " ", headline(report))


def _banner(report: Report) -> RenderableType:
    subject, window = report.subject, report.window
    lines = [
        Text(headline(report), "bold"),
        data(
            f"account {subject.account} ({subject.partition})"
            + (f", organization {subject.organization_id}" if subject.organization_id else "")
        ),
        data(f"{', '.join(subject.event_sources)} in {', '.join(subject.regions)}"),
        Text(f"{window.start:%Y-%m-%d %H:%M:%S} to {window.end:%Y-%m-%d %H:%M:%S} UTC"),
    ]
    return Panel(
        Group(*lines),
        title=stamp(report.verdict),
        title_align="left",
        border_style=STYLES[report.verdict],
        padding=(0, 2),
    )


def _stores(report: Report) -> Iterator[RenderableType]:
    yield heading("Stores", "delay from the event until it was there; records kept and set aside")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("store", overflow="fold", min_width=18)
    for title in ("read", "half in", "95 % in", "slowest", "kept", "aside"):
        table.add_column(title, justify="right", overflow="fold")
    counts = {row.store: row for row in report.counts.by_store}
    for store in report.stores:
        delays = store.delays
        row = counts.get(store.id)
        table.add_row(
            data(store.id),
            data(f"{store.read.count:,} {store.read.unit}"),
            *(duration(value) for value in (delays.p50, delays.p95, delays.max)) if delays else ("-",) * 3,
            *(f"{value:,}" for value in (row.kept, row.set_aside)) if row else ("-",) * 2,
        )
    yield table


def _events(report: Report) -> Iterator[RenderableType]:
    troubled = in_trouble(report.events)
    if not troubled:
        return
    yield heading("Events in trouble", f"{len(troubled):,} of {len(report.events):,}")
    for event in troubled[:MAX_EVENTS]:
        fates = ", ".join(
            f"{landing.status} in {store}" + (f" ({landing.detail})" if landing.detail else "")
            for store, landing in event.stores.items()
            if landing.status not in {LandingStatus.LANDED, LandingStatus.NOT_EXPECTED}
        )
        yield Text.assemble(
            f"  {event.event_time:%Y-%m-%d %H:%M:%S}  ",
            data(event.event_name, "bold", limit=MAX_NAME),
            *("  ", data(event.region, limit=MAX_NAME), "  ", data(event.who, limit=MAX_NAME), "\n    "),
            *(data(event.event_id, "dim", limit=MAX_NAME), "  ", data(fates, "yellow")),
        )
    yield from left_out(len(troubled) - MAX_EVENTS, "event")


def _unreadable(report: Report) -> Iterator[RenderableType]:
    if not report.set_aside:
        return
    yield heading("Could not be read", f"{len(report.set_aside):,}, set aside")
    for item in report.set_aside[:MAX_SET_ASIDE]:
        yield Text.assemble(
            "  ", data(item.reason, "yellow"), "  ", data(item.excerpt, "dim", limit=MAX_NAME)
        )
        yield Text.assemble("    ", data(item.location))
    yield from left_out(len(report.set_aside) - MAX_SET_ASIDE, "item")


def _counts(report: Report) -> Iterator[RenderableType]:
    counts = report.counts
    yield Text.assemble(
        "\n",
        ("Records", "bold"),
        f"  {counts.records_in:,} in = {counts.kept:,} kept + {counts.set_aside:,} set aside",
        (f"   {plural(len(report.events), 'event')} in the window", "dim"),
    )
    reasons = Counter[str]()
    for row in counts.by_store:
        reasons.update(row.set_aside_by)
    for reason, count in sorted(reasons.items(), key=lambda item: -item[1])[:MAX_REASONS]:
        yield Text.assemble(f"  {count:>9,} ", data(reason, "dim", limit=MAX_NAME))
    yield from left_out(len(reasons) - MAX_REASONS, "reason")
