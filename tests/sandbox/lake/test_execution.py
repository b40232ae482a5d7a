# ruff: noqa: S608 # queries are the subject
from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from sandbox.lake.errors import InvalidQueryStatementException
from sandbox.lake.execution import Execution, Outcome, QueryFailed, QueryInterrupted, Scope
from sandbox.lake.rendering import rows
from sandbox.lake.schema import row
from sandbox.lake.sql.statement import parse
from sandbox.lake.storage import Row, StoreFiles, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STORE = "ad85f16b-ed48-4cd0-8833-e0d5e6b22725"
OTHER = "0a1b2c3d-0000-4000-8000-000000000001"
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1)  # noqa: DTZ001 # Lake's times have no zone
EVENTS: list[dict[str, Any]] = [
    {
        "eventID": "1",
        "eventTime": "2026-08-31T12:00:00Z",
        "eventName": "CreateMesh",
        "readOnly": False,
        "userIdentity": {"arn": "arn:a", "sessionContext": {"sessionIssuer": {"userName": "Admin"}}},
        "requestParameters": {"meshName": "shop", "spec": {"egressFilter": {"type": "ALLOW_ALL"}}},
        "resources": [
            {"ARN": "arn:mesh/shop", "type": "AWS::AppMesh::Mesh", "accountId": "123456789012"},
            {"ARN": "arn:mesh/other"},
        ],
    },
    {"eventID": "2", "eventTime": "2026-09-01T11:00:00Z", "eventName": "ListMeshes", "readOnly": True},
    {
        "eventID": "3",
        "eventTime": "2026-09-01T11:30:00.250Z",
        "eventName": "CreateRoute",
        "readOnly": False,
        "errorCode": "ForbiddenException",
        "requestParameters": {"meshName": "shop", "limit": "7", "evaluations": [{"kind": "x"}]},
    },
]
Run = "Callable[[str], Outcome]"


@pytest.fixture
def scopes(tmp_path: Path) -> dict[str, Scope]:
    """Two stores: one with an event a file, one with the last event only."""
    found: dict[str, Scope] = {}
    for store, events in ((STORE, EVENTS), (OTHER, EVENTS[2:])):
        files = StoreFiles(tmp_path / store)
        for event in events:
            files.append(Row(row(event), NOW))
            files.visible(NOW)
        found[store] = Scope(files.visible(NOW), LONG_AGO)
    return found


@pytest.fixture
def run(scopes: dict[str, Scope]) -> Callable[[str], Outcome]:
    """Run a query over the stores; `{s}` and `{o}` stand for their IDs."""

    def _run(text: str) -> Outcome:
        statement = parse(text.format(s=STORE, o=OTHER))
        execution = Execution(statement, NOW)
        execution.check()
        try:
            return execution.run({store: scopes[store] for store in statement.store_ids})
        finally:
            execution.close()

    return _run


