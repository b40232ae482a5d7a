"""What authentic digest files say of log files, kept on disk: a year of them would not fit into memory.

SQLite keeps it in a database without a name: in memory while it is small, in a temporary file when it is not, gone when
it is closed. Two log files are one when bucket and key are the same.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloudtrail.digest import LogReference

_TABLES: Final = """
CREATE TABLE digest (id INTEGER PRIMARY KEY, key TEXT NOT NULL);
CREATE TABLE named (
    bucket TEXT, key TEXT, sha256 TEXT, algorithm TEXT, digest INTEGER, contradiction TEXT DEFAULT '',
    PRIMARY KEY (bucket, key)
) WITHOUT ROWID;
CREATE TABLE of_others (bucket TEXT, key TEXT, PRIMARY KEY (bucket, key)) WITHOUT ROWID;
"""
# The hash's letter case carries nothing, so it is kept in lower case.
_NAME: Final = """
INSERT INTO named (bucket, key, sha256, algorithm, digest) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET contradiction = excluded.sha256 WHERE sha256 <> excluded.sha256
"""
_NAMED: Final = """
SELECT named.bucket, named.key, sha256, algorithm, digest.key, contradiction
FROM named JOIN digest ON digest.id = named.digest
"""
# SQLite gives way to other threads at each row, and gets its turn back late while they work. So it gives many at once.
_PAGE: Final = """
SELECT json_group_array(json_array(bucket, key, sha256, algorithm, digest, contradiction)) FROM (
    SELECT named.bucket, named.key AS key, sha256, algorithm, digest.key AS digest, contradiction
    FROM named JOIN digest ON digest.id = named.digest
    WHERE named.bucket = ? AND named.key > ? ORDER BY named.key LIMIT 200
)
"""
_decode_page: Final = msgspec.json.Decoder(list[tuple[str, str, str, str, str, str]]).decode


@dataclass(frozen=True, slots=True)
class Reference:
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


class References:
    """The log files that the digest files of one trail, account and Region name, each once.

    To be used by one thread, and closed: it is a context manager.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.executescript(_TABLES)
        self._others = False

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
        number = self._database.execute("INSERT INTO digest (key) VALUES (?)", (digest,)).lastrowid
        self._database.executemany(
            _NAME,
            ((log.bucket, log.key, log.sha256.lower(), log.hash_algorithm, number) for log in logs),
        )

    def add_other(self, logs: Iterable[LogReference]) -> None:
        """Take what an authentic digest file of another trail says, which delivers into the same place."""
        self._others = True
        self._database.executemany(
            "INSERT OR IGNORE INTO of_others VALUES (?, ?)", ((log.bucket, log.key) for log in logs)
        )

    def of_bucket(self, bucket: str) -> Iterator[Reference]:
        """The log files delivered to a bucket, in the order in which S3 lists keys."""
        last = ""
        while True:
            (page,) = self._database.execute(_PAGE, (bucket, last)).fetchone()
            rows = sorted(_decode_page(page))
            if not rows:
                return
            yield from (Reference(*row) for row in rows)
            last = rows[-1][1]

    def of_other_buckets(self, bucket: str) -> Iterator[Reference]:
        """The log files delivered to any bucket but this one."""
        rows = self._database.execute(f"{_NAMED} WHERE bucket <> ? ORDER BY bucket, named.key", (bucket,))
        return (Reference(*row) for row in rows)

    def is_others(self, bucket: str, key: str) -> bool:
        """Whether another trail's digest files name a log file."""
        if not self._others:
            return False
        found = self._database.execute(
            "SELECT 1 FROM of_others WHERE bucket = ? AND key = ?", (bucket, key)
        ).fetchone()
        return found is not None
