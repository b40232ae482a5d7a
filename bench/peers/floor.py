"""The floor: inflate and SHA-256, and nothing else. `python -m bench.peers.floor FOLDER TIMES`.

What a reader that checks hashes cannot do without. The files are read into memory before the clock starts, so the
floor pays neither for HTTP nor for the disk, nor for starting Python: only inflating (isal) and hashing (OpenSSL) with
as many threads as there are processors. Both release the lock, so threads are as good as processes here.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from isal import igzip_lib

from bench.measure import Contender

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.corpus import Spec

_PIECE: Final = 256 * 1024
"""How much is inflated at a time: what stays in a processor's cache, so that it can be hashed there."""


def floor(spec: Spec, folder: Path, *, runs: int = 3) -> Contender:
    """Inflate and hash so many files as a corpus has.

    Args:
        spec: The corpus.
        folder: Where its different bodies lie.
        runs: How often.
    """
    return Contender(
        name="inflate + SHA-256",
        what="the floor: the same bytes in memory, isal and OpenSSL, all processors; starting it does not count",
        command=(sys.executable, "-m", "bench.peers.floor", str(folder), str(spec.files)),
        expected=spec.files,
        found=lambda output: int(output.read_text().split()[1]),
        asks=False,
        runs=runs,
        said=lambda output: float(output.read_text().split()[0]),
    )


def hashed(stored: bytes) -> tuple[str, int]:
    """SHA-256 of a gzip file's inflated bytes, and how many they are."""
    stream: Any = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)  # its stubs leave arguments untyped
    sha256, size, feed = hashlib.sha256(), 0, stored
    while not stream.eof:
        piece = stream.decompress(feed, _PIECE)
        feed = b""
        sha256.update(piece)
        size += len(piece)
    return sha256.hexdigest(), size


def run(bodies: Sequence[bytes], *, files: int) -> tuple[float, int]:
    """Hash so many files, the bodies in turn; how many seconds it took, and how many files it was."""
    start = time.monotonic()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = sum(1 for _ in pool.map(hashed, (bodies[index % len(bodies)] for index in range(files))))
    return time.monotonic() - start, done


def main() -> None:
    """Read a folder's files, and write what hashing them costs."""
    folder, files = Path(sys.argv[1]), int(sys.argv[2])
    bodies = [path.read_bytes() for path in sorted(folder.rglob("*.json.gz"))]
    seconds, done = run(bodies, files=files)
    sys.stdout.write(f"{seconds} {done}\n")


if __name__ == "__main__":
    main()
