"""A Lake query's text, read and checked: one SELECT over event data stores, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from sandbox.lake.errors import InvalidQueryStatementException
from sandbox.lake.limits import QUERY_STATEMENT_LENGTH
from sandbox.lake.sql import functions
from sandbox.lake.sql.comparison import check_comparisons
from sandbox.lake.sql.scope import check_aliases, outputs, place

if TYPE_CHECKING:
    from collections.abc import Iterator

STORE_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
"""What the ID of an event data store looks like: a UUID."""

_PIECES: Final = re.compile(
    rf"""(?P<kept>'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/)|\b(?P<store>{STORE_ID.pattern})\b""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_NOT_SELECT: Final = "Only SELECT statements are allowed"
_TRINO: Final = Trino()
_CHANGES: Final = (
    exp.DDL,
    exp.Insert,
    exp.Update,
    exp.Delete,
    exp.Merge,
    exp.Command,
    exp.Into,
    exp.Lock,
)
_BEGINNINGS: Final = frozenset({TokenType.SELECT, TokenType.WITH, TokenType.L_PAREN})


@dataclass(frozen=True, slots=True)
class Statement:
    """A checked query.

    Attributes:
        text: As it was sent.
        query: Its syntax tree, in Trino's terms; never changed.
        store_ids: The event data stores it reads, in lower case, each once, in order of appearance.
        names: The names of its result's columns.
    """

    text: str
    query: exp.Query
    store_ids: tuple[str, ...]
    names: tuple[str, ...]


def parse(text: str) -> Statement:
    """Read a query.

    A semicolon may end it. Event data store IDs may stand unquoted, as in AWS's samples.

    Raises:
        InvalidQueryStatementException: when it is not one Trino SELECT over event data stores; the text
            says what is wrong and, where known, at which line and column.
    """
    if not 1 <= len(text) <= QUERY_STATEMENT_LENGTH:
        raise InvalidQueryStatementException(
            f"The query has {len(text)} characters; it may have 1 to {QUERY_STATEMENT_LENGTH}"
        )
    source = _PIECES.sub(_quoted, text)
    query = one_select(source)
    check_nodes(query)
    check_functions(query, source)
    store_ids = tuple(dict.fromkeys(_store_ids(query)))
    if not store_ids:
        raise InvalidQueryStatementException("The query names no event data store in a FROM clause")
    check_aliases(query)
    check_comparisons(query)
    return Statement(text, query, store_ids, tuple(outputs(query, {})))


def _quoted(match: re.Match[str]) -> str:
    return match["kept"] or f'"{match["store"]}"'


def one_select(source: str) -> exp.Query:
    """Read a text that is one SELECT and nothing else.

    Raises:
        InvalidQueryStatementException: when it is not.
    """
    try:
        tokens = _TRINO.tokenize(source)
        while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
            tokens.pop()
        if any(token.token_type is TokenType.SEMICOLON for token in tokens):
            raise InvalidQueryStatementException(f"A query is one statement. {_NOT_SELECT}")
        if not tokens or tokens[0].token_type not in _BEGINNINGS:
            raise InvalidQueryStatementException(_NOT_SELECT)
        query = _TRINO.parser().parse(tokens, source)[0]
    except SqlglotError as error:
        raise InvalidQueryStatementException(_first_line(str(error))) from error
    except RecursionError as error:
        raise InvalidQueryStatementException("The query is nested too deeply") from error
    if not isinstance(query, exp.Query):
        raise InvalidQueryStatementException(_NOT_SELECT)
    return query


def check_nodes(query: exp.Query) -> None:
    """Refuse whatever changes something or is not Trino, wherever it hides.

    Raises:
        InvalidQueryStatementException: when there is something of the kind.
    """
    for node in query.walk():
        if isinstance(node, _CHANGES) and not isinstance(node, exp.Query):
            raise InvalidQueryStatementException(_NOT_SELECT)
        dollar = isinstance(node, exp.Identifier) and not node.quoted and node.name.startswith("$")
        if dollar or isinstance(node, (exp.Placeholder, exp.Parameter)):
            raise InvalidQueryStatementException("Query parameters are for dashboard queries only")


def check_functions(query: exp.Query, source: str) -> None:
    """Refuse functions that Trino has not.

    Raises:
        InvalidQueryStatementException: naming the first.
    """
    for call in query.find_all(exp.Func):
        name = _called_as(call, source)
        if name is not None and name.lower() not in functions.TRINO:
            raise InvalidQueryStatementException(f"{place(call)}Function '{name.lower()}' not registered")


def _called_as(call: exp.Func, source: str) -> str | None:
    """The name a function was called by; None for syntax such as CAST that the parser reads as a function."""
    if isinstance(call, exp.Anonymous):
        return str(call.name)
    start, end = call.meta.get("start"), call.meta.get("end")
    if start is None or end is None:
        return None
    name = source[start : end + 1]
    return name if name.isidentifier() else None


def _store_ids(query: exp.Query) -> Iterator[str]:
    ctes = {str(cte.alias).lower() for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        name = table.name
        if not isinstance(table.this, exp.Identifier):
            raise InvalidQueryStatementException("A table function cannot stand in FROM")
        if table.args.get("db") is None and STORE_ID.fullmatch(name):
            yield name.lower()
        elif table.args.get("db") is not None or name.lower() not in ctes:
            raise InvalidQueryStatementException(
                f"{place(table.this)}Table '{name}' does not exist. "
                "FROM takes the ID of an event data store: the last part of its ARN"
            )


def _first_line(text: str) -> str:
    return text.splitlines()[0][:500] if text else "The query cannot be read"
