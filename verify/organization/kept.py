"""Reports about an organization that were written earlier: read, several of them merged, and rendered again."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final, get_args

import typer

from verify.organization.document import SCHEMA, OrganizationReport
from verify.organization.merging import merged
from verify.organization.render import Format, print_report, render
from verify.output import to_stdout, write_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FORMATS: Final[tuple[Format, ...]] = get_args(Format)

_SCHEMA: Final = re.compile(rb'"schema"\s*:\s*"' + re.escape(SCHEMA).encode() + rb'"')
"""No text inside of JSON looks so: its quotes are escaped."""


def is_about_an_organization(document: bytes) -> bool:
    """Whether a document says that it is one about an organization."""
    return _SCHEMA.search(document) is not None


def kept_report(documents: Sequence[tuple[bytes, str]]) -> OrganizationReport:
    """The report of these documents together.

    Args:
        documents: Each with where it comes from, for the error.

    Raises:
        ReportError: One is no such report, or they do not go together.
    """
    reports = [OrganizationReport.from_json(document, where=where) for document, where in documents]
    return reports[0] if len(reports) == 1 else merged(reports)


def put_out(report: OrganizationReport, output: str, write: Path | None) -> None:
    """Print the report, or write it to a file, in one of its formats."""
    form = _format(output)
    if write is not None:
        write_file(write, render(report, form), option="--write")
        return
    with to_stdout() as console:
        if form == "terminal":
            print_report(report, console)
        else:
            sys.stdout.write(render(report, form))


def _format(output: str) -> Format:
    for form in FORMATS:
        if form == output:
            return form
    raise typer.BadParameter(f"--output: {output} is not for an organization; {', '.join(FORMATS)} are.")
