"""What every part of the terminal rendering is made of.

A text of the report becomes a rich `Text` by way of `loggable`, here and nowhere else, so neither terminal
escapes nor rich's own markup in a record do anything. A long text is folded, and where is not known before: what
then begins a line is looked at when the lines are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.text import Text

from verify.report.text import COMMAND, bounded, loggable, plural
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

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
    return Text(bounded(loggable(value), limit), style=style, overflow="fold")


class Inert:
    """A renderable no line of which the log of a CI service takes for a command."""

    def __init__(self, renderable: RenderableType) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in console.render_lines(self._renderable, options, pad=False):
            yield from _guarded(line)
            yield Segment.line()


def _guarded(line: list[Segment]) -> list[Segment]:
    """The line with a backslash before a `::` that it begins with, in the place of a space if there is one."""
    text = "".join(segment.text for segment in line)
    blank = len(text) - len(text.lstrip())
    if not text.startswith(COMMAND, blank):
        return line
    before, _, after = Segment.divide(line, [max(blank - 1, 0), blank, len(text)])
    return [*before, Segment("\\"), *after]


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
