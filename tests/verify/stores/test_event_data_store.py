"""Event data stores: asked in bounded SQL that nothing can escape from, and patient with slow queries."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
import sqlglot
from sqlglot import exp

from cloudtrail.manifest import EventDataStorePromise
from cloudtrail.record import Record
from verify.stores.base import Place
from verify.stores.event_data_store import EventDataStore, QueryFailed
from verify.stores.expectation import of_event_data_store
from verify.window import Window

if TYPE_CHECKING:
    from verify.aws import Aws

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
STORE = EventDataStorePromise(
    arn="arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE",
    name="meshtrail",
    home_region="us-east-1",
    multi_region=True,
    organization=False,
    advanced_event_selectors=(
        {
            "FieldSelectors": [
                {"Field": "eventCategory", "Equals": ["Management"]},
                {"Field": "eventSource", "Equals": ["appmesh.amazonaws.com"]},
            ]
        },
    ),
)


class FakeLake:
    """Answers a query after some looks, with prepared pages."""

    def __init__(self, pages: list[list[str | None]], statuses: list[str]) -> None:
        self.pages = pages
        self.statuses = statuses
        self.statement = ""
        self.now = 0.0

    def cloudtrail(self, _region: str) -> "FakeLake":
        """The client is the fake itself."""
        return self

    def start_query(self, *, QueryStatement: str) -> dict[str, str]:  # noqa: N803 -- boto3's name
        """Take the query."""
        self.statement = QueryStatement
        return {"QueryId": "q"}

    def describe_query(self, **_request: str) -> dict[str, str]:
        """The next status."""
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return {"QueryStatus": status, "ErrorMessage": "out of luck"}

    def get_query_results(self, **request: Any) -> dict[str, Any]:
        """A page."""
        number = int(request.get("NextToken", 0))
        rows = [[{"eventJson": text}] for text in self.pages[number]]
        more = {"NextToken": str(number + 1)} if number + 1 < len(self.pages) else {}
        return {"QueryResultRows": rows} | more

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def store_on(lake: FakeLake) -> EventDataStore:
    """The store over it."""
    return EventDataStore(
        STORE,
        aws=cast("Aws", lake),
        expectation=of_event_data_store(STORE, account="123456789012", since=None, now=NOW),
        clock=lambda: lake.now,
        sleep=lake.sleep,
    )


def test_every_page_is_read(window: Window, place: Place, make_record: Callable[..., Record]) -> None:
    """Rows come in pages; what cannot be read, a null among them, is listed."""
    pages: list[list[str | None]] = [
        [make_record("1").raw.decode(), None],
        [make_record("2").raw.decode(), "{"],
    ]
    reading = store_on(FakeLake(pages, ["QUEUED", "RUNNING", "FINISHED"])).find(
        place, window, sources=["appmesh.amazonaws.com"], now=window.end
    )
    assert [sighting.record.event_id for sighting in reading.sightings] == ["1", "2"]
    assert len(reading.unreadable) == 2
    assert reading.records_in == 4
    assert reading.parts == 2


def test_the_query_is_bounded_and_names_the_store(window: Window, place: Place) -> None:
    """A query costs what it scans: eventTime is bounded on both sides, and the table is the store."""
    lake = FakeLake([[]], ["FINISHED"])
    store_on(lake).find(place, window, sources=["appmesh.amazonaws.com"], now=window.end)
    tree = sqlglot.parse_one(lake.statement, dialect="trino")
    assert [table.name for table in tree.find_all(exp.Table)] == ["EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"]
    bounds = [type(node) for node in tree.find_all(exp.GTE, exp.LTE) if node.this.name == "eventTime"]
    assert sorted(kind.__name__ for kind in bounds) == ["GTE", "LTE"]


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "CANCELLED"])
def test_a_query_that_does_not_finish_is_told(window: Window, place: Place, status: str) -> None:
    """The status and AWS's own message are in the error."""
    with pytest.raises(QueryFailed, match=status) as caught:
        store_on(FakeLake([[]], ["RUNNING", status])).find(
            place, window, sources=["appmesh.amazonaws.com"], now=window.end
        )
    assert "out of luck" in caught.value.why


def test_patience_with_a_query_ends(window: Window, place: Place) -> None:
    """A query that runs for ever does not hold up a verification for ever."""
    with pytest.raises(QueryFailed, match="RUNNING"):
        store_on(FakeLake([[]], ["RUNNING"])).find(
            place, window, sources=["appmesh.amazonaws.com"], now=window.end
        )


def expects(record: Record, **terms: Any) -> bool:
    """Whether a store with these terms, created long ago, should hold an event now."""
    store = STORE.model_copy(update=terms)
    return of_event_data_store(store, account="123456789012", since=None, now=NOW).holds(record)


@pytest.mark.parametrize(("days_ago", "expected"), [(5.9, True), (6.5, False), (7.5, False), (400, False)])
def test_events_older_than_the_retention_are_not_expected(
    make_record: Callable[..., Record], days_ago: float, expected: bool
) -> None:
    """What has run out is nobody's loss, nor is what may run out while the stores are read."""
    record = make_record(eventTime=(NOW - timedelta(days=days_ago)).isoformat())
    assert expects(record, retention_days=7) is expected
    assert expects(record, retention_days=3653)
    assert expects(record, retention_days=None)


def test_a_store_provisioned_with_ingestion_off_is_expected_to_hold_nothing(
    make_record: Callable[..., Record],
) -> None:
    """A promise not to take events in accuses nobody of their absence."""
    assert not expects(make_record(), ingestion=False)
    assert expects(make_record(), ingestion=True)


class FakeIds(FakeLake):
    """Answers with the ids of events, and where these happened."""

    def get_query_results(self, **request: Any) -> dict[str, Any]:
        """One page."""
        del request
        found = [
            ("123456789012", "us-east-1", "a"),
            ("123456789012", "eu-west-1", "b"),
            ("other", "us-east-1", "c"),
        ]
        return {
            "QueryResultRows": [
                [{"recipientAccountId": account}, {"awsRegion": region}, {"eventID": name}]
                for account, region, name in found
            ]
        }


@pytest.mark.parametrize(
    ("accounts", "named"),
    [
        pytest.param(1, True, id="one"),
        pytest.param(400, True, id="as-many-as-there-is-room-for"),
        pytest.param(1_000, False, id="more"),
    ],
)
def test_one_query_tells_the_ids_of_many_accounts(accounts: int, named: bool) -> None:
    """It fits into what StartQuery takes, asks for no more than the time of the events, and gives nobody another's."""
    lake = FakeIds([], ["FINISHED"])
    places = [
        Place(f"{123456789012 + number}", region)
        for number in range(accounts)
        for region in ("us-east-1", "eu-west-1", "it's one")
    ]
    window = Window(NOW - timedelta(hours=1), NOW)
    found = store_on(lake).ids(places, window, sources=("appmesh.amazonaws.com", "ecs.amazonaws.com"))
    assert set(found) == set(places)
    assert {place: ids for place, ids in found.items() if ids} == {
        places[0]: {"a"},
        places[1]: {"b"},
    }
    assert len(lake.statement) <= 10_000
    (parsed,) = sqlglot.parse(lake.statement, read="trino")
    assert parsed is not None
    literals = {each.this for each in parsed.find_all(exp.Literal)}
    assert {"2026-09-01 11:00:00", "2026-09-01 12:00:00", "it's one", "ecs.amazonaws.com"} <= literals
    assert ("123456789012" in literals) is named
