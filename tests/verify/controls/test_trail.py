"""Controls on trails, decided from what AWS answers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.verify.controls.answers import (
    ACCOUNT,
    ALL,
    DESCRIPTION,
    GOOD,
    GROUP,
    HOME,
    NOON,
    READS,
    STATUS,
    TRAIL,
    WINDOW,
    WRITES,
    aws_of,
    event,
    history,
    labels,
    trail_claims,
)
from verify.controls.trail import TRAIL_CONTROLS
from verify.controls.trail_state import TrailState
from verify.finding import Scope
from verify.verdict import Verdict
from verify.window import Window

BARE = TRAIL.model_copy(update={"key_arn": None, "log_group_arn": None, "log_file_validation": False})
BARE_DESCRIPTION = {
    key: value
    for key, value in DESCRIPTION.items()
    if key not in {"KmsKeyId", "CloudWatchLogsLogGroupArn", "LogFileValidationEnabled"}
}


def status(**changes: Any) -> dict[str, Any]:
    """A good trail's status, but for these; None takes one away."""
    return {key: value for key, value in (STATUS | changes).items() if value is not None}


def test_a_good_trail_passes() -> None:
    """Nothing is wrong with what is as it should be."""
    assert {claim.id: claim.verdict for claim in trail_claims().values()} == dict.fromkeys(
        trail_claims(), Verdict.PASS
    )


def test_a_trail_that_is_off_fails_with_since_when_and_who() -> None:
    """The time it was stopped is in the summary, and whoever stopped it among the facts."""
    stopped = NOON - timedelta(hours=3)
    stop = event("StopLogging", stopped, requestParameters={"name": TRAIL.arn})
    claim = trail_claims(
        get_trail_status={"IsLogging": False, "StopLoggingTime": stopped}, lookup_events=history(stop)
    )["trail.logging"]
    assert claim.verdict is Verdict.FAIL
    assert "2026-09-01T09:00:00Z" in claim.summary
    assert "StopLogging by IAM user mallory from 198.51.100.7" in f"{claim.evidence}"


def test_a_trail_that_is_off_fails_also_when_event_history_does_not_answer(denied: ClientError) -> None:
    """Who stopped it is then not known; that it is off is."""
    claim = trail_claims(get_trail_status={"IsLogging": False}, lookup_events=denied)["trail.logging"]
    assert claim.verdict is Verdict.FAIL
    assert "who" in labels(claim)


@pytest.mark.parametrize(
    ("stopped", "started", "verdict"),
    [(3, 2, Verdict.FAIL), (48, 47, Verdict.PASS), (48, 3, Verdict.FAIL), (48, -1, Verdict.FAIL)],
)
def test_a_stop_counts_when_any_of_it_lies_in_the_window(
    stopped: int, started: int, verdict: Verdict
) -> None:
    """A trail that logs again has still lost what happened meanwhile, also when it was stopped long before."""
    told = status(
        StopLoggingTime=NOON - timedelta(hours=stopped), StartLoggingTime=NOON - timedelta(hours=started)
    )
    assert trail_claims(get_trail_status=told)["trail.logging"].verdict is verdict


@pytest.mark.parametrize(
    ("days_ago", "stops_before", "verdict"),
    [(30, 1, Verdict.FAIL), (30, 0, Verdict.PASS), (200, 0, Verdict.UNVERIFIABLE)],
)
def test_a_later_stop_does_not_hide_an_earlier_one(
    days_ago: int, stops_before: int, verdict: Verdict
) -> None:
    """CloudTrail tells of the last stop only; Event history of others, for 90 days."""
    end = NOON - timedelta(days=days_ago)
    window = Window(end - timedelta(days=1), end)
    told = status(StopLoggingTime=NOON - timedelta(days=1), StartLoggingTime=NOON - timedelta(hours=1))
    other = event("StopLogging", end - timedelta(hours=2), requestParameters={"name": "another"})
    stop = event("StopLogging", end - timedelta(hours=1), requestParameters={"name": TRAIL.name})
    claim = trail_claims(
        window=window, get_trail_status=told, lookup_events=history(other, *[stop] * stops_before)
    )["trail.logging"]
    assert claim.verdict is verdict


@pytest.mark.parametrize(
    "error", ["LatestDeliveryError", "LatestDigestDeliveryError", "LatestCloudWatchLogsDeliveryError"]
)
def test_a_delivery_error_fails_with_awss_word_for_it(error: str) -> None:
    """S3's, KMS's or CloudWatch Logs' own code is shown."""
    claim = trail_claims(get_trail_status=status(**{error: "NoSuchBucket"}))["trail.delivering"]
    assert claim.verdict is Verdict.FAIL
    assert "NoSuchBucket" in claim.summary


