"""Queries against brute force: for any records and any condition of a family, SQL and Python agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.lake.execution import Execution, Scope
from sandbox.lake.schema import row
from sandbox.lake.sql.statement import parse
from sandbox.lake.storage import Row, StoreFiles

if TYPE_CHECKING:
    from pathlib import Path

STORE = "ad85f16b-ed48-4cd0-8833-e0d5e6b22725"
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1)  # noqa: DTZ001 # Lake's times have no zone

NAMES = ["CreateMesh", "DeleteMesh", "ListMeshes", "StreamAggregatedResources", "créate'Mesh%_\n<script>"]
MESHES = ["shop", "", "it's", '{"a":1}', "\u202egnp"]
ARNS = ["arn:aws:iam::123456789012:root", "arn:aws:sts::123456789012:assumed-role/Admin/Alice"]

Record = dict[str, Any]
Truth = Callable[[Record], bool | None]


@dataclass(frozen=True)
class Condition:
    """A WHERE clause, and what it means: True, False, or None for SQL's unknown."""

    sql: str
    holds: Truth


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _about(read: Callable[[Record], Any], test: Callable[[Any], bool]) -> Truth:
    def holds(record: Record) -> bool | None:
        value = read(record)
        return None if value is None else test(value)

    return holds


def _name(record: Record) -> Any:
    return record.get("eventName")


def _mesh(record: Record) -> Any:
    return (record.get("requestParameters") or {}).get("meshName")


def _arn(record: Record) -> Any:
    return (record.get("userIdentity") or {}).get("arn")


def _read_only(record: Record) -> Any:
    return record.get("readOnly")


def _time(record: Record) -> datetime:
    return datetime.fromisoformat(record["eventTime"])


@st.composite
def leaves(draw: st.DrawFn) -> Condition:
    """One comparison."""
    name, mesh, arn = (draw(st.sampled_from(choices)) for choices in (NAMES, MESHES, ARNS))
    some = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3))
    flag = draw(st.booleans())
    hours = draw(st.integers(0, 72))
    at = NOW - timedelta(hours=hours)
    literal = f"'{at:%Y-%m-%d %H:%M:%S}'"
    return draw(
        st.sampled_from(
            [
                Condition(f"eventName = {_text(name)}", _about(_name, lambda v: v == name)),
                Condition(f"EVENTNAME <> {_text(name)}", _about(_name, lambda v: v != name)),
                Condition(
                    f"eventName IN ({', '.join(map(_text, some))})", _about(_name, lambda v: v in some)
                ),
                Condition("eventName LIKE 'Create%'", _about(_name, lambda v: v.startswith("Create"))),
                Condition("regexp_like(eventName, 'Mesh')", _about(_name, lambda v: "Mesh" in v)),
                Condition("eventName IS NULL", lambda record: _name(record) is None),
                Condition(
                    f"element_at(requestParameters, 'meshName') = {_text(mesh)}",
                    _about(_mesh, lambda v: v == mesh),
                ),
                Condition("requestParameters IS NOT NULL", lambda r: r.get("requestParameters") is not None),
                Condition(f"userIdentity.arn = {_text(arn)}", _about(_arn, lambda v: v == arn)),
                Condition(
                    f"userIdentity.arn IS DISTINCT FROM {_text(arn)}", lambda record: _arn(record) != arn
                ),
                Condition(f"readOnly = {str(flag).lower()}", _about(_read_only, lambda v: v is flag)),
                Condition(f"eventTime > {literal}", lambda record: _time(record) > at),
                Condition(f"eventTime <= timestamp {literal}", lambda record: _time(record) <= at),
                Condition(f"{literal} = eventTime", lambda record: _time(record) == at),
                Condition(
                    f"eventTime >= DATE_ADD('hour', -{hours}, CURRENT_TIMESTAMP)",
                    lambda record: _time(record) >= at,
                ),
                Condition(
                    f"eventTime BETWEEN {literal} AND '{NOW:%Y-%m-%d %H:%M:%S}'",
                    lambda record: at <= _time(record) <= NOW,
                ),
            ]
        )
    )


def _not(inner: Condition) -> Condition:
    def holds(record: Record) -> bool | None:
        truth = inner.holds(record)
        return None if truth is None else not truth

    return Condition(f"NOT ({inner.sql})", holds)


def _and(pair: tuple[Condition, Condition]) -> Condition:
    def holds(record: Record) -> bool | None:
        truths = [each.holds(record) for each in pair]
        return False if False in truths else None if None in truths else True

    return Condition(f"({pair[0].sql}) AND ({pair[1].sql})", holds)


def _or(pair: tuple[Condition, Condition]) -> Condition:
    def holds(record: Record) -> bool | None:
        truths = [each.holds(record) for each in pair]
        return True if True in truths else None if None in truths else False

    return Condition(f"({pair[0].sql}) OR ({pair[1].sql})", holds)


def _combined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    pairs = st.tuples(inner, inner)
    return st.one_of(inner.map(_not), pairs.map(_and), pairs.map(_or))


CONDITIONS = st.recursive(leaves(), _combined, max_leaves=5)

TIMES = st.integers(0, 72).map(lambda hours: (NOW - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ"))
RECORDS = st.fixed_dictionaries(
    {"eventTime": TIMES},
    optional={
        "eventName": st.sampled_from([*NAMES, None]),
        "readOnly": st.sampled_from([True, False, None]),
        "userIdentity": st.sampled_from([None, {}, *({"arn": arn} for arn in ARNS)]),
        "requestParameters": st.sampled_from([None, {}, *({"meshName": mesh} for mesh in MESHES)]),
    },
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(RECORDS, max_size=12), split=st.integers(0, 12), condition=CONDITIONS)
def test_a_query_finds_exactly_what_python_finds(
    tmp_path_factory: Any, records: list[Record], split: int, condition: Condition
) -> None:
    """Whatever the records, the condition and how the events lie in files, no event is missed or added."""
    folder: Path = tmp_path_factory.mktemp("store")
    files = StoreFiles(folder)
    for number, record in enumerate(records):
        files.append(Row(row({**record, "eventID": str(number)}), NOW))
        if number == split:
            files.visible(NOW)
    execution = Execution(parse(f"SELECT eventID FROM {STORE} WHERE {condition.sql}"), NOW)  # noqa: S608 # a query is the subject
    execution.check()
    outcome = execution.run({STORE: Scope(files.visible(NOW), LONG_AGO)})
    execution.close()
    expected = {str(number) for number, record in enumerate(records) if condition.holds(record) is True}
    assert set(outcome.rows.column(0).to_pylist()) == expected
    assert outcome.events_matched == len(expected) <= outcome.events_scanned <= len(records)