def _values(outcome: Outcome) -> list[list[str | None]]:
    return [[value for cell in line for value in cell.values()] for line in rows(outcome.rows, outcome.names)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT eventID FROM {s} WHERE readOnly = false ORDER BY eventTime DESC", [["3"], ["1"]]),
        ("SELECT EVENTID FROM {s} WHERE EventName LIKE 'Create%' ORDER BY 1", [["1"], ["3"]]),
        ("SELECT eventTime FROM {s} WHERE eventID = '3'", [["2026-09-01 11:30:00.250"]]),
        ("SELECT userIdentity.sessionContext.sessionIssuer.userName FROM {s} WHERE eventID = '1'", [["Admin"]]),
        ("SELECT e.userIdentity.arn FROM {s} e WHERE e.eventID = '1'", [["arn:a"]]),
        ("SELECT element_at(requestParameters, 'meshName'), errorCode FROM {s} ORDER BY eventID LIMIT 2",
         [["shop", None], [None, None]]),
        ("SELECT requestParameters['meshName'] FROM {s} WHERE eventID = '1'", [["shop"]]),
        ("SELECT requestParameters['meshName'] FROM {s} WHERE eventID = '2'", [[None]]),
        ("SELECT eventID FROM {s} WHERE eventTime > DATE_ADD('hour', -2, CURRENT_TIMESTAMP) ORDER BY 1",
         [["2"], ["3"]]),
        ("SELECT eventID FROM {s} WHERE eventTime > now() - interval '45' minute", [["3"]]),
        ("SELECT eventID FROM {s} WHERE eventTime < timestamp '2026-09-01 00:00:00'", [["1"]]),
        ("SELECT eventID FROM {s} WHERE eventTime BETWEEN '2026-09-01 11:00:00' AND '2026-09-01 11:00:00'", [["2"]]),
        ("SELECT eventID FROM {s} WHERE eventTime > from_iso8601_timestamp('2026-09-01T11:15:00Z')", [["3"]]),
        ("SELECT date(eventTime), count(*) FROM {s} GROUP BY date(eventTime) ORDER BY 1",
         [["2026-08-31", "1"], ["2026-09-01", "2"]]),
        ("SELECT date_format(eventTime, '%Y/%m'), date_trunc('hour', eventTime) FROM {s} WHERE eventID = '3'",
         [["2026/09", "2026-09-01 11:00:00.000"]]),
        ("SELECT date_diff('hour', eventTime, current_timestamp) FROM {s} WHERE eventID = '1'", [["24"]]),
        ("SELECT approx_distinct(eventName), count(DISTINCT readOnly), sum(1), avg(2) FROM {s}",
         [["3", "2", "3", "2.0"]]),
        ("SELECT max_by(eventName, eventTime), min_by(eventName, eventTime) FROM {s}", [["CreateRoute", "CreateMesh"]]),
        ("SELECT eventID FROM {s} WHERE regexp_like(eventName, '^List|Route$') ORDER BY 1", [["2"], ["3"]]),
        (("SELECT json_extract_scalar(element_at(requestParameters, 'spec'), '$.egressFilter.type') FROM {s} "
         "ORDER BY eventID"), [["ALLOW_ALL"], [None], [None]]),
        ("SELECT json_extract_scalar(eventName, '$.a') FROM {s} WHERE eventID = '1'", [[None]]),
        (("SELECT json_extract_scalar(json_array_get(element_at(requestParameters, 'evaluations'), 0), '$.kind') "
         "FROM {s} WHERE eventID = '3'"), [["x"]]),
        ("SELECT cardinality(requestParameters), cardinality(resources) FROM {s} WHERE eventID = '1'", [["2", "2"]]),
        ("SELECT eventID FROM {s} WHERE any_match(resources, r -> r.arn = 'arn:mesh/shop')", [["1"]]),
        ("SELECT eventID FROM {s} WHERE none_match(resources, r -> r.arn = 'arn:none')", [["1"]]),
        ("SELECT eventID FROM {s} WHERE all_match(resources, r -> r.arn LIKE 'arn:%')", [["1"]]),
        ("SELECT r.arn FROM {s} CROSS JOIN UNNEST(resources) AS r(account, kind, arn, prefix) ORDER BY 1",
         [["arn:mesh/other"], ["arn:mesh/shop"]]),
        ("SELECT type FROM {s}, UNNEST(resources) AS r WHERE type IS NOT NULL", [["AWS::AppMesh::Mesh"]]),
        ("SELECT k FROM {s} CROSS JOIN UNNEST(map_keys(requestParameters)) AS t(k) WHERE eventID = '3' ORDER BY k",
         [["evaluations"], ["limit"], ["meshName"]]),
        ("SELECT element_at(resources, 1).arn, resources[2].arn FROM {s} WHERE eventID = '1'",
         [["arn:mesh/shop", "arn:mesh/other"]]),
        ("SELECT count(*) / 2, 7 / 2.0 FROM {s}", [["1", "3.5"]]),
        (("SELECT try(CAST(eventName AS bigint)), try_cast(element_at(requestParameters, 'limit') AS bigint) "
         "FROM {s} WHERE eventID = '3'"), [[None, "7"]]),
        ("SELECT CASE WHEN errorCode IS NULL THEN 'ok' ELSE errorCode END, count(*) FROM {s} GROUP BY 1 ORDER BY 2",
         [["ForbiddenException", "1"], ["ok", "2"]]),
        ("SELECT eventName, count(*) AS n FROM {s} GROUP BY eventName HAVING count(*) > 0 ORDER BY n, 1 LIMIT 1",
         [["CreateMesh", "1"]]),
        ("SELECT eventID FROM {s} WHERE errorCode IS DISTINCT FROM 'ForbiddenException' ORDER BY 1", [["1"], ["2"]]),
        ("SELECT eventID FROM {s} WHERE greatest(eventID, '2') = '2' AND eventID NOT IN ('2')", [["1"]]),
        ("SELECT eventID FROM {s} EXCEPT SELECT eventID FROM {o} ORDER BY 1", [["1"], ["2"]]),
        ("SELECT eventID FROM {s} INTERSECT SELECT eventID FROM {o}", [["3"]]),
        ("SELECT count(*) FROM (SELECT eventID FROM {s} UNION ALL SELECT eventID FROM {o})", [["4"]]),
        ("SELECT a.eventID, b.eventID FROM {s} a LEFT JOIN {o} b ON a.eventID = b.eventID ORDER BY 1",
         [["1", None], ["2", None], ["3", "3"]]),
        ("SELECT eventID, a.eventName FROM {s} a JOIN {o} b USING (eventID)", [["3", "CreateRoute"]]),
        (("WITH x AS (SELECT eventID, row_number() OVER (ORDER BY eventTime DESC) AS n FROM {s}) "
         "SELECT eventID FROM x WHERE n = 1"), [["3"]]),
        ("SELECT eventID FROM {s} ORDER BY errorCode, eventID", [["3"], ["1"], ["2"]]),
        ("SELECT format_datetime(eventTime, 'yyyy-MM-dd''T''HH:mm:ss.SSS') FROM {o}", [["2026-09-01T11:30:00.250"]]),
        ("SELECT to_iso8601(eventTime), to_iso8601(now()) FROM {o}",
         [["2026-09-01T11:30:00.250", "2026-09-01T12:00:00.000Z"]]),
        ("SELECT url_extract_host(u), url_extract_path(u) FROM {o}, UNNEST(ARRAY['https://a@h:1/p/q?x#y']) AS t(u)",
         [["h", "/p/q"]]),
        (("SELECT every(readOnly), codepoint('a'), is_nan(nan()), infinity(), current_timezone(), "
         "arrays_overlap(ARRAY[1], ARRAY[1, 2]), cardinality(array_union(ARRAY[1], ARRAY[1, 2])) FROM {o} GROUP BY 2"),
         [["false", "97", "true", "Infinity", "UTC", "true", "2"]]),
        ("SELECT current_date, localtimestamp, now() FROM {o}",
         [["2026-09-01", "2026-09-01 12:00:00.000", "2026-09-01 12:00:00.000 UTC"]]),
    ],
)  # fmt: skip
def test_queries_find_what_trino_would(run: Callable[[str], Outcome], text: str, expected: list[Any]) -> None:
    """The documented forms of a Lake query give the rows that Trino gives."""
    assert _values(run(text)) == expected


