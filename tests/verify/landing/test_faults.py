"""For any faults in any stores: no lost event is reported as landed, and no store passes that lacks one.

Events are written, as JSON, into several stores; then things go wrong on the way. What the verification says is
compared with an oracle that never looks at it: it follows each single copy of each single event by hand.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cloudtrail.record import MalformedRecord, Record, read_record
from verify.aws import AccessDenied
from verify.landing.claims import landing_claims
from verify.landing.completeness import Answer
from verify.reconcile import LATE_AFTER, PRESENT, Reconciled, reconcile
from verify.report.parts import Claim
from verify.stores.base import Place, Reading, Sighting, StoreKind
from verify.verdict import Verdict
from verify.window import Window

PLACE = Place("123456789012", "us-east-1")
NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
WINDOW = Window(NOON - timedelta(hours=1), NOON + timedelta(hours=1))
SOURCES = ["appmesh.amazonaws.com"]
STORES = ("history", "lake", "group", "bucket")
EVENTS = 5
PAGE = 2
"""How many records a page of a store holds."""

ON_EVENTS = ("drop", "delay", "duplicate", "alter", "forge-id", "mangle")
ON_PAGES = ("unreadable page", "truncated page")
ON_STORES = ("reorder", "denied")


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong: what, in which store, and to which event or page of it."""

    kind: str
    store: str
    target: int


@dataclass
class Copy:
    """One copy of an event in a store."""

    event: int
    text: str
    readable: bool = True
    event_id: str = ""
    delay: float = 60


@dataclass
class Held:
    """What a store holds, page by page, and the oracle's own book of it."""

    pages: list[list[Copy]]
    broken_pages: set[int] = field(default_factory=set[int])
    denied: bool = False

    @property
    def seen(self) -> set[str]:
        """The ids of the events of which a copy can be read."""
        if self.denied:
            return set()
        return {
            copy.event_id
            for number, page in enumerate(self.pages)
            if number not in self.broken_pages
            for copy in page
            if copy.readable
        }

    @property
    def partly_unreadable(self) -> bool:
        """Whether something in it cannot be read."""
        return bool(self.broken_pages) or any(not copy.readable for page in self.pages for copy in page)


class FakeStore:
    """A store that expects the events of its numbers."""

    kind = StoreKind.TRAIL_BUCKET
    doubt = None

    def __init__(self, name: str, expected: Iterable[int]) -> None:
        self.id = self.title = self.location = name
        self.expected = {f"event-{number}" for number in expected} | {
            f"forged-{number}" for number in expected
        }

    def expects(self, record: Record) -> bool:
        """By its id."""
        return record.event_id in self.expected

    def takes(self, record: Record) -> bool:
        """As it expects."""
        return self.expects(record)

    def find(self, *_args: object, **_more: object) -> Reading:
        """Never asked here."""
        raise NotImplementedError


def written(number: int, **fields: Any) -> str:
    """An event as CloudTrail writes it."""
    document = {
        "eventTime": (NOON + timedelta(seconds=number)).isoformat(),
        "eventSource": SOURCES[0],
        "eventName": "CreateMesh",
        "awsRegion": PLACE.region,
        "recipientAccountId": PLACE.account,
        "eventID": f"event-{number}",
        "userIdentity": {"type": "IAMUser", "userName": "diego"},
    }
    return json.dumps(document | fields)


def deliver(numbers: Iterable[int], faults: Sequence[Fault]) -> Held:
    """What a store holds after the faults that strike it."""
    copies = [Copy(number, written(number), event_id=f"event-{number}") for number in sorted(numbers)]
    for fault in faults:
        copies = struck(copies, fault)
    pages = [copies[start : start + PAGE] for start in range(0, len(copies), PAGE)]
    held = Held(pages, denied=any(fault.kind == "denied" for fault in faults))
    for fault in faults:
        if pages and fault.kind == "unreadable page":
            held.broken_pages.add(fault.target % len(pages))
        elif pages and fault.kind == "truncated page":  # it breaks off in the middle of its last record
            last = pages[fault.target % len(pages)][-1]
            last.text, last.readable = last.text[:-5], False
    return held


def struck(copies: list[Copy], fault: Fault) -> list[Copy]:
    """The copies after a fault that strikes one event, or their order."""
    hit = [copy for copy in copies if copy.event == fault.target]
    match fault.kind:
        case "reorder":
            return copies[::-1]
        case "drop":
            return [copy for copy in copies if copy not in hit]
        case "duplicate":
            return [*copies, *(replace(copy, delay=copy.delay + 1) for copy in hit)]
        case "delay" | "mangle" | "alter" | "forge-id":
            return [changed(copy, fault.kind) if copy in hit else copy for copy in copies]
        case _:
            return copies


