"""`meshtrail verify`."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cloudtrail.verifier_permissions import ROLE_NAME
from verify.aws import Aws
from verify.command_options import (
    ManifestFile,
    NoCache,
    Quiet,
    Regions,
    Select,
    Settle,
    Since,
    Skip,
    Sources,
    StackName,
    Until,
    keeping,
    manifest_or_discovery,
    one_manifest,
    opener,
    selection_of,
    waivers_of,
)
from verify.engines.kind import EngineKind
from verify.engines.options import EngineName, MaxScan, engine_of
from verify.exit_status import exit_status
from verify.landing.probe import PATIENCE, POLL, Probe
from verify.organization.budget import WORKERS
from verify.organization.options import (
    Accounts,
    ExternalId,
    InOrganization,
    LogArchive,
    RoleName,
    Workers,
)
from verify.output import to_stdout, write_file
from verify.progress import watching
from verify.report import Report, Severity, print_report, render
from verify.verification import Options, Verification
from verify.window import parse_duration, parse_interval, window_of


class ReportFormat(StrEnum):
    """What `meshtrail verify` and `meshtrail report` print."""

    TERMINAL = "terminal"
    JSON = "json"
    HTML = "html"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SARIF = "sarif"
    OCSF = "ocsf"
    OSCAL = "oscal"


FailOn = Annotated[
    Severity,
    typer.Option(
        "--fail-on",
        help="Exit with 1 or 2 only for claims at least this severe; the report shows the others all the same.",
    ),
]


def verify(  # noqa: PLR0917 -- typer reads the options from the signature
    manifest: ManifestFile = None,
    stack: StackName = None,
    region: Regions = None,
    event_source: Sources = None,
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
    select: Select = None,
    skip: Skip = None,
    fail_on: FailOn = Severity.INFORMATIONAL,
    engine: EngineName = EngineKind.LOCAL,
    max_scan: MaxScan = None,
    waivers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Accepted risks, TOML: control, scope, reason, owner, expires."),
    ] = None,
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
    also: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT=FILE", help="Also write the report so (may be repeated): sarif=out.sarif."
        ),
    ] = None,
    no_cache: NoCache = False,
    quiet: Quiet = False,
    organization: InOrganization = False,
    role_name: RoleName = ROLE_NAME,
    external_id: ExternalId = None,
    account: Accounts = None,
    log_archive_account: LogArchive = None,
    workers: Workers = WORKERS,
) -> None:
    """Prove that App Mesh's events are where they should be, whole and unaltered.

    Finds the account's trails and event data stores, or takes those of a
    manifest and compares. Reads Event history, buckets, log groups and event
    data stores, looks for every event of each in all the others, checks the
    chain of digest files, and says PASS, FAIL or UNVERIFIABLE, claim by claim.

    Exit codes: 0 all pass; 1 something failed; 2 nothing failed, but something
    could not be verified; 3 wrong usage or configuration.

    Examples:
      meshtrail verify
      meshtrail verify --manifest manifest.json --html report.html
      meshtrail verify --stack account --since 7d --select 'integrity.*'
      meshtrail verify --fail-on high --waivers waivers.toml -o junit > junit.xml
      meshtrail verify --organization --external-id ours --html organization.html
    """
    files = [
        ("--json", ReportFormat.JSON, json_file),
        ("--html", ReportFormat.HTML, html_file),
        *_files(also),
    ]
    promised = one_manifest(manifest, stack)
    if organization:
        from verify.organization import command  # noqa: PLC0415 -- nothing else needs it

        command.refuse_others({"--probe": probe})
        asked = command.options_of(
            promised,
            role_name=role_name,
            external_id=external_id,
            accounts=account,
            regions=region,
            log_archive_account=log_archive_account,
            workers=workers,
            sources=event_source,
            select=select,
            skip=skip,
        )
        times = command.Times(since=since, until=until, settle=settle)
        code = command.verify_organization(
            asked,
            times,
            output=output,
            files=files,
            fail_on=fail_on,
            waivers=waivers_of(waivers),
            engine=engine_of(engine, max_scan),
            promised=promised,
            no_cache=no_cache,
            quiet=quiet,
        )
        raise typer.Exit(code)
    if account or log_archive_account:
        raise typer.BadParameter("--account and --log-archive-account: only with --organization.")
    now = datetime.now(UTC)
    options = Options(
        window=window_of(since=since, until=until, settle=settle, now=now),
        now=now,
        late_after=parse_duration(late_after),
        digest_cadence=parse_interval(digest_cadence),
        selection=selection_of(select, skip),
        waivers=waivers_of(waivers),
        engine=engine_of(engine, max_scan),
    )
    patience, poll = parse_duration(probe_patience), parse_interval(probe_poll)
    aws = Aws()
    with keeping(nothing=no_cache) as checkpoint, watching(quiet=quiet) as watcher:
        known, inventory = manifest_or_discovery(
            promised, regions=region, sources=event_source, aws=aws, watcher=watcher
        )
        verification = Verification(
            known,
            aws=aws,
            objects_of=opener(aws),
            options=options,
            inventory=inventory,
            checkpoint=checkpoint,
            watcher=watcher,
        )
        prober = Probe(aws, verification.stores, patience=patience, poll=poll) if probe else None
        report = verification.run(prober)
    print_as(report, output)
    for option, form, path in files:
        if path is not None:
            write_file(path, render(report, form.value), option=option)
    raise typer.Exit(exit_status(report, fail_on=fail_on))


def _files(also: list[str] | None) -> list[tuple[str, ReportFormat, Path | None]]:
    """What `--also` asks for; a format that there is not is wrong usage before anything is read."""
    files: list[tuple[str, ReportFormat, Path | None]] = []
    for asked in also or ():
        form, _, path = asked.partition("=")
        if form not in set(ReportFormat) or not path:
            known = ", ".join(ReportFormat)
            raise typer.BadParameter(f"{asked!r} is not FORMAT=FILE with a FORMAT among {known}.")
        files.append(("--also", ReportFormat(form), Path(path)))
    return files


def print_as(report: Report, output: ReportFormat) -> None:
    """Print a report on stdout in one of its formats."""
    with to_stdout() as console:
        if output is ReportFormat.TERMINAL:
            print_report(report, console)
        else:
            sys.stdout.write(render(report, output.value))