def test_a_star_gives_every_column_under_its_name(run: Callable[[str], Outcome]) -> None:
    """As many names as columns, also when a join merges some."""
    assert run("SELECT * FROM {o}").names[-1] == "eventjsonchecksum"
    joined = run("SELECT * FROM {s} a JOIN {o} b USING (eventID)")
    assert len(joined.names) == joined.rows.num_columns


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT nothing FROM {s}", "nothing"),
        ("SELECT userIdentity.nothing FROM {s}", "nothing"),
        ("SELECT eventName, count(*) FROM {s}", "GROUP BY"),
        ("SELECT word_stem(eventName) FROM {s}", "the sandbox cannot run"),
        ("SELECT format_datetime(eventTime, 'EEE') FROM {s}", "formats times with yyyy, MM"),
        ("SELECT x FROM {s}, UNNEST(sequence(1, 10001)) AS t(x)", "not have more than 10000 entries"),
    ],
)
def test_a_name_that_cannot_be_resolved_is_refused(
    run: Callable[[str], Outcome], text: str, message: str
) -> None:
    """Refused when it is checked, before it runs."""
    with pytest.raises(InvalidQueryStatementException, match=message):
        run(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT requestParameters['limit'] FROM {s}", "Key not present in map: limit"),
        ("SELECT CAST(eventName AS bigint) FROM {s}", "CreateMesh"),
    ],
)
def test_a_value_that_cannot_be_computed_fails_the_query(
    run: Callable[[str], Outcome], text: str, message: str
) -> None:
    """The failure says which value, in one line."""
    with pytest.raises(QueryFailed, match=message) as failure:
        run(text)
    assert "\n" not in str(failure.value)


def test_events_past_the_horizon_are_not_seen(scopes: dict[str, Scope]) -> None:
    """What is older than the store keeps is not found, though it is still in a file."""
    execution = Execution(parse(f"SELECT eventID FROM {STORE}"), NOW)
    horizon = datetime(2026, 9, 1)  # noqa: DTZ001 # Lake's times have no zone
    outcome = execution.run({STORE: Scope(scopes[STORE].files, horizon)})
    execution.close()
    assert sorted(outcome.rows.column(0).to_pylist()) == ["2", "3"]


