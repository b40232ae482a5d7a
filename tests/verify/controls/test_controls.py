"""Controls on trails and event data stores, decided from what AWS answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from cloudtrail.event_data_store import BillingMode
from cloudtrail.manifest import EventDataStorePromise, TrailPromise
from verify.controls.event_data_store import STORE_CONTROLS, StoreState
from verify.controls.trail import TRAIL_CONTROLS, TrailState
from verify.finding import Scope
from verify.report.parts import Claim
from verify.verdict import Verdict
from verify.window import Window

if TYPE_CHECKING:
    from verify.aws import Aws

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
WINDOW = Window(NOON - timedelta(days=1), NOON)
MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}
ALL = [{"Name": "all", "FieldSelectors": [MANAGEMENT]}]
READS = [
    {
        "Name": "Management events selector",
        "FieldSelectors": [MANAGEMENT, {"Field": "readOnly", "Equals": ["true"]}],
    }
]
WRITES = [{"FieldSelectors": [MANAGEMENT, {"Field": "readOnly", "Equals": ["false"]}]}]
TRAIL = TrailPromise(
    arn="arn:aws:cloudtrail:us-east-1:123456789012:trail/meshtrail",
    name="meshtrail",
    home_region="us-east-1",
    scope="multi-region",
    bucket="logs",
    bucket_region="us-east-1",
    advanced_event_selectors=tuple(ALL),
)
STORE = EventDataStorePromise(
    arn="arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/EXAMPLE-1",
    name="meshtrail",
    home_region="us-east-1",
    multi_region=True,
    organization=False,
    retention_days=366,
    billing_mode=BillingMode.EXTENDABLE,
    termination_protection=True,
    ingestion=True,
    advanced_event_selectors=tuple(ALL),
)
GOOD_TRAIL: dict[str, Any] = {
    "get_trail_status": {
        "IsLogging": True,
        "StartLoggingTime": NOON - timedelta(days=30),
        "LatestDeliveryTime": NOON - timedelta(minutes=5),
    },
    "get_trail": {
        "Trail": {"IsMultiRegionTrail": True, "S3BucketName": "logs", "LogFileValidationEnabled": True}
    },
    "get_event_selectors": {"AdvancedEventSelectors": ALL},
}
GOOD_STORE: dict[str, Any] = {
    "Status": "ENABLED",
    "AdvancedEventSelectors": ALL,
    "MultiRegionEnabled": True,
    "OrganizationEnabled": False,
    "RetentionPeriod": 366,
    "BillingMode": "EXTENDABLE_RETENTION_PRICING",
    "TerminationProtectionEnabled": True,
}


class FakeAws:
    """A CloudTrail that answers with what it is given, or raises it."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers

    def cloudtrail(self, _region: str) -> "FakeAws":
        """The client is the fake itself."""
        return self

    def __getattr__(self, operation: str) -> Any:
        """Every operation answers with its entry."""

        def answer(**_request: Any) -> Any:
            value = self.answers[operation]
            if isinstance(value, Exception):
                raise value
            return value

        return answer


def trail_claims(promise: TrailPromise = TRAIL, **changes: Any) -> dict[str, Claim]:
    """The claims about a trail for which AWS answers so."""
    state = TrailState(promise, aws=cast("Aws", FakeAws(GOOD_TRAIL | changes)), window=WINDOW)
    scope = Scope("123456789012", "us-east-1", None, promise.arn)
    return {control.id: control.claim(state, scope) for control in TRAIL_CONTROLS}


def store_claims(promise: EventDataStorePromise = STORE, **changes: Any) -> dict[str, Claim]:
    """The claims about an event data store that AWS describes so."""
    fake = FakeAws({"get_event_data_store": GOOD_STORE | changes})
    state = StoreState(promise, aws=cast("Aws", fake))
    scope = Scope("123456789012", "us-east-1", None, promise.arn)
    return {control.id: control.claim(state, scope) for control in STORE_CONTROLS}


def test_a_good_trail_and_store_pass() -> None:
    """Nothing is wrong with what is as it should be."""
    claims = [*trail_claims().values(), *store_claims().values()]
    assert {claim.verdict for claim in claims} == {Verdict.PASS}


