"""The log files on local disk, for readers that read nothing else."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import msgspec

from bench.corpus.log_files import bodies
from bench.corpus.trail import log_keys

if TYPE_CHECKING:
    from pathlib import Path

    from bench.corpus.spec import Spec


def write_folder(spec: Spec, folder: Path) -> Path:
    """Write the log files under their keys, unless they are there already.

    Args:
        spec: The corpus.
        folder: Where corpora lie.

    Returns:
        The folder that stands for the bucket.
    """
    bucket, written = folder / spec.bucket, folder / f"{spec.bucket}.json"
    wanted = msgspec.json.encode(spec)
    if written.exists() and written.read_bytes() == wanted:
        return bucket
    shutil.rmtree(bucket, ignore_errors=True)
    contents = list(bodies(spec))
    for index, (_, key) in enumerate(log_keys(spec)):
        path = bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents[index % len(contents)].stored)
    written.write_bytes(wanted)
    return bucket