def test_bounding_the_time_scans_less(run: Callable[[str], Outcome]) -> None:
    """Files outside the asked time are not read, and what was scanned and matched is counted."""
    everything = run("SELECT eventID FROM {s}")
    bounded = run("SELECT eventID FROM {s} WHERE eventTime > DATE_ADD('hour', -2, now()) AND readOnly = true")
    assert (everything.events_scanned, everything.events_matched) == (3, 3)
    assert (bounded.events_scanned, bounded.events_matched) == (2, 1)
    assert 0 < bounded.bytes_scanned < everything.bytes_scanned


def test_fewer_columns_scan_less(run: Callable[[str], Outcome]) -> None:
    """Only the columns a query names count."""
    assert run("SELECT eventID FROM {s}").bytes_scanned < run("SELECT * FROM {s}").bytes_scanned / 5


def test_matched_events_of_an_aggregate_are_those_that_met_where(run: Callable[[str], Outcome]) -> None:
    """One row of result, two events matched."""
    outcome = run("SELECT count(*) FROM {s} WHERE readOnly = false")
    assert (outcome.rows.num_rows, outcome.events_matched) == (1, 2)


ENDLESS = (
    "SELECT count(*) FROM {s}, UNNEST(sequence(1, 10000)) AS t(x), UNNEST(sequence(1, 10000)) AS u(y), "
    "UNNEST(sequence(1, 10000)) AS v(z)"
)


def test_a_run_can_be_interrupted(scopes: dict[str, Scope]) -> None:
    """A query that would take hours stops at once."""
    execution = Execution(parse(ENDLESS.format(s=STORE)), NOW)
    threading.Timer(0.3, execution.interrupt).start()
    started = time.monotonic()
    with pytest.raises(QueryInterrupted):
        execution.run({STORE: scopes[STORE]})
    assert time.monotonic() - started < 20
    execution.close()
    execution.interrupt()


def test_a_result_without_bound_fails(scopes: dict[str, Scope], monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than the sandbox keeps end the query, not the sandbox."""
    monkeypatch.setattr("sandbox.lake.execution._RESULT_BYTES", 1000)
    execution = Execution(parse(f"SELECT x FROM {STORE}, UNNEST(sequence(1, 10000)) AS t(x)"), NOW)
    with pytest.raises(QueryFailed, match="larger than the sandbox keeps"):
        execution.run({STORE: scopes[STORE]})
    execution.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/hosts')",
        "SELECT * FROM glob('/*')",
        "COPY (SELECT 1) TO '/tmp/lake-escape'",
        "ATTACH '/tmp/lake-escape.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
    ],
)
def test_the_database_itself_is_closed(sql: str) -> None:
    """Even what no check caught could not reach a file, the network or the settings."""
    execution = Execution(parse(f"SELECT 1 FROM {STORE}"), NOW)
    with pytest.raises(duckdb.Error):
        execution._database.execute(sql)
    execution.close()


def test_statements_do_not_see_each_other_s_events(scopes: dict[str, Scope]) -> None:
    """Two runs at once over the same store read their own events, and time is UTC in each."""
    first, second = (Execution(parse(f"SELECT eventID, current_date FROM {OTHER}"), NOW) for _ in range(2))
    first._database.register(OTHER, read(scopes[STORE].files))
    assert second.run({OTHER: scopes[OTHER]}).rows.num_rows == 1
    with pytest.raises(duckdb.CatalogException):
        second._database.execute(f'SELECT * FROM "{STORE}"')
    for execution in (first, second):
        assert execution._database.execute("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
        execution.close()


def test_python_variables_are_no_tables() -> None:
    """DuckDB's search for data frames in the caller's variables is off."""
    execution = Execution(parse(f"SELECT 1 FROM {STORE}"), NOW)
    EVENTS_TABLE = execution._database.sql("SELECT 1 AS x").to_arrow_table()  # noqa: N806 # a name SQL could ask for
    assert EVENTS_TABLE.num_rows == 1
    with pytest.raises(duckdb.CatalogException):
        execution._database.execute("SELECT * FROM EVENTS_TABLE")
    execution.close()


def test_a_week_ago_is_a_week_ago(run: Callable[[str], Outcome]) -> None:
    """CURRENT_TIMESTAMP is the query's start, to the millisecond, everywhere in the query."""
    found = run("SELECT date_add('week', -1, current_timestamp), now() = current_timestamp FROM {o}")
    assert _values(found) == [[(NOW - timedelta(weeks=1)).strftime("%Y-%m-%d %H:%M:%S.000 UTC"), "true"]]
