"""Values of a query's result as the text GetQueryResults sends.

Times, counts and plain text are as AWS's samples show them (CloudTrail user guide, "Example queries");
structures, maps and lists are written the way results of Lake look in practice: `{type=Root, arn=null}`.
A null column is a JSON null (AWS does not document this; boto3 shows None), a null inside is `null`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

_PLAIN_FROM: Final = 1e-3
_PLAIN_TO: Final = 1e7


def rows(table: pa.Table, names: Sequence[str]) -> Iterator[list[dict[str, str | None]]]:
    """Each row as a list of one-entry objects, one per column, in the order of the query."""
    columns = [table.column(index).to_pylist() for index in range(table.num_columns)]
    for values in zip(*columns, strict=True):
        yield [{name: column_text(value)} for name, value in zip(names, values, strict=True)]


def column_text(value: Any) -> str | None:
    """One column's value; None for null."""
    return None if value is None else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, (list, Mapping)):
        return _collection(value)
    for kind, spelled in _SPELLINGS:
        if isinstance(value, kind):
            return spelled(value)
    return str(value)


def _collection(value: Any) -> str:
    if isinstance(value, Mapping):
        return _pairs(value.items())
    if value and all(isinstance(item, tuple) for item in value):
        # A map, as pyarrow hands it over: a list of pairs.
        return _pairs(value)
    return "[" + ", ".join(_text(item) for item in value) + "]"


def _pairs(pairs: Iterable[tuple[Any, Any]]) -> str:
    return "{" + ", ".join(f"{_text(key)}={_text(item)}" for key, item in pairs) + "}"


def _null(_: Any) -> str:
    return "null"


def _boolean(value: Any) -> str:
    return "true" if value else "false"


def _bytes(value: bytes) -> str:
    return value.hex(" ")


def _time(value: datetime) -> str:
    zone = "" if value.tzinfo is None else " UTC"
    return value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03}{zone}"


def double(value: float) -> str:
    """A double as Java writes it, and so Trino: `0.5`, `1.0E7`, `NaN`, `Infinity`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        return repr(value)
    mantissa, _, exponent = f"{Decimal(repr(value)).normalize():E}".partition("E")
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"


# A boolean is an int to Python and a datetime a date, so the order counts.
_SPELLINGS: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (type(None), _null),
    (bool, _boolean),
    (float, double),
    (datetime, _time),
    (bytes, _bytes),
)
