"""The report of a verification: the document, and what is rendered from it."""

from typing import Literal

from verify.report.document import SCHEMA, Report, ReportError
from verify.report.html import to_html
from verify.report.parts import (
    Claim,
    Counts,
    Coverage,
    Delays,
    Evidence,
    Landing,
    LandingStatus,
    Read,
    ReportedEvent,
    SetAside,
    Severity,
    Store,
    StoreCounts,
    StoreKind,
    Subject,
    Tool,
    Window,
)
from verify.report.terminal import print_report, to_terminal
from verify.report.text import visible

__all__ = [
    "SCHEMA",
    "Claim",
    "Counts",
    "Coverage",
    "Delays",
    "Evidence",
    "Format",
    "Landing",
    "LandingStatus",
    "Read",
    "Report",
    "ReportError",
    "ReportedEvent",
    "SetAside",
    "Severity",
    "Store",
    "StoreCounts",
    "StoreKind",
    "Subject",
    "Tool",
    "Window",
    "print_report",
    "render",
    "visible",
]

Format = Literal["json", "html", "terminal"]
"""What a report can be rendered as."""


def render(report: Report, output: Format) -> str:
    """The report as JSON (the document itself), as one HTML page, or as plain text for a terminal.

    For a terminal with its own width and colours, use `print_report`.
    """
    if output == "json":
        return report.to_json()
    if output == "html":
        return to_html(report)
    return to_terminal(report)
