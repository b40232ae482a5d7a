"""Retention: until when each store keeps what it holds, and what only Event history holds, with the day it goes."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.record import Record
from verify.aws import AccessDenied, CannotLook, Gone
from verify.landing.completeness import Answer
from verify.reconcile import reconcile
from verify.report.parts import Claim
from verify.retention.retained import Retained, retained
from verify.retention.terms import Terms
from verify.stores.base import Place, Reading, Sighting, StoreKind
from verify.verdict import Verdict

Make = Callable[..., Sighting]

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
HISTORY = Terms(days=90, rule="Event history keeps 90 days")
DENIED = AccessDenied(action="s3:ListBucket", where="s3://logs", code="AccessDenied", message="not allowed")
GONE = Gone(action="s3:ListBucket", where="s3://logs", code="NoSuchBucket", message="no such bucket")


class FakeStore:
    """A store that takes, and expects, what it is told to."""

    doubt = None

    def __init__(self, name: str, *, takes: bool = True, expects: bool = True) -> None:
        self.id = self.title = self.location = name
        self.kind = StoreKind.EVENT_HISTORY if name == "event-history" else StoreKind.TRAIL_BUCKET
        self._takes = takes
        self._expects = expects

    def takes(self, record: Record) -> bool:
        """Everything, or nothing."""
        return self._takes and bool(record.event_name)

    def expects(self, record: Record) -> bool:
        """What it takes, unless it is younger than all of it."""
        return self.takes(record) and self._expects

    def find(self, *_args: object, **_more: object) -> Reading:
        """Never asked here."""
        raise NotImplementedError


def found(
    place: Place,
    stores: dict[FakeStore, Reading | CannotLook],
    terms: dict[str, Terms | CannotLook] | None = None,
) -> Retained:
    """What is said about stores with these readings."""
    answers = [
        Answer(store, place, reading) if isinstance(reading, Reading) else Answer(store, place, None, reading)
        for store, reading in stores.items()
    ]
    read = {store: reading for store, reading in stores.items() if isinstance(reading, Reading)}
    events = reconcile(
        {store.id: reading.sightings for store, reading in read.items()},
        {store.id: store.expects for store in read},
    )
    return retained(
        {"event-history": HISTORY} | (terms or {}),
        stores=list(stores),
        answers=answers,
        events=[(place, event) for event in events],
    )


def claim_of(claims: Sequence[Claim], claim_id: str, store: str) -> Claim:
    """The one claim of an id about a store."""
    (claim,) = [claim for claim in claims if claim.id == claim_id and claim.store == store]
    return claim


def history_of(*sightings: Sighting) -> dict[FakeStore, Reading | CannotLook]:
    """Event history with these events."""
    return {FakeStore("event-history"): Reading(list(sightings), parts=1)}


ALONE = "retention.only-in-event-history"
PROMISED = "retention.as-promised"


def test_what_only_event_history_holds_fails_and_is_listed(place: Place, make_sighting: Make) -> None:
    """Each event with the date on which it disappears, the first to go first; and how to keep it."""
    later = make_sighting("1", eventTime="2026-09-03T00:00:00Z")
    both = make_sighting("3")
    stores = history_of(later, make_sighting("2"), both) | {FakeStore("bucket"): Reading([both])}
    said = found(place, stores)
    assert [(event.event_id, event.disappears) for event in said.fading] == [
        ("2", NOON + timedelta(days=90)),
        ("1", datetime(2026, 12, 2, tzinfo=UTC)),
    ]
    claim = claim_of(said.claims, ALONE, "event-history")
    assert claim.verdict is Verdict.FAIL
    assert claim.severity == "critical"
    assert "2 events in Event history only; the first disappears on 2026-11-30" in claim.summary
    assert [fact.label for fact in claim.evidence] == ["disappears 2026-11-30", "disappears 2026-12-02"]
    assert "meshtrail events -o json" in (claim.remedy or "")


def test_what_is_older_than_the_trail_fades_as_well(place: Place, make_sighting: Make) -> None:
    """Nobody is to blame, and it is lost all the same: it fails, and says why."""
    stores = history_of(make_sighting()) | {FakeStore("bucket", expects=False): Reading()}
    said = found(place, stores)
    claim = claim_of(said.claims, ALONE, "event-history")
    assert claim.verdict is Verdict.FAIL
    assert "it is older than every store that takes such events" in claim.evidence[0].value
    assert len(said.fading) == 1


def test_what_nobody_wanted_to_keep_is_listed_and_no_failure(place: Place, make_sighting: Make) -> None:
    """Selectors that leave an event out are somebody's choice."""
    stores = history_of(make_sighting()) | {FakeStore("bucket", takes=False): Reading()}
    said = found(place, stores)
    claim = claim_of(said.claims, ALONE, "event-history")
    assert claim.verdict is Verdict.NOT_APPLICABLE
    assert "no store takes such events" in claim.evidence[0].value
    assert len(said.fading) == 1


def test_everything_in_a_second_store_passes(place: Place, make_sighting: Make) -> None:
    """One other store is enough."""
    stores = history_of(make_sighting()) | {
        FakeStore("bucket"): Reading([make_sighting()]),
        FakeStore("lake"): Reading(),
    }
    said = found(place, stores)
    assert claim_of(said.claims, ALONE, "event-history").verdict is Verdict.PASS
    assert said.fading == ()


