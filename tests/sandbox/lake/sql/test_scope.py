# queries are the subject
from __future__ import annotations

import pytest

from sandbox.lake.errors import InvalidQueryStatementException
from sandbox.lake.sql.statement import parse

STORE = "ad85f16b-ed48-4cd0-8833-e0d5e6b22725"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT eventName AS n FROM {s} WHERE n = 'x'",
        "SELECT lower(eventName) AS n, count(*) FROM {s} GROUP BY n",
        "SELECT eventName, count(*) AS calls FROM {s} GROUP BY eventName HAVING calls > 1",
        "SELECT eventName AS n, n AS again FROM {s}",
        "SELECT 1 FROM (SELECT eventName AS n FROM {s} WHERE n = 'x')",
    ],
)
def test_an_alias_is_unknown_outside_order_by(text: str) -> None:
    """DuckDB would allow it, Trino does not, so neither does the sandbox."""
    with pytest.raises(InvalidQueryStatementException, match=r"Column '\w+' cannot be resolved"):
        parse(text.format(s=STORE))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT eventName AS n FROM {s} ORDER BY n",
        "SELECT lower(eventName) AS eventName FROM {s} WHERE eventName = 'x'",
        "SELECT n FROM (SELECT eventName AS n FROM {s}) WHERE n = 'x'",
        "WITH x AS (SELECT eventName AS n FROM {s}) SELECT n AS m FROM x WHERE n = 'x' GROUP BY n",
        "WITH x AS (SELECT eventName AS n FROM {s}), y AS (SELECT * FROM x) SELECT n AS n FROM y WHERE n = 'x'",
        "SELECT r.arn AS arn FROM {s} CROSS JOIN UNNEST(resources) AS r(a, t, arn, p) WHERE arn = 'x'",
        "SELECT userIdentity.arn AS arn FROM {s} e WHERE e.userIdentity.arn = 'x'",
        "SELECT eventName AS n FROM {s} GROUP BY 1",
        "SELECT eventName AS n FROM {s} WHERE eventID IN (SELECT n FROM (SELECT eventID AS n FROM {s}))",
    ],
)
def test_names_of_what_is_read_from_are_known_everywhere(text: str) -> None:
    """Columns of tables, subqueries, WITH queries and unnested arrays may be used in any clause."""
    assert parse(text.format(s=STORE)).store_ids == (STORE,)
