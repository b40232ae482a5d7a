"""Landing claims: a pass needs evidence, a failure names events, and what was not seen is never a pass."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from cloudtrail.errors import MeshtrailError
from cloudtrail.record import Record
from verify.aws import AccessDenied, CannotLook, Gone
from verify.finding import SHOWN
from verify.landing.claims import landing_claims
from verify.landing.completeness import Answer
from verify.reconcile import reconcile
from verify.report.parts import Claim
from verify.selection import Selection
from verify.stores.base import Place, Reading, Sighting, StoreKind
from verify.verdict import Verdict

Make = Callable[..., Sighting]
LATE = timedelta(minutes=15)


class FakeStore:
    """A store that expects what it is told to."""

    def __init__(
        self,
        name: str,
        *,
        expects: bool = True,
        only: str | None = None,
        doubt: MeshtrailError | None = None,
        kind: StoreKind = StoreKind.TRAIL_BUCKET,
    ) -> None:
        self.id = name
        self.doubt = doubt
        self._only = only
        self.kind = kind
        self.title = name
        self.location = f"arn:{name}"
        self._expects = expects

    def expects(self, record: Record) -> bool:
        """Always the same, or one event only."""
        return self._expects and self._only in (None, record.event_id)

    def takes(self, record: Record) -> bool:
        """As it expects."""
        return self.expects(record)

    def find(self, *_args: object, **_more: object) -> Reading:
        """Never asked here."""
        raise NotImplementedError


def claims_of(
    place: Place, stores: Mapping[FakeStore, Reading | CannotLook], *, select: str = "*"
) -> dict[tuple[str, str], Claim]:
    """The claims about stores with these readings, by store and claim id."""
    answers = [
        Answer(store, place, reading) if isinstance(reading, Reading) else Answer(store, place, None, reading)
        for store, reading in stores.items()
    ]
    readable = {
        store.id: (store, reading) for store, reading in stores.items() if isinstance(reading, Reading)
    }
    events = reconcile(
        {name: reading.sightings for name, (_, reading) in readable.items()},
        {name: store.expects for name, (store, _) in readable.items()},
        late_after=LATE,
    )
    claims = landing_claims(answers, events, late_after=LATE, selection=Selection((select,)))
    return {(claim.store or "", claim.id): claim for claim in claims}


def test_everything_there_passes(place: Place, make_sighting: Make) -> None:
    """Both stores have the event and agree on it."""
    claims = claims_of(
        place,
        {
            FakeStore("a"): Reading([make_sighting("1", delay=3)]),
            FakeStore("b"): Reading([make_sighting("1")]),
        },
    )
    assert {claim.verdict for claim in claims.values()} == {Verdict.PASS, Verdict.NOT_APPLICABLE}
    assert claims["a", "landing.in-time"].verdict is Verdict.PASS
    assert claims["b", "landing.in-time"].reason == "The store does not tell when an event arrived."


def test_a_missing_event_fails_and_is_named(place: Place, make_sighting: Make) -> None:
    """The claim says which event, when, by whom, and where it is."""
    claims = claims_of(place, {FakeStore("a"): Reading([make_sighting("e-1")]), FakeStore("b"): Reading()})
    claim = claims["b", "landing.complete"]
    assert claim.verdict is Verdict.FAIL
    (fact,) = claim.evidence
    for part in ("CreateMesh", "e-1", "2026-09-01T12:00:00Z", "diego", "it is in a"):
        assert part in fact.value
    assert claim.remedy


def test_many_missing_events_are_bounded_and_counted(place: Place, make_sighting: Make) -> None:
    """A claim names some and says how many more there are."""
    reading = Reading([make_sighting(str(number)) for number in range(SHOWN + 5)])
    claim = claims_of(place, {FakeStore("a"): reading, FakeStore("b"): Reading()})["b", "landing.complete"]
    assert len(claim.evidence) == SHOWN + 1
    assert claim.evidence[-1].value.startswith("5 others")


def test_nothing_seen_anywhere_proves_nothing(place: Place) -> None:
    """Absence of evidence is not a pass."""
    claim = claims_of(place, {FakeStore("a"): Reading()})["a", "landing.complete"]
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert "neither" in (claim.reason or "")


def test_events_that_do_not_belong_here_do_not_apply(place: Place, make_sighting: Make) -> None:
    """A single-Region trail answers for no other Region."""
    claims = claims_of(
        place,
        {FakeStore("a"): Reading([make_sighting("1")]), FakeStore("b", expects=False): Reading()},
    )
    assert claims["b", "landing.complete"].verdict is Verdict.NOT_APPLICABLE


def test_a_store_that_does_not_answer_is_unverifiable(place: Place, make_sighting: Make) -> None:
    """The action that is missing is named; nothing else is claimed of the store."""
    denied = AccessDenied(
        action="cloudtrail:StartQuery", where="store", code="AccessDeniedException", message="not allowed"
    )
    claims = claims_of(place, {FakeStore("a"): Reading([make_sighting("1")]), FakeStore("b"): denied})
    assert claims["b", "landing.complete"].verdict is Verdict.UNVERIFIABLE
    assert "cloudtrail:StartQuery" in str(claims["b", "landing.complete"].evidence)
    assert ("b", "landing.unaltered") not in claims


@pytest.mark.parametrize("kind", [AccessDenied, Gone])
@pytest.mark.parametrize("asked", ["landing.readable", "landing.unaltered", "landing.in-time"])
def test_a_store_that_does_not_answer_is_told_whatever_is_asked_for(
    place: Place, make_sighting: Make, asked: str, kind: type[CannotLook]
) -> None:
    """With `--select landing.unaltered` alone, two stores that agree say nothing about the third."""
    error = kind(action="s3:ListBucket", where="s3://logs", code="x", message="no")
    here = Reading([make_sighting("1", delay=3)], parts=1)
    stores = {FakeStore("a"): here, FakeStore("b"): here, FakeStore("c"): error}
    claims = claims_of(place, stores, select=asked)
    assert claims["c", asked].verdict is Verdict.UNVERIFIABLE
    assert claims["a", asked].verdict is Verdict.PASS


@pytest.mark.parametrize("seen", [True, False])
def test_an_unreadable_part_makes_completeness_unverifiable(
    place: Place, make_sighting: Make, seen: bool
) -> None:
    """What cannot be read may hold the event, or another; that it is unreadable is a failure of its own."""
    reading = Reading([make_sighting("1")] if seen else [])
    reading.cannot_read("s3://logs/x", "it is no gzip file")
    claims = claims_of(place, {FakeStore("a"): Reading([make_sighting("1")]), FakeStore("b"): reading})
    assert claims["b", "landing.complete"].verdict is Verdict.UNVERIFIABLE
    readable = claims["b", "landing.readable"]
    assert readable.verdict is Verdict.FAIL
    assert readable.evidence[0].value == "s3://logs/x: it is no gzip file"


def test_an_altered_event_fails_where_it_was_altered(place: Place, make_sighting: Make) -> None:
    """The claim names the event and the object."""
    claims = claims_of(
        place,
        {
            FakeStore("a"): Reading([make_sighting("1")]),
            FakeStore("b"): Reading([make_sighting("1", where="s3://logs/k#0", eventName="DeleteMesh")]),
        },
    )
    claim = claims["b", "landing.unaltered"]
    assert claim.verdict is Verdict.FAIL
    assert "s3://logs/k#0" in claim.evidence[0].value
    assert claims["a", "landing.unaltered"].verdict is Verdict.PASS


def test_an_altered_event_has_landed_all_the_same(place: Place, make_sighting: Make) -> None:
    """Landing and alteration are two claims."""
    claims = claims_of(
        place,
        {
            FakeStore("a"): Reading([make_sighting("1")]),
            FakeStore("b"): Reading([make_sighting("1", eventName="DeleteMesh")]),
        },
    )
    assert claims["b", "landing.complete"].verdict is Verdict.PASS


def test_a_late_event_fails_in_time_only(place: Place, make_sighting: Make) -> None:
    """Late is not lost."""
    claims = claims_of(place, {FakeStore("a"): Reading([make_sighting("1", delay=1000)])})
    assert claims["a", "landing.in-time"].verdict is Verdict.FAIL
    assert claims["a", "landing.complete"].verdict is Verdict.PASS


def test_a_store_that_does_not_exist_fails(place: Place, make_sighting: Make) -> None:
    """That a bucket is gone is an answer: whoever deletes it all must not get away with UNVERIFIABLE."""
    gone = Gone(action="s3:ListBucket", where="s3://logs", code="NoSuchBucket", message="no such bucket")
    claims = claims_of(place, {FakeStore("a"): Reading([make_sighting("1")]), FakeStore("b"): gone})
    claim = claims["b", "landing.complete"]
    assert claim.verdict is Verdict.FAIL
    assert "s3://logs" in str(claim.evidence)


def test_what_is_missing_from_a_store_of_unknown_age_is_no_accusation(
    place: Place, make_sighting: Make
) -> None:
    """Nobody may look since when the trail logs: the event may be older than the trail."""
    denied = AccessDenied(
        action="cloudtrail:GetTrailStatus", where="trail", code="AccessDeniedException", message="no"
    )
    stores = {
        FakeStore("a"): Reading([make_sighting("e-1")]),
        FakeStore("b", doubt=denied): Reading(),
        FakeStore("c", doubt=denied): Reading([make_sighting("e-1")]),
    }
    claims = claims_of(place, stores)
    claim = claims["b", "landing.complete"]
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert "cloudtrail:GetTrailStatus" in (claim.reason or "")
    assert "e-1" in claim.evidence[0].value
    assert claims["c", "landing.complete"].verdict is Verdict.PASS


def test_a_store_with_nothing_in_it_to_read_is_not_called_readable(place: Place) -> None:
    """No object was read, so nothing shows that any could be."""
    assert claims_of(place, {FakeStore("a"): Reading()})["a", "landing.readable"].verdict is (
        Verdict.NOT_APPLICABLE
    )


def test_a_pass_says_what_was_not_asked_of_the_store(place: Place, make_sighting: Make) -> None:
    """Events that other stores have, and that this one was not promised to take, are counted in plain sight."""
    here = FakeStore("b", only="1")
    claims = claims_of(
        place,
        {
            FakeStore("a"): Reading([make_sighting("1"), make_sighting("2")], parts=1),
            here: Reading([make_sighting("1")], parts=1),
        },
    )
    claim = claims["b", "landing.complete"]
    assert claim.verdict is Verdict.PASS
    assert [fact.value for fact in claim.evidence if "not promised" in fact.label] == ["1"]


def test_what_another_store_kept_to_itself_may_be_missing_here(place: Place, make_sighting: Make) -> None:
    """Completeness is measured against the others: while one of them could not be read, nothing is proved."""
    denied = AccessDenied(
        action="cloudtrail:StartQuery", where="store", code="AccessDeniedException", message="not allowed"
    )
    broken = Reading([make_sighting("1")])
    broken.cannot_read("s3://logs/x", "it is no gzip file")
    for other in (denied, broken):
        claims = claims_of(
            place, {FakeStore("a"): Reading([make_sighting("1")]), FakeStore("b", doubt=None): other}
        )
        claim = claims["a", "landing.complete"]
        assert claim.verdict is Verdict.UNVERIFIABLE
        assert "b. One that is missing here" in (claim.reason or "")
    assert claim.evidence[0].value == "s3://logs/x"


def test_a_pass_says_which_events_no_other_store_could_witness(place: Place, make_sighting: Make) -> None:
    """Before Event history's 90 days, what a lone bucket lost is missing from nowhere."""
    history = FakeStore("history", only="1", kind=StoreKind.EVENT_HISTORY)
    bucket = Reading([make_sighting("1"), make_sighting("2")], parts=1)
    claims = claims_of(place, {history: Reading([make_sighting("1")], parts=1), FakeStore("b"): bucket})
    (fact,) = claims["b", "landing.complete"].evidence
    assert ("no other store should hold" in fact.label, fact.value) == (True, "1")


