"""A statement's text, read and checked: one SELECT of Trino's, each table it reads, and which partitions of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from sandbox.athena.errors import QueryFailed
from sandbox.lake.errors import InvalidQueryStatementException
from sandbox.lake.sql.scope import outputs
from sandbox.lake.sql.statement import check_functions, check_nodes, one_select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.athena.projection import GlueTable


@dataclass(frozen=True, slots=True)
class Scan:
    """One read of one table.

    Attributes:
        alias: What the statement, as it is run, calls it.
        table: The table.
        predicates: The conditions on its partition columns alone; a partition that does not meet them is not read.
    """

    alias: str
    table: GlueTable
    predicates: tuple[exp.Expr, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A checked statement.

    Attributes:
        query: Its syntax tree, with each scan under its alias.
        scans: What it reads.
        names: The names of its result's columns.
    """

    query: exp.Query
    scans: tuple[Scan, ...]
    names: tuple[str, ...]


def parse(text: str, find: Callable[[str, str], GlueTable], *, database: str | None = None) -> Statement:
    """Read a statement.

    Args:
        text: As it was sent.
        find: Finds a table by its database's name and its own.
        database: The database of tables that name none.

    Raises:
        QueryFailed: when it is not one SELECT over known tables, with a value for each injected partition column.
    """
    try:
        query = one_select(text)
        check_nodes(query)
        check_functions(query, text)
    except InvalidQueryStatementException as error:
        raise QueryFailed(f"SYNTAX_ERROR: {error.message}") from error
    names = tuple(name.lower() for name in outputs(query, {}))
    ctes = {cte.alias.lower() for cte in query.find_all(exp.CTE)}
    scans: list[Scan] = []
    for node in list(query.find_all(exp.Table)):
        if not node.db and node.name.lower() in ctes:
            continue
        if not (node.db or database):
            raise QueryFailed(f"SYNTAX_ERROR: Schema must be specified for {node.name}")
        table = find((node.db or database or "").lower(), node.name.lower())
        predicates = tuple(_predicates(node, table))
        for column in table.injected():
            if not any(_names_values(predicate, column) for predicate in predicates):
                raise QueryFailed(
                    f"CONSTRAINT_VIOLATION: For the injected projected partition column {column}, the WHERE clause "
                    "must contain only static equality conditions, and at least one such condition must be present."
                )
        alias = f"scan_{len(scans)}"
        scans.append(Scan(alias, table, predicates))
        renamed = exp.Table(this=exp.to_identifier(alias, quoted=True))
        renamed.set("alias", exp.TableAlias(this=exp.to_identifier(node.alias or node.name, quoted=True)))
        node.replace(renamed)
    return Statement(query, tuple(scans), names)


def _predicates(node: exp.Table, table: GlueTable) -> Iterator[exp.Expr]:
    """The conditions of the SELECT that reads a table that speak of its partition columns only."""
    select = node.find_ancestor(exp.Select)
    where = select.args.get("where") if select else None
    for condition in where.this.flatten() if where and isinstance(where.this, exp.And) else _only(where):
        asked = {column.name.lower() for column in condition.find_all(exp.Column)}
        if asked and asked <= {*table.partition_columns}:
            bare = condition.copy()
            for column in bare.find_all(exp.Column):
                column.replace(exp.column(column.name.lower(), quoted=True))
            yield bare.unnest()


def _only(where: exp.Expr | None) -> list[exp.Expr]:
    return [where.this] if where else []


def _names_values(condition: exp.Expr, column: str) -> bool:
    """Whether a condition says which values a column has."""
    if isinstance(condition, exp.In):
        values = condition.expressions
    elif isinstance(condition, exp.EQ):
        values = [condition.expression]
    else:
        return False
    return condition.this.name == column and bool(values) and all(isinstance(v, exp.Literal) for v in values)
