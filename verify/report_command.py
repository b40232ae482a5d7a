"""`meshtrail report`: a report that was written earlier, in another format; nothing is read from AWS."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cloudtrail.errors import MeshtrailError
from verify.commands import FailOn, ReportFormat, print_as
from verify.exit_status import exit_status
from verify.output import write_file
from verify.report import Report, Severity, render
from verify.verdict import ExitCode


class NoReport(MeshtrailError):
    """There is no report to be read where it was looked for."""


def report(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="What `meshtrail verify --output json` or `--json` wrote; - reads stdin. Several reports about one "
            "organization are merged.",
        ),
    ],
    output: Annotated[
        ReportFormat, typer.Option("--output", "-o", help="What to render it as.")
    ] = ReportFormat.TERMINAL,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="PATH", help="Write to this file instead of stdout.")
    ] = None,
    fail_on: FailOn = Severity.INFORMATIONAL,
    *,
    by_verdict: Annotated[
        bool, typer.Option("--exit-code", help="Exit with the report's verdict, as verify did.")
    ] = False,
) -> None:
    """Render a report again, without AWS: every format says the same as the first.

    Exit codes: 0 when it was rendered, whatever its verdict; 3 when FILE is no
    report. With --exit-code the verdict's: 0 all pass; 1 something failed;
    2 nothing failed, but something could not be verified.

    Examples:
      meshtrail report report.json
      meshtrail report report.json -o markdown >> "$GITHUB_STEP_SUMMARY"
      meshtrail report report.json -o junit --write meshtrail.xml --exit-code
      meshtrail report shard-*.json -o html --write organization.html --exit-code
    """
    documents = [(_text(file), "stdin" if str(file) == "-" else str(file)) for file in files]
    if any(b"meshtrail/organization/" in document for document, _ in documents):
        from verify.organization import kept  # noqa: PLC0415 -- no other report needs it

        if any(kept.is_about_an_organization(document) for document, _ in documents):
            whole = kept.kept_report(documents)
            kept.put_out(whole, output.value, write)
            raise typer.Exit(exit_status(whole, fail_on=fail_on) if by_verdict else ExitCode.OK)
    if len(documents) > 1:
        raise typer.BadParameter("Only reports about an organization can be merged; give one FILE.")
    found = Report.from_json(documents[0][0], where=documents[0][1])
    if write is not None:
        write_file(write, render(found, output.value), option="--write")
    else:
        print_as(found, output)
    raise typer.Exit(exit_status(found, fail_on=fail_on) if by_verdict else ExitCode.OK)


def _text(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise NoReport(
            "The report cannot be read",
            where=str(file),
            why=error.strerror or str(error),
            remedy="Write it with `meshtrail verify --json report.json`.",
        ) from error
