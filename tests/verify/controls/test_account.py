"""Controls on the account as a whole, decided over every trail that shows in it."""

from collections import Counter
from typing import Any, cast

import pytest

from cloudtrail.manifest import Manifest
from tests.verify.controls.answers import (
    ACCOUNT,
    ALL,
    DENIED,
    DESCRIPTION,
    GOOD,
    HOME,
    MANAGEMENT,
    READS,
    STATUS,
    TRAIL,
    WINDOW,
    WRITES,
    FakeAws,
    aws_of,
    labels,
)
from verify.controls.account import ACCOUNT_CONTROLS, QUOTA
from verify.controls.account_state import AccountState
from verify.controls.trail_state import TrailState
from verify.finding import Scope
from verify.report.parts import Claim
from verify.verdict import Verdict

MANIFEST = Manifest(
    account=ACCOUNT, partition="aws", home_region=HOME, regions=(HOME, "eu-west-1"), trails=(TRAIL,)
)
NO_KMS = [
    {"FieldSelectors": [MANAGEMENT, {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}]},
]


def claims(manifest: Manifest = MANIFEST, **changes: Any) -> dict[str, Claim]:
    """The claims about an account for which AWS answers so."""
    state = AccountState(manifest, aws=aws_of(GOOD | changes))
    return {control.id: control.claim(state, Scope(ACCOUNT)) for control in ACCOUNT_CONTROLS}


def multi_region(manifest: Manifest = MANIFEST, **changes: Any) -> Claim:
    """The claim about a multi-Region trail."""
    return claims(manifest, **changes)["account.multi-region-trail"]


def described(*names: str, **changes: Any) -> dict[str, Any]:
    """What DescribeTrails answers for trails of these names."""
    return {
        "trailList": [
            DESCRIPTION | {"Name": name, "TrailARN": TRAIL.arn.replace("meshtrail", name)} | changes
            for name in names
        ]
    }


def promising(**changes: Any) -> Manifest:
    """The manifest with another promise of its trail."""
    return MANIFEST.model_copy(update={"trails": (TRAIL.model_copy(update=changes),)})


def test_one_good_trail_is_enough() -> None:
    """Whoever made it, and however it is called."""
    by_name = {"one": ALL, "two": READS}

    def selectors(**request: Any) -> dict[str, Any]:
        return {"AdvancedEventSelectors": by_name[request["TrailName"].rpartition("/")[2]]}

    claim = multi_region(describe_trails=described("two", "one"), get_event_selectors=selectors)
    assert claim.verdict is Verdict.PASS
    assert claim.evidence[0].value.endswith("trail/one")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"get_event_selectors": {"AdvancedEventSelectors": READS}}, "every write call (23)"),
        ({"get_event_selectors": {"AdvancedEventSelectors": WRITES}}, "For example"),
        ({"get_event_selectors": {"AdvancedEventSelectors": NO_KMS}}, "leaves out kms.amazonaws.com"),
        ({"describe_trails": described("meshtrail", IsMultiRegionTrail=False)}, "one Region only"),
        ({"get_trail_status": STATUS | {"IsLogging": False}}, "not logging"),
    ],
    ids=["reads", "writes", "without KMS", "one Region", "off"],
)
def test_each_trail_that_does_not_says_why(changes: dict[str, Any], words: str) -> None:
    """A trail without KMS's events takes all of App Mesh's, and still is not what Security Hub asks for."""
    claim = multi_region(**changes)
    assert claim.verdict is Verdict.FAIL
    assert words in claim.evidence[0].value
    assert ("takes every App Mesh event" in claim.evidence[0].value) is (words.startswith("leaves out"))


def test_an_account_without_trails_fails() -> None:
    """There is nothing that could take anything."""
    assert multi_region(describe_trails={"trailList": []}).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("promise", "words"),
    [
        ({"scope": "single-region"}, "for us-east-1 only"),
        ({"advanced_event_selectors": tuple(NO_KMS)}, "leaves out kms.amazonaws.com"),
    ],
    ids=["one Region", "without KMS"],
)
def test_a_narrower_promise_does_not_apply_and_says_so(promise: dict[str, Any], words: str) -> None:
    """A single-Region stack was never to meet CloudTrail.1; a discovered trail is judged by it."""
    found: dict[str, Any] = {
        "describe_trails": described("meshtrail", IsMultiRegionTrail=False),
        "get_event_selectors": {"AdvancedEventSelectors": NO_KMS},
    }
    claim = multi_region(promising(**promise), **found)
    assert claim.verdict is Verdict.NOT_APPLICABLE
    assert words in (claim.reason or "")
    discovered = promising(**promise).model_copy(update={"discovered": True})
    assert multi_region(discovered, **found).verdict is Verdict.FAIL


def test_a_manifest_without_trails_promises_none() -> None:
    """An event data store alone may be all that was wanted."""
    bare = MANIFEST.model_copy(update={"trails": ()})
    claim = multi_region(bare, describe_trails={"trailList": []})
    assert (claim.verdict, claim.reason) == (Verdict.NOT_APPLICABLE, "The manifest promises no trail.")


def test_a_trail_that_cannot_be_looked_at_leaves_the_question_open() -> None:
    """It may be the one; unless another one is."""
    claim = multi_region(get_event_selectors=DENIED)
    assert (claim.verdict, claim.evidence[0].value) == (
        Verdict.UNVERIFIABLE,
        "cloudtrail:GetEventSelectors",
    )
    answers = iter([DENIED, {"AdvancedEventSelectors": ALL}])

    def one_denied(**_request: Any) -> Any:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert (
        multi_region(describe_trails=described("a", "b"), get_event_selectors=one_denied).verdict
        is Verdict.PASS
    )


def test_a_shadow_is_asked_at_its_home() -> None:
    """A trail of another Region shows here, and answers there."""
    shadow = described("meshtrail", HomeRegion="eu-west-1")
    assert multi_region(describe_trails=shadow).verdict is Verdict.PASS


@pytest.mark.parametrize(("count", "verdict"), [(QUOTA - 1, Verdict.PASS), (QUOTA, Verdict.FAIL)])
def test_a_full_region_has_no_room(count: int, verdict: Verdict) -> None:
    """Every Region is counted, shadows included: they count in AWS's quota, too."""
    names = [f"trail-{number}" for number in range(count)]
    claim = claims(describe_trails=described(*names))["account.trail-quota"]
    assert claim.verdict is verdict
    assert labels(claim) == [HOME, "eu-west-1"]
    assert claim.evidence[0].value == f"{count} of 5"


def test_what_was_asked_about_a_trail_of_the_manifest_is_not_asked_again() -> None:
    """Its status and its selectors are known; those of another trail are asked for."""
    aws = aws_of(GOOD | {"describe_trails": described("meshtrail", "other")})
    known = TrailState(TRAIL, aws=aws, window=WINDOW)
    trail, other = AccountState(MANIFEST, aws=aws, trails=[known]).trails(HOME)
    for one in (known.status, known.event_selectors, trail.is_logging, trail.selectors, other.is_logging):
        assert one
    calls = Counter(method for _, method in cast("FakeAws", aws).calls)
    assert calls == {"describe_trails": 1, "get_trail_status": 2, "get_event_selectors": 1}
