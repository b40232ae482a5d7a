"""The search for events over local disk: `python -m bench.ours.local SPEC FOLDER` writes them, one a line.

The same code as `meshtrail events` (`TrailBucket.find` over `LogFiles`) with a folder instead of S3.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench.corpus import ACCOUNT, REGION, Spec
from bench.measure import Contender, lines
from bench.ours.commands import EARLIER, trail
from bench.ours.folder import FolderObjects
from cloudtrail.catalog import APP_MESH
from verify.log_files import LogFiles, SqliteCheckpoint
from verify.stores.base import Place
from verify.stores.expectation import of_trail
from verify.stores.trail_bucket import TrailBucket
from verify.window import Window


def search(spec: Spec, folder: Path, *, runs: int = 3) -> Contender:
    """Find App Mesh's events in a folder.

    Args:
        spec: The corpus.
        folder: Where its log files lie.
        runs: How often.
    """
    described = msgspec.json.encode(spec).decode()
    return Contender(
        name="meshtrail, local disk",
        what="the same reader over a folder, without AWS and HTTP; each event whole",
        command=(sys.executable, "-m", "bench.ours.local", described, str(folder)),
        expected=spec.mesh_files,
        found=lines,
        asks=False,
        runs=runs,
    )


def main() -> None:
    """Read a folder's log files, and write the records of App Mesh."""
    spec, folder = msgspec.json.decode(sys.argv[1], type=Spec), Path(sys.argv[2])
    now = datetime.now(UTC)
    log_files = LogFiles(
        FolderObjects(folder),
        bucket=spec.bucket,
        sources=[APP_MESH],
        checkpoint=SqliteCheckpoint(),
        workers=1,  # a local disk is not waited for
    )
    bucket = TrailBucket(
        trail(spec),
        organization=None,
        log_files=log_files,
        expectation=of_trail(trail(spec), account=ACCOUNT, since=None),
    )
    window = Window(spec.start - EARLIER, spec.end)
    reading = bucket.find(Place(ACCOUNT, REGION), window, sources=[APP_MESH], now=now)
    if reading.unreadable:
        sys.exit(f"{len(reading.unreadable)} could not be read")
    sys.stdout.writelines(sighting.record.raw.decode() + "\n" for sighting in reading.sightings)


if __name__ == "__main__":
    main()
