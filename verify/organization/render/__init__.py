"""What is rendered from the report about an organization: nothing here adds to what its JSON says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from verify.organization.document import OrganizationReport
from verify.organization.render.html import to_html
from verify.organization.render.markdown import to_markdown
from verify.organization.render.terminal import print_report, to_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Format", "print_report", "render"]

Format = Literal["json", "html", "markdown", "terminal"]
"""What the report about an organization can be rendered as."""

_RENDERERS: Final[dict[Format, Callable[[OrganizationReport], str]]] = {
    "json": OrganizationReport.to_json,
    "html": to_html,
    "markdown": to_markdown,
    "terminal": to_terminal,
}


def render(report: OrganizationReport, output: Format) -> str:
    """The report as text in one of the formats; `json` is the document itself, to be stored as UTF-8.

    `terminal` is plain text; for a terminal with its own width and colours, use `print_report`.
    """
    return _RENDERERS[output](report)
