"""What every part of the terminal rendering is made of.

A text of the report becomes a rich `Text` by way of `visible`, here and nowhere else, so neither terminal
escapes nor rich's own markup in a record do anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from verify.report.text import bounded, plural, visible
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_VALUE: Final = 400
MAX_NAME: Final = 100

STYLES: Final = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.UNVERIFIABLE: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
}


def data(value: str, style: str = "", *, limit: int = MAX_VALUE) -> Text:
    """A text of the report, inert and bounded."""
    return Text(bounded(visible(value), limit), style=style, overflow="fold")


def heading(title: str, note: str = "") -> Text:
    """The heading of a part, and a word about it."""
    return Text.assemble("\n", (title, "bold"), (f"  {note}" if note else "", "dim"))


def left_out(count: int, noun: str) -> Iterator[Text]:
    """A line that says how many more there are, if there are any."""
    if count > 0:
        yield Text(f"  … and {plural(count, noun)} more; report.json has all of them.", "dim italic")


def stamp(verdict: Verdict) -> Text:
    """The verdict as a stamp."""
    return Text(f" {verdict.replace('_', ' ')} ", style=f"{STYLES[verdict]} reverse")