def test_a_store_that_is_gone_holds_nothing_back(place: Place, make_sighting: Make) -> None:
    """That it is gone is its own failure; the others are complete without it."""
    gone = Gone(action="s3:ListBucket", where="s3://logs", code="NoSuchBucket", message="no such bucket")
    claims = claims_of(place, {FakeStore("a"): Reading([make_sighting("1")]), FakeStore("b"): gone})
    assert claims["a", "landing.complete"].verdict is Verdict.PASS


def test_an_unreadable_part_leaves_open_what_was_altered_or_late(place: Place, make_sighting: Make) -> None:
    """What holds of every event of a store holds of none that could not be read."""
    reading = Reading([make_sighting("1", delay=3)])
    reading.cannot_read("s3://logs/x", "it is no gzip file")
    claims = claims_of(place, {FakeStore("a"): Reading([make_sighting("1")]), FakeStore("b"): reading})
    assert claims["b", "landing.unaltered"].verdict is Verdict.UNVERIFIABLE
    assert claims["b", "landing.in-time"].verdict is Verdict.UNVERIFIABLE
    assert claims["a", "landing.unaltered"].verdict is Verdict.PASS


def test_an_event_too_large_for_a_log_group_is_counted(place: Place, make_sighting: Make) -> None:
    """Nobody wonders why the log group lacks it."""
    large = make_sighting("2", requestParameters={"spec": "x" * 300_000})
    group = FakeStore("b", only="1", kind=StoreKind.LOG_GROUP)
    claims = claims_of(
        place,
        {FakeStore("a"): Reading([make_sighting("1"), large]), group: Reading([make_sighting("1")])},
    )
    claim = claims["b", "landing.complete"]
    assert claim.verdict is Verdict.PASS
    assert [(fact.label, fact.value) for fact in claim.evidence] == [
        ("over 256 KB, which CloudTrail does not send to a log group", "1")
    ]


def test_what_aws_updated_is_counted_and_no_alteration(place: Place, make_sighting: Make) -> None:
    """An addendum names the fields that AWS has updated."""
    addendum = {"reason": "UPDATED_DATA", "updatedFields": "responseElements"}
    later = make_sighting("1", responseElements={"mesh": {}}, addendum=addendum)
    claims = claims_of(
        place,
        {
            FakeStore("a"): Reading([make_sighting("1")]),
            FakeStore("b"): Reading([make_sighting("1"), later]),
        },
    )
    claim = claims["b", "landing.unaltered"]
    assert claim.verdict is Verdict.PASS
    assert [(fact.label, fact.value) for fact in claim.evidence] == [
        ("updated by AWS, as an addendum says", "1")
    ]
