"""Options that several commands share, and what they are read into."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtrail.catalog import APP_MESH
from verify.catalogue import ORGANIZATION, STATEMENTS
from verify.discovery import Inventory, discover
from verify.log_files import SqliteCheckpoint
from verify.log_files.checkpoint import default_path
from verify.manifests import manifest_of_file, manifest_of_stack
from verify.output import visible_lines
from verify.s3_objects import S3Objects
from verify.selection import Selection
from verify.waivers import Waivers

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from cloudtrail.errors import MeshtrailError
    from cloudtrail.manifest import Manifest, TrailPromise
    from verify.aws import Aws
    from verify.log_files import Checkpoint
    from verify.progress import Watcher
    from verify.statement import Statement

ManifestFile = Annotated[
    Path | None,
    typer.Option(
        "--manifest",
        metavar="FILE",
        help="Compare with this manifest: `pulumi stack output manifest --json > manifest.json`.",
    ),
]
StackName = Annotated[
    str | None,
    typer.Option("--stack", metavar="NAME", help="Read the manifest from this Pulumi stack's outputs."),
]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="REGION",
        help="Without a manifest: look in this Region (may be repeated); not given: in every enabled one.",
    ),
]
Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--event-source",
        metavar="SOURCE",
        help=f"Without a manifest: look for this service's events (may be repeated); not given: {APP_MESH}.",
    ),
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
Select = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CLAIM",
        help="Decide these claims only (may be repeated): trail.logging, 'integrity.*'. See `meshtrail controls`.",
    ),
]
Skip = Annotated[
    list[str] | None,
    typer.Option(metavar="CLAIM", help="Do not decide these claims (may be repeated)."),
]
NoCache = Annotated[
    bool,
    typer.Option(
        "--no-cache", help="Read every log file again, also those that did not change since an earlier run."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show no progress.")]


def selection_of(
    select: list[str] | None, skip: list[str] | None, among: Iterable[Statement] = STATEMENTS
) -> Selection:
    """The claims that `--select` and `--skip` choose.

    Args:
        select: What `--select` says.
        skip: What `--skip` says.
        among: The claims there are to choose from.

    Raises:
        UnknownStatement: when one of them fits no claim.
    """
    selection = Selection(tuple(select or ("*",)), tuple(skip or ()))
    selection.refuse_unknown(statement.id for statement in among)
    return selection


def waivers_of(path: Path | None) -> Waivers | None:
    """The accepted risks of a file, if one is given; of accounts and of an organization, so that one file has both.

    Raises:
        BadWaivers: naming everything that is wrong with it.
    """
    if path is None:
        return None
    return Waivers.read(path, statements=[statement.id for statement in (*STATEMENTS, *ORGANIZATION)])


def one_manifest(file: Path | None, stack: str | None) -> Manifest | None:
    """The manifest that was given, or None where what there is shall be discovered.

    Raises:
        NoManifest: when there is none where it was looked for.
        MalformedManifest: when what is there is none.
    """
    if file is not None and stack is not None:
        raise typer.BadParameter("Give --manifest FILE or --stack NAME, not both.")
    if file is not None:
        return manifest_of_file(file)
    return manifest_of_stack(stack) if stack is not None else None


def manifest_or_discovery(
    promised: Manifest | None,
    *,
    regions: list[str] | None,
    sources: list[str] | None,
    aws: Aws,
    watcher: Watcher,
) -> tuple[Manifest, Inventory | None]:
    """What to verify: the manifest, or everything that AWS shows.

    Raises:
        CannotLook: when not even the account, or its Regions, can be told.
        NotARegion: when `--region` names none.
    """
    if promised is None:
        inventory = discover(aws, regions=regions or (), watcher=watcher)
        return inventory.manifest(event_sources=tuple(sources or (APP_MESH,))), inventory
    if regions or sources:
        raise typer.BadParameter(
            "--region and --event-source are the manifest's business where one is given."
        )
    return promised, None


@contextmanager
def keeping(*, nothing: bool) -> Generator[Checkpoint]:
    """Where what log files said is kept: in the user's cache folder, or for this run only.

    Why a file of earlier runs is not used goes to stderr; no verdict depends on it.
    """
    checkpoint = SqliteCheckpoint(None if nothing else default_path(), notice=_noticed)
    try:
        yield checkpoint
    finally:
        checkpoint.close()


def _noticed(error: MeshtrailError) -> None:
    sys.stderr.write(f"{visible_lines(str(error))}\n")


def opener(aws: Aws) -> Callable[[TrailPromise], S3Objects]:
    """Opens the bucket of a trail."""

    def opened(trail: TrailPromise) -> S3Objects:
        return S3Objects(aws, bucket=trail.bucket, region=trail.bucket_region)

    return opened
