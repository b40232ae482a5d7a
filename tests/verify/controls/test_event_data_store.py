"""Controls on event data stores, decided from what AWS answers."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from cloudtrail.manifest import EventDataStorePromise
from tests.verify.controls.answers import (
    ACCOUNT,
    GOOD_STORE,
    HOME,
    READS,
    STORE,
    WRITES,
    aws_of,
    store_claims,
)
from verify.controls.event_data_store import STORE_CONTROLS
from verify.controls.store_state import StoreState
from verify.finding import Scope
from verify.verdict import Verdict

ADOPTED = EventDataStorePromise(arn=STORE.arn, home_region=HOME)


def test_a_good_store_passes() -> None:
    """Nothing is wrong with what is as it should be."""
    assert {claim.verdict for claim in store_claims().values()} == {Verdict.PASS}


def test_a_store_that_does_not_exist_fails() -> None:
    """AWS says plainly that it is not there; the other claims are open."""
    gone = ClientError({"Error": {"Code": "EventDataStoreNotFoundException", "Message": "no"}}, "X")
    state = StoreState(STORE, aws=aws_of({"get_event_data_store": gone}))
    claims = {one.id: one.claim(state, Scope(ACCOUNT, HOME, None, STORE.arn)) for one in STORE_CONTROLS}
    ingesting = claims.pop("event-data-store.ingesting")
    assert (ingesting.verdict, STORE.arn in ingesting.summary) == (Verdict.FAIL, True)
    assert {claim.verdict for claim in claims.values()} == {Verdict.UNVERIFIABLE}


def test_where_lake_is_closed_every_claim_is_open() -> None:
    """The refusal of a new customer is an answer to nothing, and names the call."""
    closed = ClientError(
        {"Error": {"Code": "InvalidRequestException", "Message": "CloudTrail Lake is no longer accepting"}},
        "X",
    )
    state = StoreState(STORE, aws=aws_of({"get_event_data_store": closed}))
    for control in STORE_CONTROLS:
        claim = control.claim(state, Scope(ACCOUNT, HOME, None, STORE.arn))
        assert claim.verdict is Verdict.UNVERIFIABLE
        assert "no longer accepting" in (claim.reason or "")


def test_of_an_adopted_store_what_aws_says_now_is_expected() -> None:
    """Nothing was promised: what it does not take was not lost; what was promised stays as it was."""
    now = GOOD_STORE | {"AdvancedEventSelectors": WRITES, "MultiRegionEnabled": False}
    fake = aws_of({"get_event_data_store": now})
    terms = StoreState(ADOPTED, aws=fake).terms
    assert (terms.multi_region, terms.organization, terms.retention_days) == (False, False, 366)
    assert terms.advanced_event_selectors[0]["FieldSelectors"] == WRITES[0]["FieldSelectors"]
    assert StoreState(STORE, aws=fake).terms == STORE


@pytest.mark.parametrize("status", ["STOPPED_INGESTION", "STOPPING_INGESTION", "PENDING_DELETION"])
def test_a_store_that_takes_nothing_in_fails(status: str) -> None:
    """Its status is in the summary."""
    claim = store_claims(Status=status)["event-data-store.ingesting"]
    assert claim.verdict is Verdict.FAIL
    assert status in claim.summary


def test_ingestion_that_was_meant_to_be_off_does_not_apply() -> None:
    """A promise not to ingest is kept by not ingesting."""
    promise = STORE.model_copy(update={"ingestion": False})
    claim = store_claims(promise, Status="STOPPED_INGESTION")["event-data-store.ingesting"]
    assert claim.verdict is Verdict.NOT_APPLICABLE


def test_a_store_for_writes_only_takes_what_it_was_meant_to() -> None:
    """A narrower promise is held as it was made, and the summary still says what is not taken."""
    promise = STORE.model_copy(update={"advanced_event_selectors": tuple(WRITES)})
    claim = store_claims(promise, AdvancedEventSelectors=WRITES)["event-data-store.captures-app-mesh"]
    assert claim.verdict is Verdict.PASS
    assert "15" in claim.summary
    narrowed = store_claims(promise, AdvancedEventSelectors=READS)["event-data-store.captures-app-mesh"]
    assert narrowed.verdict is Verdict.FAIL


def without(*names: str) -> list[dict[str, Any]]:
    """Selectors for every App Mesh event but some."""
    left_out = {"Field": "eventName", "NotEquals": list(names)}
    return [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}, left_out]}]


def test_a_store_that_leaves_out_more_than_it_was_meant_to_fails() -> None:
    """Also when the first of what it leaves out is what it always left out; leaving out less is no failure."""
    promise = STORE.model_copy(
        update={"advanced_event_selectors": tuple(without("CreateMesh", "TagResource"))}
    )
    verdicts = [
        store_claims(promise, AdvancedEventSelectors=without(*names))[
            "event-data-store.captures-app-mesh"
        ].verdict
        for names in (
            ("TagResource", "CreateMesh"),
            ("TagResource",),
            ("CreateMesh", "DeleteMesh", "TagResource"),
        )
    ]
    assert verdicts == [Verdict.PASS, Verdict.PASS, Verdict.FAIL]


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ({"RetentionPeriod": 7}, "retention in days"),
        ({"TerminationProtectionEnabled": False}, "termination protection"),
        ({"AdvancedEventSelectors": READS}, "selectors"),
        ({"BillingMode": "FIXED_RETENTION_PRICING"}, "price option"),
    ],
)
def test_a_store_that_drifted_fails(change: dict[str, Any], label: str) -> None:
    """Each promise is compared."""
    claim = store_claims(**change)["event-data-store.as-promised"]
    assert claim.verdict is Verdict.FAIL
    assert [fact.label for fact in claim.evidence] == [label]


def test_of_an_adopted_store_nothing_was_promised() -> None:
    """Adopting asks for nothing, so nothing can differ."""
    assert store_claims(ADOPTED)["event-data-store.as-promised"].verdict is Verdict.NOT_APPLICABLE


def test_a_shorter_retention_than_promised_fails_and_a_longer_holds() -> None:
    """Keeping more than was promised breaks no promise of keeping."""
    assert store_claims(RetentionPeriod=365)["event-data-store.retention"].verdict is Verdict.FAIL
    assert store_claims(RetentionPeriod=2555)["event-data-store.retention"].verdict is Verdict.PASS


@pytest.mark.parametrize(("days", "verdict"), [(90, Verdict.FAIL), (365, Verdict.PASS)])
def test_without_a_promise_twelve_months_are_wanted(days: int, verdict: Verdict) -> None:
    """PCI DSS 10.5.1 decides of a store that was only discovered."""
    promise = STORE.model_copy(update={"retention_days": days})
    claim = store_claims(promise, discovered=True, RetentionPeriod=days)["event-data-store.retention"]
    assert claim.verdict is verdict


SETTINGS = [
    "event-data-store.retention",
    "event-data-store.termination-protection",
    "event-data-store.customer-key",
]
BARE: dict[str, Any] = {"RetentionPeriod": 7, "TerminationProtectionEnabled": False, "KmsKeyId": None}


@pytest.mark.parametrize("control", SETTINGS)
def test_what_the_manifest_does_not_promise_does_not_apply(control: str) -> None:
    """Of an adopted store nothing was promised; of a discovered one the standard decides."""
    assert store_claims(ADOPTED, **BARE)[control].verdict is Verdict.NOT_APPLICABLE
    assert store_claims(ADOPTED, discovered=True, **BARE)[control].verdict is Verdict.FAIL
    assert store_claims(**BARE)[control].verdict is Verdict.FAIL


def test_of_a_discovered_store_capture_is_not_held_to_what_was_found() -> None:
    """What it takes now is no promise of what it should take."""
    promise = STORE.model_copy(update={"advanced_event_selectors": tuple(WRITES)})
    claim = store_claims(promise, discovered=True, AdvancedEventSelectors=WRITES)[
        "event-data-store.captures-app-mesh"
    ]
    assert claim.verdict is Verdict.FAIL
    assert store_claims(discovered=True)["event-data-store.as-promised"].verdict is Verdict.NOT_APPLICABLE
