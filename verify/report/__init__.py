"""The report of a verification: the document, and what is rendered from it."""

from collections.abc import Callable
from typing import Final, Literal

from verify.report.document import SCHEMA, Report, ReportError
from verify.report.html import to_html
from verify.report.junit import to_junit
from verify.report.markdown import to_markdown
from verify.report.parts import (
    Claim,
    Counts,
    Coverage,
    Delays,
    Evidence,
    Fading,
    Landing,
    LandingStatus,
    Read,
    ReportedEvent,
    Requirement,
    Retention,
    SetAside,
    Severity,
    Store,
    StoreCounts,
    StoreKind,
    Subject,
    Tool,
    Waiver,
    Window,
)
from verify.report.sarif import to_sarif
from verify.report.terminal import print_report, to_terminal
from verify.report.text import visible

__all__ = [
    "SCHEMA",
    "Claim",
    "Counts",
    "Coverage",
    "Delays",
    "Evidence",
    "Fading",
    "Format",
    "Landing",
    "LandingStatus",
    "Read",
    "Report",
    "ReportError",
    "ReportedEvent",
    "Requirement",
    "Retention",
    "SetAside",
    "Severity",
    "Store",
    "StoreCounts",
    "StoreKind",
    "Subject",
    "Tool",
    "Waiver",
    "Window",
    "print_report",
    "render",
    "visible",
]

Format = Literal["json", "html", "junit", "markdown", "ocsf", "oscal", "sarif", "terminal"]
"""What a report can be rendered as."""


def _to_ocsf(report: Report) -> str:
    from verify.report.ocsf import to_ocsf  # noqa: PLC0415 -- a third of a second that only this format needs

    return to_ocsf(report)


def _to_oscal(report: Report) -> str:
    from verify.report.oscal import to_oscal  # noqa: PLC0415 -- an extra, and slow to import

    return to_oscal(report)


_RENDERERS: Final[dict[Format, Callable[[Report], str]]] = {
    "json": Report.to_json,
    "html": to_html,
    "junit": to_junit,
    "markdown": to_markdown,
    "ocsf": _to_ocsf,
    "oscal": _to_oscal,
    "sarif": to_sarif,
    "terminal": to_terminal,
}


def render(report: Report, output: Format) -> str:
    """The report as text in one of the formats; `json` is the document itself, to be stored as UTF-8.

    `terminal` is plain text; for a terminal with its own width and colours, use `print_report`.
    """
    return _RENDERERS[output](report)