def test_a_trail_that_is_off_fails_with_since_when() -> None:
    """The time it was stopped is in the summary."""
    status = {"IsLogging": False, "StopLoggingTime": NOON - timedelta(hours=3)}
    claim = trail_claims(get_trail_status=status)["trail.logging"]
    assert claim.verdict is Verdict.FAIL
    assert "2026-09-01T09:00:00Z" in claim.summary


@pytest.mark.parametrize(
    ("stopped", "started", "verdict"),
    [(3, 2, Verdict.FAIL), (48, 47, Verdict.PASS), (48, 3, Verdict.FAIL), (48, -1, Verdict.FAIL)],
)
def test_a_stop_counts_when_any_of_it_lies_in_the_window(
    stopped: int, started: int, verdict: Verdict
) -> None:
    """A trail that logs again has still lost what happened meanwhile, also when it was stopped long before."""
    status = {
        "IsLogging": True,
        "StopLoggingTime": NOON - timedelta(hours=stopped),
        "StartLoggingTime": NOON - timedelta(hours=started),
    }
    assert trail_claims(get_trail_status=status)["trail.logging"].verdict is verdict


@pytest.mark.parametrize("error", ["LatestDeliveryError", "LatestDigestDeliveryError"])
def test_a_delivery_error_fails_with_awss_word_for_it(error: str) -> None:
    """S3's or KMS's own code is shown."""
    claim = trail_claims(get_trail_status={"IsLogging": True, error: "NoSuchBucket"})["trail.delivering"]
    assert claim.verdict is Verdict.FAIL
    assert "NoSuchBucket" in claim.summary


def test_a_trail_that_never_delivered_has_proven_nothing() -> None:
    """No error is no evidence."""
    claim = trail_claims(get_trail_status={"IsLogging": True, "StartLoggingTime": NOON})["trail.delivering"]
    assert claim.verdict is Verdict.UNVERIFIABLE


def test_what_does_not_exist_fails() -> None:
    """AWS says plainly that the trail or the store is not there; nobody needs a permission to know more."""
    no_trail = ClientError({"Error": {"Code": "TrailNotFoundException", "Message": "no"}}, "X")
    claim = trail_claims(get_trail_status=no_trail)["trail.logging"]
    assert (claim.verdict, TRAIL.arn in claim.summary) == (Verdict.FAIL, True)
    no_store = ClientError({"Error": {"Code": "EventDataStoreNotFoundException", "Message": "no"}}, "X")
    state = StoreState(STORE, aws=cast("Aws", FakeAws({"get_event_data_store": no_store})))
    claim = STORE_CONTROLS[0].claim(state, Scope("123456789012", "us-east-1", None, STORE.arn))
    assert (claim.verdict, STORE.arn in claim.summary) == (Verdict.FAIL, True)


def test_a_defect_costs_one_claim() -> None:
    """An answer that nobody foresaw is no verdict on the trail, and takes no other claim away."""
    claims = trail_claims(get_trail={})
    assert claims["trail.as-promised"].verdict is Verdict.UNVERIFIABLE
    assert "KeyError" in (claims["trail.as-promised"].reason or "")
    assert claims["trail.logging"].verdict is Verdict.PASS


def test_of_an_adopted_store_what_aws_says_now_is_expected() -> None:
    """Nothing was promised: what it does not take was not lost; what was promised stays as it was."""
    adopted = EventDataStorePromise(arn=STORE.arn, home_region="us-east-1")
    now = GOOD_STORE | {"AdvancedEventSelectors": WRITES, "MultiRegionEnabled": False}
    fake = cast("Aws", FakeAws({"get_event_data_store": now}))
    terms = StoreState(adopted, aws=fake).terms
    assert (terms.multi_region, terms.organization, terms.retention_days) == (False, False, 366)
    assert terms.advanced_event_selectors[0]["FieldSelectors"] == WRITES[0]["FieldSelectors"]
    assert StoreState(STORE, aws=fake).terms == STORE


