"""Comparisons that Trino refuses and DuckDB would quietly convert.

`recipientAccountId = 123456789012` or `readOnly = 'false'` runs in DuckDB; Trino, and so Lake, says that the
operator cannot be applied to these types. Only literals are looked at: they are where people slip.
`eventTime` is the documented exception: it may be compared with a text that reads as a timestamp
(CloudTrail user guide, "Create or edit a query with the CloudTrail console").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from sandbox.lake.errors import InvalidQueryStatementException
from sandbox.lake.schema import BOOLEAN_COLUMNS, MAP_COLUMNS, TEXT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMESTAMP_TEXT: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}( \d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,12})?)?)?")
"""A timestamp as Trino reads one from text."""

_TIME_COLUMNS: Final = frozenset({"eventtime", "creationdate"})
_TEXT_FUNCTIONS: Final = (exp.Lower, exp.Upper, exp.JSONExtractScalar, exp.Substring, exp.Trim)
_OPERATORS: Final = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.NullSafeEQ: "IS DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
    exp.Between: "BETWEEN",
    exp.In: "IN",
}


def check_comparisons(query: exp.Query) -> None:
    """Refuse comparisons of a value with a literal of another type.

    Raises:
        InvalidQueryStatementException: naming both types, in Trino's words.
    """
    for node in query.find_all(*_OPERATORS):
        for value, literal in _pairs(node):
            left, right = _kind(value), _literal(literal)
            if left == "timestamp" and right == "varchar":
                if not TIMESTAMP_TEXT.fullmatch(literal.name):
                    raise InvalidQueryStatementException(
                        f"Value cannot be cast to timestamp: {literal.name}. "
                        "Write it as '2026-09-01 00:00:00', in UTC."
                    )
            elif left and right and left != right:
                raise InvalidQueryStatementException(
                    f"Cannot apply operator: {left} {_OPERATORS[type(node)]} {right}"
                )


def _pairs(node: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    if isinstance(node, exp.Between):
        yield node.this, node.args["low"]
        yield node.this, node.args["high"]
    elif isinstance(node, exp.In):
        yield from ((node.this, item) for item in node.expressions)
    else:
        yield node.this, node.expression
        yield node.expression, node.this


def _literal(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Literal):
        return "varchar" if node.is_string else "integer"
    return "boolean" if isinstance(node, exp.Boolean) else None


def _kind(node: exp.Expr) -> str | None:  # noqa: PLR0911 # one return for each kind of value
    if isinstance(node, _TEXT_FUNCTIONS):
        return "varchar"
    if isinstance(node, exp.Bracket):
        return "varchar" if _kind(node.this) == "map" else None
    if not isinstance(node, exp.Column):
        return None
    name = node.name.lower()
    if name in _TIME_COLUMNS:
        return "timestamp"
    if name in BOOLEAN_COLUMNS:
        return "boolean"
    if name in MAP_COLUMNS:
        return "map"
    in_identity = any(part.name.lower() == "useridentity" for part in node.parts[:-1])
    return "varchar" if name in TEXT_COLUMNS or in_identity else None
