# ruff: noqa: S608 # queries are the subject
from __future__ import annotations

import pytest

from sandbox.lake.errors import InvalidQueryStatementException
from sandbox.lake.sql.statement import parse

STORE = "ad85f16b-ed48-4cd0-8833-e0d5e6b22725"


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("readOnly = 'false'", "boolean = varchar"),
        ("managementEvent <> 1", "boolean <> integer"),
        ("recipientAccountId = 123456789012", "varchar = integer"),
        ("123456789012 = recipientAccountId", "varchar = integer"),
        ("userIdentity.accountId IN ('1', 123456789012)", "varchar IN integer"),
        ("element_at(requestParameters, 'limit') > 5", "varchar > integer"),
        ("requestParameters['encrypted'] = true", "varchar = boolean"),
        ("eventTime > 20260901", "timestamp > integer"),
        ("eventTime > '2026-09-01T00:00:00Z'", "cannot be cast to timestamp"),
        ("eventTime BETWEEN '2026-09-01' AND 'tomorrow'", "cannot be cast to timestamp: tomorrow"),
        ("requestParameters = 'x'", "map = varchar"),
    ],
)
def test_a_literal_of_another_type_is_refused(condition: str, message: str) -> None:
    """Trino does not convert between text, numbers and booleans; the sandbox says so as Trino does."""
    with pytest.raises(InvalidQueryStatementException, match=message):
        parse(f"SELECT eventID FROM {STORE} WHERE {condition}")


@pytest.mark.parametrize(
    "condition",
    [
        "readOnly = false",
        "readOnly IS NOT NULL",
        "recipientAccountId = '123456789012'",
        "eventTime > '2026-09-01 00:00:00'",
        "eventTime >= '2026-09-01' AND eventTime < '2026-09-01 12:30:00.123'",
        "eventTime > timestamp '2026-09-01 00:00:00'",
        "eventTime > DATE_ADD('week', -1, CURRENT_TIMESTAMP)",
        "cardinality(resources) > 1",
        "CAST(element_at(requestParameters, 'limit') AS bigint) > 5",
    ],
)
def test_literals_of_the_same_type_pass(condition: str) -> None:
    """What AWS's samples write is accepted."""
    assert parse(f"SELECT eventID FROM {STORE} WHERE {condition}").names == ("eventID",)
