"""What authentic digest files say of log files, kept on disk: a year of them would not fit into memory.

SQLite keeps it in a database without a name: in memory while it is small, in a temporary file when it is not, gone when
it is closed. Two log files are one when bucket and key are the same.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final, Self

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cloudtrail.digest import LogReference

# SQLite gives way to other threads at each row it is given and at each it gives, and gets its turn back late while
# they work. So rows are written and read many at a time.
_TOGETHER: Final = 128
"""How many rows one statement writes: less than SQLite's bound on variables, even an old one's."""
_READ: Final = 512
"""How many rows one statement reads."""

_TABLES: Final = """
CREATE TABLE digest (id INTEGER PRIMARY KEY, key TEXT NOT NULL);
CREATE TABLE named (
    bucket TEXT, key TEXT, sha256 TEXT, algorithm TEXT, digest INTEGER, contradiction TEXT DEFAULT '',
    PRIMARY KEY (bucket, key)
) WITHOUT ROWID;
CREATE TABLE of_others (bucket TEXT, key TEXT, PRIMARY KEY (bucket, key)) WITHOUT ROWID;
"""
_NAME: Final = "INSERT INTO named (bucket, key, sha256, algorithm, digest) VALUES"
_CONTRADICT: Final = (
    "ON CONFLICT DO UPDATE SET contradiction = excluded.sha256 WHERE sha256 <> excluded.sha256"
)
_NAMED: Final = """
SELECT json_group_array(json_array(bucket, key, sha256, algorithm, digest, contradiction)) FROM (
    SELECT named.bucket AS bucket, named.key AS key, sha256, algorithm, digest.key AS digest, contradiction
    FROM named JOIN digest ON digest.id = named.digest
"""
_OF_BUCKET: Final = f"{_NAMED} WHERE named.bucket = ? AND named.key > ? ORDER BY named.key LIMIT {_READ})"
_OF_OTHER_BUCKETS: Final = (
    f"{_NAMED} WHERE named.bucket <> ? AND (named.bucket, named.key) > (?, ?)"
    f" ORDER BY named.bucket, named.key LIMIT {_READ})"
)


class Reference(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What authentic digest files say of one log file.

    Attributes:
        bucket: The bucket it was delivered to.
        key: Its key.
        sha256: SHA-256 of its inflated bytes, in lower-case hex.
        hash_algorithm: The hash's name.
        digest: The key of the digest file that says so.
        contradiction: The hash that another digest file gives it, where two disagree.
    """

    bucket: str
    key: str
    sha256: str
    hash_algorithm: str
    digest: str
    contradiction: str = ""


_decode: Final = msgspec.json.Decoder(list[Reference]).decode


class References:
    """The log files that the digest files of one trail, account and Region name, each once.

    To be used by one thread, and closed: it is a context manager.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_TABLES)
        self._database.execute("BEGIN")  # nothing is ever committed, and nobody else would see it
        self._digests = 0
        self._others = False
        self._waiting: list[tuple[str, str, str, str, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._database.close()

    def add(self, digest: str, logs: Iterable[LogReference]) -> None:
        """Take what one of the trail's own authentic digest files says.

        Args:
            digest: Its key.
            logs: The log files it names.
        """
        self._digests += 1
        self._database.execute("INSERT INTO digest VALUES (?, ?)", (self._digests, digest))
        for log in logs:
            # The hash's letter case carries nothing.
            row = (log.bucket, log.key, log.sha256.lower(), log.hash_algorithm, self._digests)
            self._waiting.append(row)
            if len(self._waiting) == _TOGETHER:
                self._write()

    def add_other(self, logs: Iterable[LogReference]) -> None:
        """Take what an authentic digest file of another trail says, which delivers into the same place."""
        self._others = True
        self._database.executemany(
            "INSERT OR IGNORE INTO of_others VALUES (?, ?)", ((log.bucket, log.key) for log in logs)
        )

    def of_bucket(self, bucket: str) -> Iterator[Reference]:
        """The log files delivered to a bucket, in the order in which S3 lists keys."""
        last = ""
        while page := self._read(_OF_BUCKET, (bucket, last)):
            yield from page
            last = page[-1].key

    def of_other_buckets(self, bucket: str) -> Iterator[Reference]:
        """The log files delivered to any bucket but this one."""
        last = ("", "")
        while page := self._read(_OF_OTHER_BUCKETS, (bucket, *last)):
            yield from page
            last = (page[-1].bucket, page[-1].key)

    def is_others(self, bucket: str, key: str) -> bool:
        """Whether another trail's digest files name a log file."""
        if not self._others:
            return False
        found = self._database.execute(
            "SELECT 1 FROM of_others WHERE bucket = ? AND key = ?", (bucket, key)
        ).fetchone()
        return found is not None

    def _write(self) -> None:
        if self._waiting:
            marks = ",".join(["(?,?,?,?,?)"] * len(self._waiting))
            values = [value for row in self._waiting for value in row]
            self._database.execute(f"{_NAME} {marks} {_CONTRADICT}", values)
            self._waiting.clear()

    def _read(self, query: str, values: Sequence[str]) -> list[Reference]:
        self._write()
        (page,) = self._database.execute(query, values).fetchone()
        # In what order the rows are put together is not promised.
        return sorted(_decode(page), key=_place)


def _place(reference: Reference) -> tuple[str, str]:
    return reference.bucket, reference.key
