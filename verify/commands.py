"""`meshtrail verify` and `meshtrail events`."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cloudtrail.errors import MeshtrailError
from cloudtrail.manifest import Manifest, TrailPromise
from verify.aws import Aws
from verify.events import EventFilter, event_lines, event_table
from verify.landing.probe import PATIENCE, POLL, Probe
from verify.manifests import manifest_of_file, manifest_of_stack
from verify.output import to_stdout, visible_lines, write_file
from verify.progress import watching
from verify.report import Report, print_report, render
from verify.s3_objects import S3Objects
from verify.verdict import ExitCode, exit_code
from verify.verification import Options, Verification
from verify.window import parse_duration, parse_interval, window_of

ManifestFile = Annotated[
    Path | None,
    typer.Option(
        "--manifest",
        metavar="FILE",
        help="The manifest: `pulumi stack output manifest --json > manifest.json`.",
    ),
]
StackName = Annotated[
    str | None,
    typer.Option("--stack", metavar="NAME", help="Read the manifest from this Pulumi stack's outputs."),
]
Since = Annotated[
    str,
    typer.Option(
        metavar="TIME", help="Look at events since then: 2026-09-01, or how long ago: 90d, 12h, 30m."
    ),
]
Until = Annotated[str, typer.Option(metavar="TIME", help="Look at events before then, in the same words.")]
Settle = Annotated[
    str,
    typer.Option(
        metavar="DURATION",
        help="Leave out the newest events: CloudTrail needs about 5 minutes, sometimes 15, to deliver.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show no progress.")]


_WARNINGS = 20
"""How many things that could not be read are told one by one."""


class ReportFormat(StrEnum):
    """What `meshtrail verify` and `meshtrail report` print."""

    TERMINAL = "terminal"
    JSON = "json"
    HTML = "html"
    MARKDOWN = "markdown"
    JUNIT = "junit"


class EventFormat(StrEnum):
    """What `meshtrail events` prints."""

    TABLE = "table"
    JSON = "json"


def verify(  # noqa: PLR0917 -- typer reads the options from the signature
    manifest: ManifestFile = None,
    stack: StackName = None,
    since: Since = "90d",
    until: Until = "0s",
    settle: Settle = "15m",
    late_after: Annotated[
        str, typer.Option(metavar="DURATION", help="Call an event late that arrives later than this.")
    ] = "15m",
    digest_cadence: Annotated[
        str,
        typer.Option(metavar="DURATION", help="How often a digest file is expected; AWS writes one an hour."),
    ] = "1h",
    *,
    probe: Annotated[
        bool,
        typer.Option("--probe", help="Also make one marked App Mesh call in each Region and wait for it."),
    ] = False,
    probe_patience: Annotated[
        str, typer.Option(metavar="DURATION", help="How long to wait for a probe to land.")
    ] = f"{PATIENCE.seconds}s",
    probe_poll: Annotated[
        str, typer.Option(metavar="DURATION", help="How long to wait between two looks.")
    ] = f"{POLL.seconds}s",
    output: Annotated[
        ReportFormat, typer.Option("--output", "-o", help="What to print on stdout.")
    ] = ReportFormat.TERMINAL,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write the report's document here.")
    ] = None,
    html_file: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Also write the report as one HTML page here."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Prove that App Mesh's events are where they should be, whole and unaltered.

    Reads Event history, the trail's bucket and the event data store that the
    manifest names, looks for every event of each in all the others, checks the
    chain of digest files, and says PASS, FAIL or UNVERIFIABLE, claim by claim.

    Exit codes: 0 all pass; 1 something failed; 2 nothing failed, but something
    could not be verified; 3 wrong usage or configuration.

    Examples:
      meshtrail verify --manifest manifest.json
      meshtrail verify --stack account --since 7d --html report.html
      meshtrail verify --manifest manifest.json --probe -o junit > junit.xml
    """
    now = datetime.now(UTC)
    promised = _manifest(manifest, stack)
    options = Options(
        window=window_of(since=since, until=until, settle=settle, now=now),
        now=now,
        late_after=parse_duration(late_after),
        digest_cadence=parse_interval(digest_cadence),
    )
    patience, poll = parse_duration(probe_patience), parse_interval(probe_poll)
    aws = Aws()
    with watching(quiet=quiet) as watcher:
        verification = Verification(
            promised, aws=aws, objects_of=_opener(aws), options=options, watcher=watcher
        )
        prober = Probe(aws, verification.stores, patience=patience, poll=poll) if probe else None
        report = verification.run(prober)
    print_as(report, output)
    for path, option, form in (
        (json_file, "--json", ReportFormat.JSON),
        (html_file, "--html", ReportFormat.HTML),
    ):
        if path is not None:
            write_file(path, render(report, form.value), option=option)
    raise typer.Exit(exit_code(report.verdict))


def events(
    manifest: ManifestFile = None,
    stack: StackName = None,
    since: Since = "90d",
    until: Until = "0s",
    *,
    mesh: Annotated[str | None, typer.Option(metavar="NAME", help="Only events about this mesh.")] = None,
    name: Annotated[
        str | None, typer.Option(metavar="EVENT", help="Only events of this name, e.g. DeleteMesh.")
    ] = None,
    who: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only events by somebody whose name holds this text.")
    ] = None,
    writes: Annotated[bool, typer.Option("--writes", help="Only events that changed something.")] = False,
    output: Annotated[EventFormat, typer.Option("--output", "-o", help="What to print.")] = EventFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Who did what to which mesh, when, and from where: the union of all stores.

    Examples:
      meshtrail events --manifest manifest.json --since 7d --writes
      meshtrail events --stack account --mesh payments -o json | jq -r .who
    """
    now = datetime.now(UTC)
    aws = Aws()
    options = Options(window=window_of(since=since, until=until, settle="0s", now=now), now=now)
    with watching(quiet=quiet) as watcher:
        found, unread = Verification(
            _manifest(manifest, stack), aws=aws, objects_of=_opener(aws), options=options, watcher=watcher
        ).events()
    chosen = [
        event for event in found if EventFilter(mesh=mesh, name=name, who=who, writes=writes).takes(event)
    ]
    _warn(unread)
    with to_stdout() as console:
        if output is EventFormat.JSON:
            sys.stdout.writelines(event_lines(chosen))
        else:
            console.print(event_table(chosen))
    raise typer.Exit(ExitCode.UNVERIFIABLE if unread else ExitCode.OK)


def _manifest(file: Path | None, stack: str | None) -> Manifest:
    if (file is None) == (stack is None):
        raise typer.BadParameter("Give either --manifest FILE or --stack NAME.")
    return manifest_of_file(file) if file is not None else manifest_of_stack(stack or "")


def _opener(aws: Aws):  # noqa: ANN202 -- a closure over the session
    def opened(trail: TrailPromise) -> S3Objects:
        return S3Objects(aws, bucket=trail.bucket, region=trail.bucket_region)

    return opened


def print_as(report: Report, output: ReportFormat) -> None:
    """Print a report on stdout in one of its formats."""
    with to_stdout() as console:
        if output is ReportFormat.TERMINAL:
            print_report(report, console)
        else:
            sys.stdout.write(render(report, output.value))


def _warn(unread: Sequence[MeshtrailError]) -> None:
    """Say on stderr what could not be read; what AWS or an object said must not steer the terminal."""
    for error in unread[:_WARNINGS]:
        sys.stderr.write(f"{visible_lines(str(error))}\n")
    if len(unread) > _WARNINGS:
        sys.stderr.write(f"and {len(unread) - _WARNINGS} more\n")
