"""Objects in a bucket: the small port everything that reads log and digest files stands on, and a gunzip with a bound.

What lies in the bucket may have been put there by an attacker, so nothing is inflated further than a limit, and a
gzip stream counts only when it is whole and alone: no missing end, no second member, no bytes behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from isal import igzip_lib

from cloudtrail.errors import MeshtrailError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

OBJECT_LIMIT: Final = 64 * 1024 * 1024
"""The most one object may weigh as stored, in bytes. A log file is at most 50 MB even before it is compressed."""

PIECE: Final = 256 * 1024
"""The most that is inflated at a time, in bytes: what stays in a processor's cache, so that it can be hashed there."""

_ROOM: Final = 64
"""What isal wants above a file's length to reach its end in one go, in bytes."""
_MAGIC: Final = b"\x1f\x8b"
_Damaged: Final = cast("type[Exception]", igzip_lib.IsalError)  # isal's stubs call it an instance


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object as a listing shows it.

    Attributes:
        key: Its key.
        size: Its size as stored, in bytes.
        etag: Its ETag, without quotes.
        last_modified: When it was last written, aware UTC, to the second.
    """

    key: str
    size: int
    etag: str
    last_modified: datetime


@dataclass(frozen=True, slots=True)
class Object:
    """An object as it is read.

    Attributes:
        body: Its bytes as stored; a view where they are another library's, for a copy of a large object takes long.
        metadata: Its S3 user metadata: names in lower case, without `x-amz-meta-`.
        etag: The ETag that came with these bytes, without quotes; empty when the source does not say.
    """

    body: bytes | memoryview
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    etag: str = ""


class ObjectSource(Protocol):
    """One bucket, read only."""

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """The objects under a prefix in the order of their keys, those behind `start_after` only.

        Raises:
            CannotLook: when the bucket does not answer; the IAM action is `s3:ListBucket`.
        """
        ...

    def get(self, key: str) -> Object:
        """Read one object; safe to call from many threads.

        Raises:
            NotThere: when there is no such object (any more).
            InflateError: when it is too large to be one of CloudTrail's files; it is not read then.
            CannotLook: when it cannot be read; the IAM action is `s3:GetObject` or `kms:Decrypt`.
        """
        ...


class InflateError(MeshtrailError):
    """An object that is not one whole gzip stream of a reasonable size; `why` is the reason."""

    def __init__(self, why: str) -> None:
        super().__init__("An object cannot be unpacked", why=why)


class NotGzip(InflateError):
    """It does not begin as gzip does."""


class TruncatedGzip(InflateError):
    """It stops before its end."""


class CorruptGzip(InflateError):
    """Its compressed data or its checksum is wrong."""


class TooLarge(InflateError):
    """It is larger than any of CloudTrail's files: a bomb, or something else."""


class TrailingBytes(InflateError):
    """Something was appended to it: readers that stop at the first stream and readers that go on see different files.

    Attributes:
        count: How many bytes lie behind the first gzip stream.
    """

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} bytes lie behind the end of its gzip stream")
        self.count = count


def inflate(body: bytes | memoryview, limit: int) -> bytes:
    """Inflate one gzip file that may be hostile; never holds more than `limit` bytes of it.

    Raises:
        InflateError: one of its kinds, saying why.
    """
    return b"".join(inflate_pieces(body, limit))


def inflate_pieces(body: bytes | memoryview, limit: int) -> Iterator[bytes]:
    """Inflate one gzip file piece by piece, `PIECE` bytes at most each, to hash it without holding it.

    What was yielded counts only when the iteration ends without an error.

    Raises:
        InflateError: one of its kinds, saying why.
    """
    stored = memoryview(body)
    if bytes(stored[: len(_MAGIC)]) != _MAGIC:
        raise NotGzip("it is not gzip" if stored else "it is empty")
    stream: Any = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)  # its stubs leave arguments untyped
    fed, total, most = 0, 0, _first_piece(stored)
    while not stream.eof:
        # isal copies what it was fed and did not need yet, with Python's lock held: so it gets little at a time.
        feed = stored[fed : fed + PIECE] if stream.needs_input else b""
        fed += len(feed)
        try:
            piece: bytes = stream.decompress(feed, most)
        except _Damaged as error:
            raise CorruptGzip(f"its gzip stream is damaged: {error}") from error
        # Full of what it gave out, it may need input without saying so: then it says so after a call without any.
        more = stream.needs_input and fed < len(stored)
        if not (piece or feed or more or stream.eof):
            raise TruncatedGzip(f"its gzip stream breaks off after {total} bytes")
        most = PIECE
        total += len(piece)
        if total > limit:
            raise TooLarge(f"it inflates to more than {limit} bytes")
        if piece:
            yield piece
    if trailing := len(stream.unused_data) + len(stored) - fed:
        raise TrailingBytes(trailing)


def _first_piece(stored: memoryview) -> int:
    """How much to inflate first: all of a small file, without making room for a large one.

    The last four bytes of a gzip file say how long it is, modulo 4 GiB (RFC 1952, 2.3.1). It is a hint and no more:
    who lies there is inflated in pieces of another size.
    """
    return min(int.from_bytes(stored[-4:], "little") + _ROOM, PIECE)
