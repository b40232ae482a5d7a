"""What a report is rendered as; a format's own module is imported when it is asked for.

Together the renderers take as long to import as a small bucket takes to verify, and a run needs one of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from verify.report.document import Report

Format = Literal["json", "html", "junit", "markdown", "ocsf", "oscal", "sarif", "terminal"]
"""What a report can be rendered as."""

_RENDERERS: Final[dict[Format, str]] = {
    "html": "verify.report.html:to_html",
    "junit": "verify.report.junit:to_junit",
    "markdown": "verify.report.markdown:to_markdown",
    "ocsf": "verify.report.ocsf:to_ocsf",
    "oscal": "verify.report.oscal:to_oscal",
    "sarif": "verify.report.sarif:to_sarif",
    "terminal": "verify.report.terminal:to_terminal",
}
"""The function that renders each format but the document itself, and its module."""


def render(report: Report, output: Format) -> str:
    """The report as text in one of the formats; `json` is the document itself, to be stored as UTF-8.

    `terminal` is plain text; for a terminal with its own width and colours, use `print_report`.
    """
    if output == "json":
        return report.to_json()
    module, _, name = _RENDERERS[output].partition(":")
    renderer = cast("Callable[[Report], str]", getattr(import_module(module), name))
    return renderer(report)


def print_report(report: Report, console: Console) -> None:
    """Print a report on a terminal, in its width and colours."""
    from verify.report.terminal import print_report as on_terminal  # noqa: PLC0415 -- see above

    on_terminal(report, console)
