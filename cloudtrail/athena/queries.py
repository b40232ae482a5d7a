"""The statements that verify with Athena, in Trino's SQL.

Both read `log_files`, whose rows hold a log file each. A line that is not `{"Records": [...]}` gives a row without a
record, so that it is never overlooked. A second line that is, in one file, shows only by the records that it holds: to
count the lines of every file, Athena would have to bring all of them together. The digest files tell of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudtrail.athena.partitions import literals
from cloudtrail.athena.table import LOG_FILES
from cloudtrail.sql import identifier, literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cloudtrail.athena.partitions import Partitions

PATH: Final = "path"
POSITION: Final = "position"
RECORD: Final = "record"
"""The columns of what `records_query` gives: the file's URI, the record's place in it from 1 on, and its JSON. The last
two are null for a file that could not be read as a log file."""

_SOURCE: Final = """json_extract_scalar("item"."record", '$.eventSource')"""
_NO_SOURCE: Final = (
    """NOT COALESCE(json_format(json_extract("item"."record", '$.eventSource')) LIKE '"%', FALSE)"""
)
"""Whether a record's `eventSource` is anything but a text: then it is none, and somebody has to look at it."""
_TIME: Final = """TRY(from_iso8601_timestamp(json_extract_scalar("item"."record", '$.eventTime')))"""


def records_query(
    partitions: Partitions,
    *,
    database: str,
    sources: Sequence[str],
    start: datetime,
    end: datetime,
    table: str = LOG_FILES,
) -> str:
    """The records of some event sources in a window, and those that tell no source or no time.

    Args:
        partitions: What is read.
        database: The tables' database.
        sources: The `eventSource`s.
        start: The first event time, aware.
        end: The last one.
        table: The table of log files.
    """
    return (
        f'SELECT "files"."path" AS "{PATH}", "item"."position" AS "{POSITION}", '
        f'json_format("item"."record") AS "{RECORD}"\n'
        f'FROM ({_files(partitions, database, table)}) AS "files"\n'
        'LEFT JOIN UNNEST("files"."records") WITH ORDINALITY AS "item" ("record", "position") ON TRUE\n'
        'WHERE "files"."records" IS NULL\n'
        f'  OR ("item"."position" IS NOT NULL AND {_NO_SOURCE})\n'
        f"  OR ({_SOURCE} IN ({literals(sources)}) AND {_in_window(start, end)})"
    )


def coverage_query(
    partitions: Partitions,
    *,
    database: str,
    sources: Sequence[str],
    start: datetime,
    end: datetime,
    table: str = LOG_FILES,
) -> str:
    """How many events of which name there are in each account and Region, each event counted once.

    Args:
        partitions: What is read.
        database: The tables' database.
        sources: The `eventSource`s.
        start: The first event time, aware.
        end: The last one.
        table: The table of log files.
    """
    return (
        'SELECT "files"."account", "files"."region", '
        """json_extract_scalar("item"."record", '$.eventName') AS "event_name", """
        """count(DISTINCT json_extract_scalar("item"."record", '$.eventID')) AS "events"\n"""
        f'FROM ({_files(partitions, database, table)}) AS "files"\n'
        'CROSS JOIN UNNEST("files"."records") AS "item" ("record")\n'
        f"WHERE {_SOURCE} IN ({literals(sources)}) AND {_in_window(start, end)}\n"
        "GROUP BY 1, 2, 3\nORDER BY 1, 2, 3"
    )


def _files(partitions: Partitions, database: str, table: str) -> str:
    return (
        'SELECT "$path" AS "path", "account", "region", '  # noqa: S608 -- texts go through cloudtrail.sql
        """TRY(CAST(json_extract(json_parse("line"), '$.Records') AS ARRAY(JSON))) AS "records"\n"""
        f"  FROM {identifier(database)}.{identifier(table)}\n"
        f"  WHERE {partitions.predicate}"
    )


def _in_window(start: datetime, end: datetime) -> str:
    """Whether a record is of the window; one whose time cannot be read is, so that somebody looks at it."""
    first, last = (f"from_iso8601_timestamp({literal(time.isoformat())})" for time in (start, end))
    return f"COALESCE({_TIME} BETWEEN {first} AND {last}, TRUE)"