def test_a_trail_that_never_delivered_has_proven_nothing() -> None:
    """No error is no evidence."""
    claims = trail_claims(get_trail_status={"IsLogging": True, "StartLoggingTime": NOON})
    assert claims["trail.delivering"].verdict is Verdict.UNVERIFIABLE
    assert claims["trail.fresh"].verdict is Verdict.UNVERIFIABLE


def test_what_does_not_exist_fails() -> None:
    """AWS says plainly that the trail is not there; nobody needs a permission to know more."""
    no_trail = ClientError({"Error": {"Code": "TrailNotFoundException", "Message": "no"}}, "X")
    claim = trail_claims(get_trail_status=no_trail)["trail.logging"]
    assert (claim.verdict, TRAIL.arn in claim.summary) == (Verdict.FAIL, True)


def test_a_defect_costs_one_claim() -> None:
    """An answer that nobody foresaw is no verdict on the trail, and takes no other claim away."""
    claims = trail_claims(get_trail={})
    assert claims["trail.as-promised"].verdict is Verdict.UNVERIFIABLE
    assert "KeyError" in (claims["trail.as-promised"].reason or "")
    assert claims["trail.logging"].verdict is Verdict.PASS


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
    assert (verdict is Verdict.PASS) or "missed" in labels(claim)


def test_drift_is_told_fact_by_fact() -> None:
    """What was promised and what is, side by side."""
    changed = DESCRIPTION | {"IsMultiRegionTrail": False, "S3BucketName": "elsewhere"}
    claim = trail_claims(get_trail={"Trail": changed})["trail.as-promised"]
    assert claim.verdict is Verdict.FAIL
    facts = {fact.label: fact.value for fact in claim.evidence}
    assert facts["bucket"] == "promised logs, is elsewhere"
    assert "multi-Region" in facts


@pytest.mark.parametrize(
    ("promised", "has", "verdict"),
    [
        (True, True, Verdict.PASS),
        (False, False, Verdict.PASS),
        (True, False, Verdict.FAIL),
        (False, True, Verdict.FAIL),
        (None, True, Verdict.PASS),
    ],
)
def test_insights_are_on_as_promised(promised: bool | None, has: bool, verdict: Verdict) -> None:
    """Off altogether is what Pulumi's provider does not see; a manifest of before they were promised says nothing."""
    promise = TRAIL.model_copy(update={"insights": promised})
    claims = trail_claims(promise, get_trail={"Trail": DESCRIPTION | {"HasInsightSelectors": has}})
    assert claims["trail.as-promised"].verdict is verdict


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


SETTINGS = ["trail.log-file-validation", "trail.encrypted", "trail.cloudwatch-logs", "trail.tagged"]


@pytest.mark.parametrize("control", SETTINGS)
def test_what_the_manifest_does_not_promise_does_not_apply(control: str) -> None:
    """The standard's question gets no PASS for what is not there; the reason says who decided so."""
    bare: dict[str, Any] = {"get_trail": {"Trail": BARE_DESCRIPTION}, "list_tags": {"ResourceTagList": []}}
    claim = trail_claims(BARE, **bare)[control]
    assert claim.verdict is Verdict.NOT_APPLICABLE
    assert "The manifest promises" in (claim.reason or "")
    assert trail_claims(BARE, discovered=True, **bare)[control].verdict is Verdict.FAIL
    assert trail_claims(BARE)[control].verdict is Verdict.PASS  # there all the same


@pytest.mark.parametrize("control", [one for one in SETTINGS if one != "trail.tagged"])
def test_what_the_manifest_promises_and_is_not_there_fails(control: str) -> None:
    """A promise is held."""
    assert trail_claims(get_trail={"Trail": BARE_DESCRIPTION})[control].verdict is Verdict.FAIL


def test_tags_of_awss_own_are_no_tags() -> None:
    """Nobody chose them."""
    own = {"ResourceTagList": [{"TagsList": [{"Key": "aws:cloudformation:stack-name", "Value": "x"}]}]}
    assert trail_claims(list_tags=own, discovered=True)["trail.tagged"].verdict is Verdict.FAIL


def test_another_log_group_than_promised_fails() -> None:
    """Whoever reads the promised one would see nothing new."""
    elsewhere = DESCRIPTION | {"CloudWatchLogsLogGroupArn": f"{GROUP}-elsewhere:*"}
    claim = trail_claims(get_trail={"Trail": elsewhere})["trail.cloudwatch-logs"]
    assert (claim.verdict, "another log group" in claim.summary) == (Verdict.FAIL, True)


def test_nothing_was_promised_of_a_discovered_trail() -> None:
    """What was found cannot differ from itself."""
    assert trail_claims(discovered=True)["trail.as-promised"].verdict is Verdict.NOT_APPLICABLE


def test_from_when_a_trail_answers() -> None:
    """Never stopped: since it was started. Stopped once: for everything, its beginning is unknown."""
    state = TrailState(TRAIL, aws=aws_of(GOOD), window=WINDOW)
    assert state.since == NOON - timedelta(days=30)
    stopped = GOOD | {"get_trail_status": status(StopLoggingTime=NOON)}
    assert TrailState(TRAIL, aws=aws_of(stopped), window=WINDOW).since is None