def changed(copy: Copy, kind: str) -> Copy:
    """A copy after something happened to it on its way."""
    if kind == "delay":
        return replace(copy, delay=copy.delay + 3600)
    if not copy.readable:
        return copy
    if kind == "mangle":
        return replace(copy, text=copy.text[: len(copy.text) // 2], readable=False)
    if kind == "alter":
        return replace(copy, text=written(copy.event, eventName="DeleteMesh", eventID=copy.event_id))
    forged = f"forged-{copy.event}"
    return replace(copy, event_id=forged, text=written(copy.event, eventID=forged))


def read(held: Held) -> Reading:
    """What a store's reader makes of it."""
    reading = Reading(parts=len(held.pages))
    for number, page in enumerate(held.pages):
        if number in held.broken_pages:
            reading.cannot_read(f"page {number}", "it cannot be read")
            continue
        for index, copy in enumerate(page):
            location = f"page {number} record {index}"
            try:
                record = read_record(copy.text.encode())
            except MalformedRecord as error:
                reading.cannot_read(location, error.why)
                continue
            arrived = record.event_time + timedelta(seconds=copy.delay)
            reading.take(Sighting(record, location, arrived), sources=SOURCES, window=WINDOW, place=PLACE)
    return reading


def verified(stores: dict[FakeStore, Held]) -> tuple[list[Reconciled], dict[tuple[str, str], Claim]]:
    """What the verification finds and claims."""
    denied = AccessDenied(action="a:B", where="x", code="AccessDenied", message="no")
    answers = [
        Answer(store, PLACE, None, denied) if held.denied else Answer(store, PLACE, read(held))
        for store, held in stores.items()
    ]
    readings = {answer.store: answer.reading for answer in answers if answer.reading is not None}
    events = reconcile(
        {store.id: reading.sightings for store, reading in readings.items()},
        {store.id: store.expects for store in readings},
        late_after=LATE_AFTER,
    )
    claims = landing_claims(answers, events, late_after=LATE_AFTER)
    return events, {(claim.store or "", claim.id): claim for claim in claims}


FAULTS = st.lists(
    st.builds(
        Fault,
        st.sampled_from((*ON_EVENTS, *ON_PAGES, *ON_STORES)),
        st.sampled_from(STORES),
        st.integers(0, EVENTS - 1),
    ),
    max_size=6,
)
NUMBERS = st.sets(st.integers(0, EVENTS - 1))
EXPECTED = st.dictionaries(st.sampled_from(STORES), NUMBERS, min_size=1)


@settings(max_examples=150, deadline=None)
@given(happened=NUMBERS, expected=EXPECTED, faults=FAULTS)
def test_no_lost_event_is_reported_as_landed(
    happened: set[int], expected: dict[str, set[int]], faults: list[Fault]
) -> None:
    """And `landing.complete` passes only where nothing is missing that anybody saw, and everything could be read."""
    stores = {
        FakeStore(name, numbers): deliver(
            numbers & happened, [fault for fault in faults if fault.store == name]
        )
        for name, numbers in expected.items()
    }
    events, claims = verified(stores)
    everywhere = {event_id for held in stores.values() for event_id in held.seen}
    everything_read = not any(held.denied or held.partly_unreadable for held in stores.values())

    assert {event.event_id for event in events} == everywhere
    for store, held in stores.items():
        claim = claims[store.id, "landing.complete"]
        lacking = (everywhere & store.expected) - held.seen
        if held.denied:
            assert claim.verdict is Verdict.UNVERIFIABLE
            continue
        for event in events:
            landed = event.landings[store.id].status in PRESENT
            assert landed is (event.event_id in held.seen)
        # What the oracle calls a pass, no more and no less.
        passes = everything_read and not lacking and bool(everywhere & held.seen)
        assert (claim.verdict is Verdict.PASS) is passes
        fails = bool(lacking) and not held.partly_unreadable
        assert (claim.verdict is Verdict.FAIL) is fails


@settings(max_examples=30, deadline=None)
@given(happened=NUMBERS.filter(bool), altered=st.integers(0, EVENTS - 1), where=st.sampled_from(STORES))
def test_an_altered_copy_is_found_wherever_it_is(happened: set[int], altered: int, where: str) -> None:
    """Every store holds every event; one copy of one event says something else."""
    fault = Fault("alter", where, altered)
    stores = {
        FakeStore(name, happened): deliver(happened, [fault] if name == where else []) for name in STORES
    }
    _, claims = verified(stores)
    verdicts = {claims[name, "landing.unaltered"].verdict for name in STORES}
    assert verdicts == ({Verdict.PASS, Verdict.FAIL} if altered in happened else {Verdict.PASS})
    assert all(claims[name, "landing.complete"].verdict is Verdict.PASS for name in STORES)


@settings(max_examples=30, deadline=None)
@given(happened=NUMBERS, faults=FAULTS, seed=st.randoms(use_true_random=False))
def test_the_order_in_which_a_store_answers_changes_nothing(
    happened: set[int], faults: list[Fault], seed: Any
) -> None:
    """The same records in another order are the same verdicts."""

    def verdicts(*, shuffled: bool) -> dict[tuple[str, str], Verdict]:
        stores: dict[FakeStore, Held] = {}
        for name in STORES:
            of_events = [fault for fault in faults if fault.store == name and fault.kind not in ON_PAGES]
            held = deliver(happened, of_events)
            if shuffled:
                seed.shuffle(held.pages)
            stores[FakeStore(name, happened)] = held
        return {key: claim.verdict for key, claim in verified(stores)[1].items()}

    assert verdicts(shuffled=True) == verdicts(shuffled=False)
