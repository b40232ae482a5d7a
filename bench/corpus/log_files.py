"""The bodies of log files: gzip around one JSON document, as CloudTrail writes them."""

from __future__ import annotations

import gzip
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bench.corpus.records import mesh_record, record
from cloudtrail.digest import sha256_hex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.corpus.spec import Spec


@dataclass(frozen=True, slots=True)
class Body:
    """What one log file holds.

    Attributes:
        stored: Its bytes in the bucket, gzip.
        inflated: How many bytes of JSON it holds.
        sha256: SHA-256 of those, in hex.
        oldest: The time of its first event.
        newest: The time of its last event.
        mesh_events: How many of its events are App Mesh's.
    """

    stored: bytes
    inflated: int
    sha256: str
    oldest: datetime
    newest: datetime
    mesh_events: int


def bodies(spec: Spec) -> Iterator[Body]:
    """The corpus's different bodies, in the order in which the files have them.

    An event happened some minutes before its file was delivered. Where bodies repeat, so do the times in them.
    """
    rng = random.Random(spec.seed)  # noqa: S311 -- made-up data, the same every time
    step = timedelta(days=spec.days) / spec.files
    for index in range(spec.bodies):
        delivered = spec.start + index * step
        yield _body(rng, spec.records, delivered - timedelta(minutes=4), mesh=index % spec.mesh_every == 0)


def _body(rng: random.Random, count: int, first: datetime, *, mesh: bool) -> Body:
    times = sorted(first + timedelta(seconds=rng.randrange(120)) for _ in range(count))
    place = rng.randrange(count) if mesh else -1
    texts = [(mesh_record if number == place else record)(rng, time) for number, time in enumerate(times)]
    content = b'{"Records":[' + b",".join(texts) + b"]}"
    return Body(
        stored=gzip.compress(content, compresslevel=6, mtime=0),
        inflated=len(content),
        sha256=sha256_hex(content),
        oldest=times[0].replace(microsecond=0),
        newest=times[-1].replace(microsecond=0),
        mesh_events=int(mesh),
    )