def test_a_scope_is_carried_into_the_claim() -> None:
    """Account, Region, store and resource are where the reader needs them."""
    scope = replace(Scope(ACCOUNT), region="eu-west-1", store="s", subject="arn")
    state = TrailState(TRAIL, aws=aws_of(GOOD), window=WINDOW)
    claim = TRAIL_CONTROLS[0].claim(state, scope)
    assert (claim.account, claim.region, claim.store, claim.subject) == (ACCOUNT, "eu-west-1", "s", "arn")


HOURS = timedelta(hours=1)


@pytest.mark.parametrize(
    ("age", "verdict"), [(0.9, Verdict.PASS), (2.2, Verdict.PASS), (2.3, Verdict.FAIL), (30, Verdict.FAIL)]
)
def test_digest_files_come_hourly_also_when_nothing_happens(age: float, verdict: Verdict) -> None:
    """One that is more than two periods and a quarter of an hour old is overdue."""
    claim = trail_claims(get_trail_status=status(LatestDigestDeliveryTime=NOON - age * HOURS))["trail.fresh"]
    assert claim.verdict is verdict


def test_a_digest_file_that_never_came_is_no_proof_of_anything() -> None:
    """Validation may have been turned on a minute ago: only the bucket tells."""
    claim = trail_claims(get_trail_status=status(LatestDigestDeliveryTime=None))["trail.fresh"]
    assert claim.verdict is Verdict.UNVERIFIABLE


def test_after_a_start_the_next_digest_file_has_its_time() -> None:
    """The one of before the stop is old by nobody's fault."""
    told = status(LatestDigestDeliveryTime=NOON - 20 * HOURS, StartLoggingTime=NOON - HOURS)
    assert trail_claims(get_trail_status=told)["trail.fresh"].verdict is Verdict.PASS


@pytest.mark.parametrize("key", ["LatestDeliveryTime", "LatestCloudWatchLogsDeliveryTime"])
def test_an_old_delivery_is_late_only_when_something_happened_since(key: str) -> None:
    """The event that should have come is the proof; a quiet Region is none."""
    old = status(**{key: NOON - 5 * HOURS})
    assert trail_claims(get_trail_status=old)["trail.fresh"].verdict is Verdict.PASS
    since = history(event("CreateMesh", NOON - 4 * HOURS, source="appmesh.amazonaws.com"))
    claim = trail_claims(get_trail_status=old, lookup_events=since)["trail.fresh"]
    assert (claim.verdict, labels(claim)[0]) == (Verdict.FAIL, key)
    assert "CreateMesh by IAM user mallory" in claim.evidence[0].value


@pytest.mark.parametrize(
    ("happened", "source"),
    [(6, "appmesh.amazonaws.com"), (0.2, "appmesh.amazonaws.com"), (4, "iam.amazonaws.com")],
    ids=["before", "just now", "global"],
)
def test_events_that_prove_no_lateness(happened: float, source: str) -> None:
    """Delivered before, not due yet, or of a service whose events may go elsewhere."""
    old = status(LatestDeliveryTime=NOON - 5 * HOURS)
    events = history(event("CreateMesh", NOON - happened * HOURS, source=source))
    claim = trail_claims(get_trail_status=old, lookup_events=events)["trail.fresh"]
    assert claim.verdict is Verdict.PASS


def test_an_event_the_selectors_pass_over_is_not_late() -> None:
    """It was never to come."""
    old = status(LatestDeliveryTime=NOON - 5 * HOURS)
    events = history(event("CreateMesh", NOON - 4 * HOURS, source="appmesh.amazonaws.com"))
    claim = trail_claims(
        get_trail_status=old, lookup_events=events, get_event_selectors={"AdvancedEventSelectors": READS}
    )["trail.fresh"]
    assert claim.verdict is Verdict.PASS


def test_a_trail_that_is_off_need_not_deliver() -> None:
    """`trail.logging` says that it is off."""
    claim = trail_claims(get_trail_status={"IsLogging": False})["trail.fresh"]
    assert claim.verdict is Verdict.NOT_APPLICABLE


def test_an_event_that_cannot_be_read_leaves_the_question_open() -> None:
    """It may be the one that was not delivered."""
    old = status(LatestDeliveryTime=NOON - 5 * HOURS)
    broken = {"EventId": "1", "CloudTrailEvent": "{"}
    claim = trail_claims(get_trail_status=old, lookup_events={"Events": [broken]})["trail.fresh"]
    assert claim.verdict is Verdict.UNVERIFIABLE


def test_the_selectors_in_the_tests_are_the_promise() -> None:
    """A guard for this file: the good trail's selectors take everything."""
    assert list(TRAIL.advanced_event_selectors) == ALL
    assert TRAIL.home_region == HOME
