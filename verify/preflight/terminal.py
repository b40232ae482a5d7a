"""What preflight found, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from verify.report.summary import headline
from verify.report.terminal import Inert
from verify.report.terminal.claims import claims
from verify.report.terminal.pieces import STYLES, data, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, RenderableType

    from verify.preflight.document import Preflight


def print_preflight(found: Preflight, console: Console) -> None:
    """Print it to a console, as wide as the console is."""
    for part in _parts(found):
        console.print(Inert(part), highlight=False)


def _parts(found: Preflight) -> Iterator[RenderableType]:
    planned = found.planned
    regions = ", ".join(planned.expected_regions)
    yield Panel(
        Group(
            Text(headline(found), "bold"),
            data(f"account {planned.account}, as {planned.caller}"),
            data(
                f"{planned.scope} trail {planned.name}, home {planned.home_region}, events expected in {regions}"
            ),
            Text("Nothing was changed."),
        ),
        title=stamp(found.verdict),
        title_align="left",
        border_style=STYLES[found.verdict],
        padding=(0, 2),
    )
    yield from claims(found, home=planned.account)
    yield Text.assemble("\n", stamp(found.verdict), " ", headline(found))
