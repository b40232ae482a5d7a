"""`meshtrail events`."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Final

import typer

from cloudtrail.errors import MeshtrailError
from verify.aws import Aws
from verify.command_options import (
    ManifestFile,
    NoCache,
    Quiet,
    Regions,
    Since,
    Sources,
    StackName,
    Until,
    keeping,
    manifest_or_discovery,
    one_manifest,
    opener,
)
from verify.events import EventFilter, event_csv, event_lines, event_table
from verify.output import to_stdout, visible_lines
from verify.progress import watching
from verify.verdict import ExitCode
from verify.verification import Options, Verification
from verify.window import window_of

_WARNINGS: Final = 20
"""How many things that could not be read are told one by one."""


class EventFormat(StrEnum):
    """What `meshtrail events` prints."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def events(  # noqa: PLR0917 -- typer reads the options from the signature
    manifest: ManifestFile = None,
    stack: StackName = None,
    region: Regions = None,
    event_source: Sources = None,
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
    no_cache: NoCache = False,
    quiet: Quiet = False,
) -> None:
    """Who did what to which mesh, when, and from where: the union of all stores.

    Examples:
      meshtrail events --manifest manifest.json --since 7d --writes
      meshtrail events --stack account --mesh payments -o json | jq -r .who
      meshtrail events --manifest manifest.json --since 30d -o csv > events.csv
    """
    now = datetime.now(UTC)
    promised = one_manifest(manifest, stack)
    aws = Aws()
    options = Options(window=window_of(since=since, until=until, settle="0s", now=now), now=now)
    with keeping(nothing=no_cache) as checkpoint, watching(quiet=quiet) as watcher:
        known, _ = manifest_or_discovery(
            promised, regions=region, sources=event_source, aws=aws, watcher=watcher
        )
        found, unread = Verification(
            known,
            aws=aws,
            objects_of=opener(aws),
            options=options,
            checkpoint=checkpoint,
            watcher=watcher,
        ).events()
    chosen = [
        event for event in found if EventFilter(mesh=mesh, name=name, who=who, writes=writes).takes(event)
    ]
    _warn(unread)
    with to_stdout() as console:
        if output is EventFormat.JSON:
            sys.stdout.writelines(event_lines(chosen))
        elif output is EventFormat.CSV:
            sys.stdout.writelines(event_csv(chosen))
        else:
            console.print(event_table(chosen))
    raise typer.Exit(ExitCode.UNVERIFIABLE if unread else ExitCode.OK)


def _warn(unread: Sequence[MeshtrailError]) -> None:
    """Say on stderr what could not be read; what AWS or an object said must not steer the terminal."""
    for error in unread[:_WARNINGS]:
        sys.stderr.write(f"{visible_lines(str(error))}\n")
    if len(unread) > _WARNINGS:
        sys.stderr.write(f"and {len(unread) - _WARNINGS} more\n")
