"""A checked Trino SELECT in DuckDB's words, where the two differ in meaning and not only in spelling.

sqlglot translates most of it; the rules here are for what it leaves: `element_at` and subscripts of maps,
UNNEST of an array of rows, JSON functions on text that is no JSON, lambda predicates, integer division,
and the time, which is the query's start everywhere in the query.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types

from sandbox.lake.errors import InvalidQueryStatementException
from sandbox.lake.schema import MAP_COLUMNS, RESOURCE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.lake.sql.statement import Statement


_STRFTIME: Final = {
    "yyyy": "%Y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
    "SSS": "%g",
}
_JODA: Final = re.compile(r"([A-Za-z])(?:\1)*|'[^']*'|[^A-Za-z']+")
SEQUENCE_ENTRIES: Final = 10_000
"""Trino's bound on `sequence`."""


def to_duckdb(statement: Statement, now: datetime) -> str:
    """The statement as DuckDB SQL; each event data store is a table named by its ID in lower case.

    Args:
        statement: The checked query.
        now: What CURRENT_TIMESTAMP and its kin mean, aware.

    Raises:
        InvalidQueryStatementException: when it uses something the sandbox cannot translate.
    """
    try:
        return translated(statement.query, now)
    except SqlglotError as error:
        raise InvalidQueryStatementException(
            f"The sandbox cannot translate this query: {str(error).splitlines()[0][:300]}"
        ) from error
    except RecursionError as error:
        raise InvalidQueryStatementException("The query is nested too deeply") from error


def translated(query: exp.Expr, now: datetime) -> str:
    """Any part of a checked query as DuckDB SQL."""
    # A root of its own, so that whatever is rewritten has a parent to be replaced in.
    root = exp.Tuple(expressions=[annotate_types(query.copy(), dialect="trino")])
    for node in reversed(list(root.expressions[0].walk(bfs=False))):
        new = _rewritten(node, now)
        if new is not node:
            node.replace(new)
    return root.expressions[0].sql(dialect="duckdb", comments=False)


def _rewritten(node: exp.Expr, now: datetime) -> exp.Expr:
    for kind, rule in _RULES.items():
        if type(node) is kind:
            return rule(node)
    if isinstance(node, (exp.CurrentTimestamp, exp.CurrentDate, exp.Localtimestamp, exp.CurrentTime)):
        return _time(node, now)
    if isinstance(node, exp.Anonymous) and (rule := _CALLS.get(node.name.lower())):
        return rule(node)
    return node


def _time(node: exp.Expr, now: datetime) -> exp.Expr:
    literal = exp.Literal.string(now.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + "+00")
    at = exp.cast(literal, "timestamptz", dialect="duckdb")
    if isinstance(node, exp.CurrentTimestamp):
        return at
    kind = "time"
    if isinstance(node, exp.CurrentDate):
        kind = "date"
    elif isinstance(node, exp.Localtimestamp):
        kind = "timestamp"
    return exp.cast(exp.cast(at, "timestamp", dialect="duckdb"), kind, dialect="duckdb")


def _table(node: exp.Expr) -> exp.Expr:
    node.set("this", exp.to_identifier(node.name.lower(), quoted=True))
    return node


def _bracket(node: exp.Expr) -> exp.Expr:
    """`map[key]` fails on a missing key in Trino; `element_at(map, key)` and everything in DuckDB is null."""
    if node.args.get("safe") or not _is_map(node.this):
        return node
    key = node.expressions[0]
    missing = exp.func("concat", exp.Literal.string("Key not present in map: "), key.copy())
    found = exp.or_(
        exp.Is(this=node.this.copy(), expression=exp.Null()),
        exp.func("map_contains", node.this.copy(), key.copy()),
    )
    return exp.Case().when(found, node.copy()).else_(exp.func("error", missing))


def _array_size(node: exp.Expr) -> exp.Expr:
    name = "cardinality" if _is_map(node.this) else "len"
    return exp.cast(exp.Anonymous(this=name, expressions=[node.this]), "bigint")


def _json_scalar(node: exp.Expr) -> exp.Expr:
    return _json("json_extract_string", node)


def _json_value(node: exp.Expr) -> exp.Expr:
    return _json("json_extract", node)


def _json(name: str, node: exp.Expr) -> exp.Expr:
    path = exp.Literal.string(node.expression.sql(dialect="trino").strip("'"))
    return _if_json(node.this, exp.Anonymous(this=name, expressions=[node.this.copy(), path]))


def _json_array_get(node: exp.Expr) -> exp.Expr:
    array, index = node.expressions
    return _if_json(array, exp.Anonymous(this="json_extract", expressions=[array.copy(), index]))


