"""A folder on local disk as a trail's bucket: what peers on local disk are compared with."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from verify.objects import Object, ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class FolderObjects:
    """A folder, as an `ObjectSource`.

    Args:
        folder: The folder that stands for the bucket; files below it are its objects.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """The files of one folder in the order of their names; `prefix` has to be that of a folder."""
        try:
            entries = sorted(os.scandir(f"{self._folder}/{prefix}"), key=lambda entry: entry.name)
        except FileNotFoundError:
            return
        for entry in entries:
            key = f"{prefix}{entry.name}"
            if key > start_after:
                status = entry.stat()
                modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
                yield ObjectInfo(key, status.st_size, f"{status.st_ino}-{status.st_mtime_ns}", modified)

    def get(self, key: str) -> Object:
        """Read one file."""
        file = os.open(f"{self._folder}/{key}", os.O_RDONLY)
        try:
            return Object(os.read(file, os.fstat(file).st_size))
        finally:
            os.close(file)
