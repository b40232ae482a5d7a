# ruff: noqa: S608 # queries are the subject
from __future__ import annotations

import pytest

from sandbox.lake.schema import COLUMNS
from sandbox.lake.sql.statement import parse
from sandbox.lake.sql.window import columns, window

STORE = "ad85f16b-ed48-4cd0-8833-e0d5e6b22725"


@pytest.mark.parametrize(
    ("condition", "lower", "upper"),
    [
        ("eventTime > '2026-09-01'", 1, 0),
        ("'2026-09-01' >= eventTime", 0, 1),
        ("eventTime = '2026-09-01'", 1, 1),
        ("eventTime BETWEEN '2026-09-01' AND '2026-09-02'", 1, 1),
        ("(eventTime > '2026-09-01' AND readOnly = false) AND eventTime < now()", 1, 1),
        ("eventTime > '2026-09-01' OR readOnly = false", 0, 0),
        ("NOT eventTime > '2026-09-01'", 0, 0),
        ("eventTime > userIdentity.sessionContext.attributes.creationDate", 0, 0),
        ("readOnly = false", 0, 0),
    ],
)
def test_only_certain_bounds_count(condition: str, lower: int, upper: int) -> None:
    """A bound counts when every matching event has to meet it and it is the same for all of them."""
    found = window(parse(f"SELECT eventID FROM {STORE} WHERE {condition}"))
    assert (len(found.lower), len(found.upper)) == (lower, upper)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a.eventID FROM {s} a JOIN {s} b ON true WHERE a.eventTime > '2026-09-01'",
        "SELECT eventID FROM (SELECT * FROM {s}) WHERE eventTime > '2026-09-01'",
        "SELECT eventID FROM {s} WHERE eventTime > '2026-09-01' UNION SELECT eventID FROM {s}",
        "WITH x AS (SELECT * FROM {s}) SELECT eventID FROM x WHERE eventTime > '2026-09-01'",
    ],
)
def test_a_query_over_more_than_one_source_has_no_window(text: str) -> None:
    """A bound of one of several sources says nothing about the others."""
    found = window(parse(text.format(s=STORE)))
    assert (found.lower, found.upper) == ((), ())


def test_only_named_columns_are_needed() -> None:
    """The columns of the query and the event time; `*` needs all, `count(*)` none more."""
    assert columns(parse(f"SELECT userIdentity.arn, count(*) FROM {STORE} GROUP BY 1")) == {
        "useridentity",
        "eventtime",
    }
    assert columns(parse(f"SELECT * FROM {STORE}")) == COLUMNS