def test_a_store_that_was_not_read_leaves_it_open(place: Place, make_sighting: Make) -> None:
    """It may hold the event: nothing is listed as certain, and nothing passes."""
    broken = Reading()
    broken.cannot_read("s3://logs/x", "it is no gzip file")
    for other in (DENIED, broken):
        said = found(place, history_of(make_sighting()) | {FakeStore("bucket"): other})
        claim = claim_of(said.claims, ALONE, "event-history")
        assert claim.verdict is Verdict.UNVERIFIABLE
        assert "no store that could be read has it" in claim.evidence[0].value
        assert said.fading == ()


def test_a_store_that_is_gone_holds_nothing(place: Place, make_sighting: Make) -> None:
    """Then Event history is the last copy."""
    said = found(place, history_of(make_sighting()) | {FakeStore("bucket"): GONE})
    assert claim_of(said.claims, ALONE, "event-history").verdict is Verdict.FAIL
    assert len(said.fading) == 1


@pytest.mark.parametrize("unreadable", [True, False])
def test_event_history_itself_has_to_be_read(place: Place, make_sighting: Make, unreadable: bool) -> None:
    """Denied, or one event of it unreadable: no pass."""
    stores = history_of(make_sighting()) | {FakeStore("bucket"): Reading([make_sighting()])}
    history = next(iter(stores))
    if unreadable:
        reading = stores[history]
        assert isinstance(reading, Reading)
        reading.cannot_read("page 1", "no JSON")
    else:
        stores[history] = DENIED
    assert claim_of(found(place, stores).claims, ALONE, "event-history").verdict is Verdict.UNVERIFIABLE


def test_an_empty_event_history_has_nothing_to_lose(place: Place) -> None:
    """Then the claim does not apply."""
    said = found(place, history_of() | {FakeStore("bucket"): Reading()})
    assert claim_of(said.claims, ALONE, "event-history").verdict is Verdict.NOT_APPLICABLE


def promised(days: int | None, promise: int | None, **more: Any) -> Terms:
    """Terms of a store of which something was promised."""
    return Terms(days=days, rule="rule x", promised=True, promised_days=promise, **more)


@pytest.mark.parametrize(
    ("terms", "verdict"),
    [
        (promised(None, None), Verdict.PASS),
        (promised(None, 400), Verdict.PASS),
        (promised(400, 400), Verdict.PASS),
        (promised(399, 400), Verdict.FAIL),
        (promised(400, None), Verdict.FAIL),
        (promised(0, 400, on=datetime(2027, 1, 1, tzinfo=UTC)), Verdict.FAIL),
        (Terms(days=30, rule="rule x"), Verdict.NOT_APPLICABLE),
        (DENIED, Verdict.UNVERIFIABLE),
        (GONE, Verdict.FAIL),
    ],
)
def test_a_store_keeps_events_as_long_as_promised(
    place: Place, make_sighting: Make, terms: Terms | CannotLook, verdict: Verdict
) -> None:
    """Longer is as good; shorter fails; what nobody promised, or could not be looked at, is neither."""
    stores = history_of(make_sighting()) | {FakeStore("bucket"): Reading([make_sighting()])}
    claim = claim_of(found(place, stores, {"bucket": terms}).claims, PROMISED, "bucket")
    assert claim.verdict is verdict
    if verdict is Verdict.FAIL and isinstance(terms, Terms):
        assert "promised were" in claim.summary


def test_the_dates_of_the_oldest_and_newest_are_told(place: Place, make_sighting: Make) -> None:
    """A bucket counts from arrival, Event history from the event; Object Lock protects the newest for so long."""
    old, new = (
        make_sighting("1", delay=60),
        make_sighting("2", eventTime="2026-09-02T12:00:00Z", delay=3600),
    )
    stores = history_of(old, new) | {FakeStore("bucket"): Reading([old, new])}
    terms = Terms(days=30, rule="lifecycle rule x", from_arrival=True, locked_days=10)
    rows = {row.store: row for row in found(place, stores, {"bucket": terms}).retention}
    assert rows["event-history"].oldest_kept_until == NOON + timedelta(days=90)
    assert rows["event-history"].protected_until is None
    bucket = rows["bucket"]
    assert (bucket.days, bucket.rule) == (30, "lifecycle rule x")
    assert bucket.oldest_event == NOON
    assert bucket.oldest_kept_until == NOON + timedelta(days=30, minutes=1)
    assert bucket.newest_event == NOON + timedelta(days=1)
    assert bucket.newest_kept_until == NOON + timedelta(days=31, hours=1)
    assert bucket.protected_until == NOON + timedelta(days=11, hours=1)


def test_a_store_of_unknown_terms_has_no_row(place: Place) -> None:
    """A row without days says "without end", which is not known."""
    stores = history_of() | {FakeStore("bucket"): Reading()}
    assert [row.store for row in found(place, stores, {"bucket": DENIED}).retention] == ["event-history"]


@given(days=st.integers(0, 10**7), promise=st.none() | st.integers(0, 10**7))
def test_no_number_of_days_is_too_many(days: int, promise: int | None) -> None:
    """Beyond the calendar is never; and shorter is decided by days alone."""
    terms = promised(days, promise)
    until = terms.kept_until(NOON, None)
    meant = None if promise is None else promised(promise, promise).kept_until(NOON, None)
    assert terms.shorter_than_promised is (promise is None or days < promise)
    if until is not None and meant is not None:
        assert (until < meant) is terms.shorter_than_promised