@pytest.mark.parametrize(
    ("selectors", "verdict"),
    [
        ({"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}, Verdict.PASS),
        ({}, Verdict.PASS),
        ({"AdvancedEventSelectors": READS + WRITES}, Verdict.PASS),
        ({"AdvancedEventSelectors": READS}, Verdict.FAIL),
        ({"EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]}, Verdict.FAIL),
        ({"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": False}]}, Verdict.FAIL),
    ],
)
def test_capture_is_decided_by_what_selectors_do(selectors: dict[str, Any], verdict: Verdict) -> None:
    """Not by their names: reads only under the default's name fails; a read and a write selector together pass."""
    claim = trail_claims(get_event_selectors=selectors)["trail.captures-app-mesh"]
    assert claim.verdict is verdict
    assert (verdict is Verdict.PASS) or any(fact.label == "missed" for fact in claim.evidence)


def test_drift_is_told_fact_by_fact() -> None:
    """What was promised and what is, side by side."""
    changed = {
        "Trail": {"IsMultiRegionTrail": False, "S3BucketName": "elsewhere", "LogFileValidationEnabled": True}
    }
    claim = trail_claims(get_trail=changed)["trail.as-promised"]
    assert claim.verdict is Verdict.FAIL
    facts = {fact.label: fact.value for fact in claim.evidence}
    assert facts["bucket"] == "promised logs, is elsewhere"
    assert "multi-Region" in facts


def test_selectors_that_say_the_same_otherwise_are_no_drift() -> None:
    """Classic for advanced, or nothing for the default."""
    classic = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}
    assert trail_claims(get_event_selectors=classic)["trail.as-promised"].verdict is Verdict.PASS
    assert trail_claims(get_event_selectors={})["trail.as-promised"].verdict is Verdict.PASS


def test_a_selector_of_a_new_kind_is_unverifiable() -> None:
    """What this version cannot read is not guessed at."""
    unknown = {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventName", "Resembles": ["x"]}]}]}
    claims = trail_claims(get_event_selectors=unknown)
    assert claims["trail.captures-app-mesh"].verdict is Verdict.UNVERIFIABLE
    assert "Resembles" in f"{claims['trail.captures-app-mesh']}"


@pytest.mark.parametrize("control", [control.id for control in TRAIL_CONTROLS])
def test_a_denied_call_is_unverifiable_and_names_its_action(control: str) -> None:
    """Each control is held to the actions it declares."""
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "X")
    answers: dict[str, Any] = dict.fromkeys(GOOD_TRAIL, denied)
    claim = trail_claims(**answers)[control]
    actions = next(one.actions for one in TRAIL_CONTROLS if one.id == control)
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert claim.evidence[0].value in actions


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
    adopted = EventDataStorePromise(arn=STORE.arn, home_region="us-east-1")
    assert store_claims(adopted)["event-data-store.as-promised"].verdict is Verdict.NOT_APPLICABLE


def test_from_when_a_trail_answers() -> None:
    """Never stopped: since it was started. Stopped once: for everything, its beginning is unknown."""
    state = TrailState(TRAIL, aws=cast("Aws", FakeAws(GOOD_TRAIL)), window=WINDOW)
    assert state.since == NOON - timedelta(days=30)
    stopped = GOOD_TRAIL | {
        "get_trail_status": {"IsLogging": True, "StopLoggingTime": NOON, "StartLoggingTime": NOON}
    }
    assert TrailState(TRAIL, aws=cast("Aws", FakeAws(stopped)), window=WINDOW).since is None


def test_a_scope_is_carried_into_the_claim() -> None:
    """Account, Region, store and resource are where the reader needs them."""
    scope = replace(Scope("123456789012"), region="eu-west-1", store="s", subject="arn")
    state = TrailState(TRAIL, aws=cast("Aws", FakeAws(GOOD_TRAIL)), window=WINDOW)
    claim = TRAIL_CONTROLS[0].claim(state, scope)
    assert (claim.account, claim.region, claim.store, claim.subject) == (
        "123456789012",
        "eu-west-1",
        "s",
        "arn",
    )
