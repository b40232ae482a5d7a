"""What `meshtrail verify --organization` does."""

from __future__ import annotations

import sys
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from verify.aws import Aws
from verify.catalogue import ORGANIZATION
from verify.command_options import keeping, selection_of
from verify.engines.kind import EngineKind
from verify.exit_status import exit_status
from verify.organization.asked import OrganizationOptions
from verify.organization.checkpoint import FORMAT, AccountCheckpoint, digest_of, path_of
from verify.organization.kept import FORMATS, put_out
from verify.organization.render import Format, render
from verify.organization.run import OrganizationVerification
from verify.organization.sources import APP_MESH_ALONE
from verify.output import visible_lines, write_file
from verify.progress import watching
from verify.window import window_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from cloudtrail.manifest import Manifest
    from verify.engines.choice import Engine
    from verify.report import Severity
    from verify.verdict import ExitCode
    from verify.waivers import Waivers


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The window in the words it was asked for, which name the same run an hour later."""

    since: str
    until: str
    settle: str


def verify_organization(
    options: OrganizationOptions,
    times: Times,
    *,
    output: str,
    files: Sequence[tuple[str, str, Path | None]],
    fail_on: Severity,
    waivers: Waivers | None = None,
    engine: Engine | None = None,
    promised: Manifest | None = None,
    no_cache: bool,
    quiet: bool,
) -> ExitCode:
    """Verify the organization that the caller's account belongs to, print the report, and write it to files.

    Args:
        options: How to look.
        times: At which events.
        output: The format to print.
        files: The options that name a file, each with its format and path.
        fail_on: The least severe claim that counts in the exit code.
        waivers: The risks that somebody accepts.
        engine: Who looks for events in the organization's trail or event data store; None: this machine.
        promised: The manifest of the organization's stack, where one is given.
        no_cache: Whether to begin anew, and to keep nothing.
        quiet: Whether to show no progress.
    """
    printed = _format(output, "--output")
    wanted: list[tuple[str, Format, Path]] = [
        (option, _format(form, option), path) for option, form, path in files if path is not None
    ]
    now = datetime.now(UTC)
    window = window_of(since=times.since, until=times.until, settle=times.settle, now=now)
    aws = Aws()
    reader = engine.kind if engine else EngineKind.LOCAL
    asked = digest_of(FORMAT, astuple(options), astuple(times), aws.session.profile_name, reader)
    rows = AccountCheckpoint(
        None if no_cache else path_of(asked), window=window, now=now, notice=lambda error: _say(str(error))
    )
    if rows.begun is not None and not quiet:
        _say(
            f"Going on with the run that began at {rows.begun:%Y-%m-%d %H:%M:%S} UTC; --no-cache begins anew."
        )
    try:
        with keeping(nothing=no_cache) as log_files, watching(quiet=quiet) as watcher:
            report = OrganizationVerification(
                aws,
                options,
                rows=rows,
                log_files=log_files,
                now=now,
                watcher=watcher,
                waivers=waivers,
                engine=engine,
                promised=promised,
            ).run()
    finally:
        rows.close()
    put_out(report, printed, None)
    for option, form, path in wanted:
        write_file(path, render(report, form), option=option)
    return exit_status(report, fail_on=fail_on)


def options_of(
    promised: Manifest | None,
    *,
    role_name: str,
    external_id: str | None,
    accounts: list[str] | None,
    regions: list[str] | None,
    log_archive_account: str | None,
    workers: int,
    sources: list[str] | None = None,
    select: list[str] | None = None,
    skip: list[str] | None = None,
) -> OrganizationOptions:
    """How to look; a manifest says in which organization, in which Regions, and at whose events.

    Raises:
        UnknownStatement: when `--select` or `--skip` fits no claim about an organization.
    """
    if promised is not None and (regions or sources):
        raise typer.BadParameter(
            "--region and --event-source are the manifest's business where one is given."
        )
    selection = selection_of(select, skip, ORGANIZATION)
    return OrganizationOptions(
        role_name=role_name,
        external_id=external_id,
        accounts=tuple(accounts or ()),
        regions=promised.regions if promised else tuple(regions or ()),
        log_archive_account=log_archive_account,
        workers=workers,
        organization=promised.organization_id if promised else None,
        sources=promised.event_sources if promised else tuple(dict.fromkeys(sources or APP_MESH_ALONE)),
        decided=tuple(one.id for one in ORGANIZATION if selection.takes(one.id)),
    )


def refuse_others(options: Mapping[str, object]) -> None:
    """Refuse options that mean nothing for an organization.

    Args:
        options: What was given, by the option.
    """
    given = [option for option, value in options.items() if value]
    if given:
        raise typer.BadParameter(f"{', '.join(given)}: not with --organization.")


def _format(asked: str, option: str) -> Format:
    for form in FORMATS:
        if form == asked:
            return form
    raise typer.BadParameter(f"{option}: {asked} is not for an organization; {', '.join(FORMATS)} are.")


def _say(text: str) -> None:
    sys.stderr.write(f"{visible_lines(text)}\n")
