"""Which event times a SELECT can match, so that files outside them need not be read.

Lake charges by what a query scans, and advises to bound `eventTime` (CloudTrail user guide, "Optimize
CloudTrail Lake queries", docs.aws.amazon.com/awscloudtrail/latest/userguide/lake-queries-optimization.html).
Bounds are looked for where they are certain to hold: among the ANDed conditions of a SELECT from a single
event data store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from sandbox.lake.schema import COLUMNS
from sandbox.lake.sql.scope import sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.lake.sql.statement import Statement

_LOWER: Final = (exp.GT, exp.GTE, exp.EQ)
_UPPER: Final = (exp.LT, exp.LTE, exp.EQ)
_MIRRORED: Final[dict[type[exp.Expr], type[exp.Expr]]] = {
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.EQ: exp.EQ,
}


@dataclass(frozen=True, slots=True)
class Window:
    """Constant expressions, in Trino's terms, that every matching event's time is at or after, at or before."""

    lower: tuple[exp.Expr, ...] = ()
    upper: tuple[exp.Expr, ...] = ()


def window(statement: Statement) -> Window:
    """The bounds a statement sets on `eventTime`; an open window where none can be relied on."""
    select = single_select(statement)
    where = select.args.get("where") if select is not None else None
    if where is None:
        return Window()
    lower: list[exp.Expr] = []
    upper: list[exp.Expr] = []
    for condition in _conjuncts(where.this):
        for kind, bound in _comparisons(condition):
            if bound.find(exp.Column, exp.Query) is None:
                lower += [bound] if kind in _LOWER else []
                upper += [bound] if kind in _UPPER else []
    return Window(tuple(lower), tuple(upper))


def single_select(statement: Statement) -> exp.Select | None:
    """The statement's one SELECT when it reads one event data store and nothing else, else None."""
    query = statement.query
    if not isinstance(query, exp.Select) or query.ctes:
        return None
    read = list(sources(query))
    return query if len(read) == 1 and isinstance(read[0], exp.Table) else None


def columns(statement: Statement) -> frozenset[str]:
    """The columns of `SCHEMA` the statement can need; all of them when it selects `*`."""
    query = statement.query
    stars = (star for star in query.find_all(exp.Star) if not isinstance(star.parent, exp.Count))
    if next(stars, None) is not None:
        return COLUMNS
    named = {str(identifier.name).lower() for identifier in query.find_all(exp.Identifier)}
    return (COLUMNS & named) | {"eventtime"}


def _conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    condition = condition.unnest()
    if isinstance(condition, exp.And):
        yield from _conjuncts(condition.this)
        yield from _conjuncts(condition.expression)
    else:
        yield condition


def _comparisons(node: exp.Expr) -> Iterator[tuple[type[exp.Expr], exp.Expr]]:
    if isinstance(node, exp.Between) and _is_event_time(node.this):
        yield exp.GTE, node.args["low"]
        yield exp.LTE, node.args["high"]
    mirrored = _MIRRORED.get(type(node))
    if mirrored is not None and _is_event_time(node.this):
        yield type(node), node.expression
    elif mirrored is not None and _is_event_time(node.expression):
        yield mirrored, node.this


def _is_event_time(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column) and node.name.lower() == "eventtime"
