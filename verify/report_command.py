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
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="What `meshtrail verify --output json` or `--json` wrote; - reads stdin."
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
    """
    found = _read(file)
    if write is not None:
        write_file(write, render(found, output.value), option="--write")
    else:
        print_as(found, output)
    raise typer.Exit(exit_status(found, fail_on=fail_on) if by_verdict else ExitCode.OK)


def _read(file: Path) -> Report:
    if str(file) == "-":
        return Report.from_json(sys.stdin.buffer.read(), where="stdin")
    try:
        text = file.read_bytes()
    except OSError as error:
        raise NoReport(
            "The report cannot be read",
            where=str(file),
            why=error.strerror or str(error),
            remedy="Write it with `meshtrail verify --json report.json`.",
        ) from error
    return Report.from_json(text, where=str(file))