def _if_json(text: exp.Expr, value: exp.Expr) -> exp.Expr:
    """Null where Trino gives null and DuckDB fails: on text that is no JSON."""
    valid = exp.Anonymous(this="json_valid", expressions=[exp.cast(text.copy(), "text")])
    return exp.Case().when(valid, value)


def _any_match(node: exp.Expr) -> exp.Expr:
    return exp.GT(this=_matching(node), expression=exp.Literal.number(0))


def _none_match(node: exp.Expr) -> exp.Expr:
    return exp.EQ(this=_matching(node), expression=exp.Literal.number(0))


def _all_match(node: exp.Expr) -> exp.Expr:
    size = exp.Anonymous(this="len", expressions=[node.expressions[0].copy()])
    return exp.EQ(this=_matching(node), expression=size)


def _matching(node: exp.Expr) -> exp.Expr:
    array, predicate = node.expressions
    chosen = exp.Anonymous(this="list_filter", expressions=[array.copy(), predicate.copy()])
    return exp.Anonymous(this="len", expressions=[chosen])


def _unnest(node: exp.Expr) -> exp.Expr:
    """In Trino an array of rows unnests into the rows' fields, not into one column."""
    if len(node.expressions) != 1 or not _is_resources(node.expressions[0]):
        return node
    alias = node.args.get("alias")
    given = [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    if given and len(given) != len(RESOURCE_FIELDS):
        raise InvalidQueryStatementException(
            f"Column alias list has {len(given)} entries but UNNEST(resources) "
            f"has {len(RESOURCE_FIELDS)} columns available: {', '.join(RESOURCE_FIELDS)}"
        )
    name = alias.name if isinstance(alias, exp.TableAlias) and alias.name else "resource"
    each = exp.select(exp.alias_(exp.Anonymous(this="unnest", expressions=node.expressions), "item"))
    fields = [
        exp.alias_(exp.column(field, "item"), as_, quoted=True)
        for field, as_ in zip(RESOURCE_FIELDS, given or RESOURCE_FIELDS, strict=True)
    ]
    rows = exp.select(*fields).from_(each.subquery("each"))
    return exp.Lateral(this=rows.subquery(), alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def _series(node: exp.Expr) -> exp.Expr:
    """Trino refuses sequences over 10000 entries; DuckDB would not even stop making one when told to."""
    ends = [node.args.get(name) for name in ("start", "end")]
    if all(isinstance(end, exp.Literal) and end.is_int for end in ends):
        first, last = (int(end.name) for end in ends if end is not None)
        if abs(last - first) >= SEQUENCE_ENTRIES:
            raise InvalidQueryStatementException(
                f"result of sequence function must not have more than {SEQUENCE_ENTRIES} entries"
            )
    return node


def _format_datetime(node: exp.Expr) -> exp.Expr:
    """Trino's `format_datetime` takes Joda's letters; DuckDB's strftime has percent signs."""
    time, pattern = node.expressions
    parts = (
        [part.group() for part in _JODA.finditer(pattern.name)] if isinstance(pattern, exp.Literal) else []
    )
    if not parts or any(part[:1].isalpha() and part not in _STRFTIME for part in parts):
        raise InvalidQueryStatementException(
            f"The sandbox formats times with {', '.join(_STRFTIME)} in a literal pattern only"
        )
    written = "".join(_STRFTIME.get(part, part.strip("'").replace("%", "%%")) for part in parts)
    return exp.Anonymous(this="strftime", expressions=[time.copy(), exp.Literal.string(written)])


def _is_map(node: exp.Expr) -> bool:
    if isinstance(node, exp.Column):
        in_federation = any(part.name.lower() == "webidfederationdata" for part in node.parts[:-1])
        return node.name.lower() in MAP_COLUMNS or in_federation
    return isinstance(node, (exp.Map, exp.MapFromEntries)) or (
        isinstance(node, exp.Anonymous) and node.name.lower().startswith(("map_", "transform_"))
    )


def _is_resources(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column) and node.name.lower() == "resources"


_RULES: Final[dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]]] = {
    exp.Table: _table,
    exp.Bracket: _bracket,
    exp.ArraySize: _array_size,
    exp.JSONExtractScalar: _json_scalar,
    exp.JSONExtract: _json_value,
    exp.Unnest: _unnest,
    exp.GenerateSeries: _series,
}
_CALLS: Final[dict[str, Callable[[exp.Expr], exp.Expr]]] = {
    "any_match": _any_match,
    "all_match": _all_match,
    "none_match": _none_match,
    "json_array_get": _json_array_get,
    "format_datetime": _format_datetime,
}
