"""What lies in the endpoint's buckets, and the answers to GET and HEAD, made before anybody asks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from email.utils import format_datetime, formatdate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.corpus import Stored

_STARTED: Final = formatdate(usegmt=True)
_MODIFIED: Final = "%Y-%m-%dT%H:%M:%S.000Z"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, whole: its head as it goes over the wire, and its body."""

    head: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """An object as a listing shows it."""

    size: int
    etag: str
    modified: str


@dataclass(slots=True)
class Bucket:
    """One bucket: its keys in their order, an entry for each, and how much the log files weigh, inflated and stored."""

    keys: list[str] = field(default_factory=list[str])
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    inflated: int = 0
    stored: int = 0


class Buckets:
    """All buckets.

    Attributes:
        answers: What GET answers, by the request's target.
        by_name: The buckets.
    """

    def __init__(self) -> None:
        self.answers: dict[bytes, Answer] = {}
        self.by_name: dict[str, Bucket] = {}

    def fill(self, name: str, stored: Iterable[Stored]) -> Bucket:
        """Put objects into a bucket, made anew; files of the same content share their answer."""
        self.drop(name)
        bucket = self.by_name[name] = Bucket()
        shared: dict[int, tuple[Answer, str]] = {}
        for one in stored:
            if one.metadata or id(one.body) not in shared:
                shared[id(one.body)] = _answer(one)
            whole, etag = shared[id(one.body)]
            self.answers[f"/{name}/{one.key}".encode()] = whole
            bucket.inflated += one.inflated
            bucket.stored += len(one.body) if one.inflated else 0
            bucket.entries[one.key] = Entry(len(one.body), etag, one.modified.strftime(_MODIFIED))
        bucket.keys = sorted(bucket.entries)
        return bucket

    def drop(self, name: str) -> None:
        """Forget a bucket."""
        for key in self.by_name.pop(name, Bucket()).keys:
            del self.answers[f"/{name}/{key}".encode()]


def answer(status: str, body: bytes = b"", *, kind: str = "application/xml", headers: str = "") -> Answer:
    """An answer with S3's usual head."""
    head = (
        f"HTTP/1.1 {status}\r\n"
        "x-amz-id-2: bench\r\nx-amz-request-id: BENCH0000000000\r\n"
        f"Date: {_STARTED}\r\nServer: AmazonS3\r\n"
        f"{headers}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Answer(head.encode(), body)


def head_of(whole: Answer) -> Answer:
    """The answer to HEAD where GET would answer this."""
    return Answer(whole.head, b"")


def _answer(one: Stored) -> tuple[Answer, str]:
    etag = hashlib.md5(one.body, usedforsecurity=False).hexdigest()
    metadata = "".join(f"x-amz-meta-{name}: {value}\r\n" for name, value in one.metadata.items())
    headers = (
        f'Last-Modified: {format_datetime(one.modified, usegmt=True)}\r\nETag: "{etag}"\r\nAccept-Ranges: bytes\r\n'
        f"x-amz-server-side-encryption: AES256\r\n{metadata}"
    )
    return answer("200 OK", one.body, kind="application/x-gzip", headers=headers), etag
