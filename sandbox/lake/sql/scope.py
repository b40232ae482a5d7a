"""Which names a SELECT can see, and what its own columns are called.

Trino and DuckDB differ in one way that matters to whoever writes a query: DuckDB lets WHERE, GROUP BY and
HAVING use the SELECT list's aliases, Trino only ORDER BY. Names it cannot find are refused here as Trino
refuses them; whether a column exists at all is left to DuckDB's binder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from sandbox.lake.errors import InvalidQueryStatementException
from sandbox.lake.schema import RESOURCE_FIELDS, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def output_name(projection: exp.Expr) -> str | None:
    """What Trino calls a column of a SELECT list, spelled as the query spells it; None when it has no name."""
    if isinstance(projection, exp.Alias):
        return str(projection.alias)
    if isinstance(projection, exp.Column):
        return str(projection.name)
    if isinstance(projection, exp.Dot):
        return str(projection.expression.name)
    return None


def outputs(query: exp.Query, ctes: Mapping[str, exp.Query]) -> list[str]:
    """The names of a query's columns in order; an unnamed one is `_colN`, N from 0."""
    visible = {**ctes, **_ctes(query)}
    if isinstance(query, exp.SetOperation):
        return outputs(_query(query.left), visible)
    if isinstance(query, exp.Subquery):
        return outputs(_query(query.this), visible)
    names: list[str] = []
    for projection in query.selects:
        if _is_star(projection):
            names += _star(projection, query, visible)
        else:
            names.append(output_name(projection) or f"_col{len(names)}")
    return names


def check_aliases(query: exp.Query) -> None:
    """Refuse a SELECT that uses its own aliases where Trino does not know them yet.

    Raises:
        InvalidQueryStatementException: naming the alias and its place.
    """
    for select in query.find_all(exp.Select):
        aliases = {
            projection.alias.lower() for projection in select.selects if isinstance(projection, exp.Alias)
        }
        known = {name.lower() for name in _source_columns(select, _enclosing_ctes(select))}
        for column in _own_columns(select):
            first = column.parts[0]
            if first.name.lower() in aliases - known and len(column.parts) == 1:
                raise InvalidQueryStatementException(
                    f"{place(first)}Column '{first.name.lower()}' cannot be resolved"
                )


def sources(select: exp.Select) -> Iterator[exp.Expr]:
    """What a SELECT reads from: tables, subqueries, unnested arrays."""
    start: Any = select.args.get("from_")
    if start is not None:
        yield start.this
    for join in select.args.get("joins") or ():
        yield join.this


def place(node: exp.Expr) -> str:
    """Where a name stands in the query's text, as Trino begins its messages; empty when unknown."""
    line, column, end = (node.meta.get(key) for key in ("line", "col", "end"))
    start = node.meta.get("start")
    if line is None or column is None or start is None or end is None:
        return ""
    return f"line {line}:{column - (end - start)}: "


def _own_columns(select: exp.Select) -> Iterator[exp.Column]:
    """The columns a SELECT itself names, outside ORDER BY and outside queries within it."""
    for key, part in select.args.items():
        if key in {"order", "from_", "joins", "with_"}:
            continue
        nodes = part if isinstance(part, list) else [part]
        for node in nodes:
            if isinstance(node, exp.Expr):
                yield from (
                    column
                    for column in node.find_all(exp.Column)
                    if column.find_ancestor(exp.Select) is select and isinstance(column.this, exp.Identifier)
                )


def _source_columns(select: exp.Select, ctes: Mapping[str, exp.Query]) -> Iterator[str]:
    for source in sources(select):
        yield from _columns_of(source, ctes)


def _columns_of(source: exp.Expr, ctes: Mapping[str, exp.Query]) -> list[str]:
    alias = source.args.get("alias")
    if isinstance(alias, exp.TableAlias) and alias.columns:
        return [str(column.name) for column in alias.columns]
    if isinstance(source, exp.Table):
        named = ctes.get(source.name.lower())
        return outputs(named, _without(ctes, source.name.lower())) if named else list(SCHEMA.names)
    if isinstance(source, exp.Query):
        return outputs(source, ctes)
    if isinstance(source, exp.Unnest) and source.expressions[0].name.lower() == "resources":
        return list(RESOURCE_FIELDS)
    return []


def _star(projection: exp.Expr, query: exp.Query, ctes: Mapping[str, exp.Query]) -> list[str]:
    of = projection.table.lower() if isinstance(projection, exp.Column) else ""
    select = query if isinstance(query, exp.Select) else exp.Select()
    names: list[str] = []
    for source in sources(select):
        if not of or source.alias_or_name.lower() == of:
            names += _columns_of(source, ctes)
    return names


def _is_star(projection: exp.Expr) -> bool:
    return isinstance(projection, exp.Star) or (
        isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star)
    )


def _ctes(query: exp.Query) -> dict[str, exp.Query]:
    return {str(cte.alias).lower(): _query(cte.this) for cte in query.ctes}


def _enclosing_ctes(select: exp.Select) -> dict[str, exp.Query]:
    found: dict[str, exp.Query] = {}
    node: Any = select
    while node is not None:
        if isinstance(node, exp.Query):
            found = {**_ctes(node), **found}
        node = node.parent
    return found


def _without(ctes: Mapping[str, exp.Query], name: str) -> dict[str, exp.Query]:
    return {key: value for key, value in ctes.items() if key != name}


def _query(node: Any) -> exp.Query:
    if not isinstance(node, exp.Query):
        raise InvalidQueryStatementException("A SELECT was expected")
    return node
