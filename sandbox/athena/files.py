"""The rows of a file: its lines, or its records, as the table's input format takes it apart."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any, Final, cast

from sandbox.athena.errors import QueryFailed
from sandbox.athena.hive import arrow_type, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.athena.projection import GlueTable

_HIDDEN: Final = ("_", ".")
"""Athena takes files whose names begin so for hidden, and leaves them out."""
_CLOUDTRAIL: Final = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
_TEXT: Final = "org.apache.hadoop.mapred.TextInputFormat"
_LONGEST: Final = 32 * 1024 * 1024
"""Bytes of a row: Athena's hard limit."""


def is_hidden(name: str) -> bool:
    """Whether Athena leaves a file out, by its name."""
    return name.startswith(_HIDDEN)


def rows(table: GlueTable, uri: str, body: bytes) -> Iterator[dict[str, Any]]:
    """The rows of a file.

    Args:
        table: The table it is read as.
        uri: Where it lies, for messages; what ends in `.gz` is inflated.
        body: Its bytes.

    Raises:
        QueryFailed: when it cannot be read; then the whole query fails, as in Athena.
    """
    text = _inflated(uri, body)
    if table.input_format == _TEXT:
        ((column, _),) = table.columns
        for line in text.splitlines():
            if len(line) > _LONGEST:
                raise QueryFailed(f"HIVE_CURSOR_ERROR: {uri}: a row is larger than 32 MB")
            yield {column: line.decode("utf-8", "replace")}
    elif table.input_format == _CLOUDTRAIL:
        kinds = [(name, arrow_type(kind)) for name, kind in table.columns]
        for record in _records(uri, text):
            named = {key.lower(): value for key, value in record.items()}
            yield {name: value_of(named.get(name), kind) for name, kind in kinds}
    else:
        raise QueryFailed(f"The sandbox has no input format {table.input_format}")


def _inflated(uri: str, body: bytes) -> bytes:
    if not uri.endswith(".gz"):
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        raise QueryFailed(f"HIVE_CURSOR_ERROR: {uri}: {error}") from error


def _records(uri: str, text: bytes) -> list[dict[str, Any]]:
    try:
        document: Any = json.loads(text)
        return [cast("dict[str, Any]", one) for one in document["Records"] if isinstance(one, dict)]
    except (ValueError, TypeError, KeyError) as error:
        raise QueryFailed(f"HIVE_CURSOR_ERROR: {uri}: it is no log file") from error
