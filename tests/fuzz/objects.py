"""What has to hold of gzip files, whatever the bytes: the language's own gunzip is the oracle."""

from __future__ import annotations

import gzip
import zlib

from tests.fuzz import documents
from tests.fuzz.target import Target
from verify.objects import InflateError, inflate

LIMIT = 64 * 1024
"""Bytes: more than the fuzzer makes by itself, less than a bomb."""


def run_gzip(data: bytes) -> None:
    """What is inflated is what every other gunzip makes of it, whole, alone and within the limit."""
    try:
        content = inflate(data, LIMIT)
    except InflateError as error:
        assert error.why
        return
    assert len(content) <= LIMIT
    other = zlib.decompressobj(wbits=31)
    assert other.decompress(data) == content
    assert other.eof
    assert not other.unused_data


_LOG = documents.log_file(documents.RECORD)
_STREAM = zlib.compressobj(wbits=-15)
_BARE = _STREAM.compress(_LOG) + _STREAM.flush()
_NAMED = b"\x1f\x8b\x08\x1e\x00\x00\x00\x00\x00\xff\x04\x00abcdname\x00comment\x00"

TARGETS = (
    Target(
        "gzip",
        run_gzip,
        (
            gzip.compress(_LOG, mtime=0),
            gzip.compress(b"", mtime=0),
            gzip.compress(b"a", 0, mtime=0) * 2,
            _NAMED + (zlib.crc32(_NAMED) & 0xFFFF).to_bytes(2, "little") + _BARE
            + zlib.crc32(_LOG).to_bytes(4, "little") + len(_LOG).to_bytes(4, "little"),
        ),
        structured=False,
    ),
)  # fmt: skip
