"""Trails that are there already, and would make this one a copy that is paid for."""

from dataclasses import replace
from typing import Any

from tests.verify.preflight.answers import ALL_EVENTS, HOME, MEMBER, PLAN, one, refused, session_of, trail
from verify.preflight.plan import Scope
from verify.verdict import Verdict

CONTROL_TOWER = trail("aws-controltower-BaselineCloudTrail", organization=True)
DATA_ONLY = {
    "AdvancedEventSelectors": [
        {
            "FieldSelectors": [
                {"Field": "eventCategory", "Equals": ["Data"]},
                {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
            ]
        }
    ]
}


def listed(*trails: dict[str, Any]) -> dict[str, Any]:
    """DescribeTrails' answer."""
    return {"trailList": list(trails)}


def test_where_there_is_no_other_trail_none_is_paid_for() -> None:
    """The first copy is free."""
    assert one("no-second-copy").verdict is Verdict.PASS


def test_a_trail_of_control_tower_is_found_and_named() -> None:
    """It is an organization's, it takes the same events, and it is not deleted by hand."""
    claim = one("no-second-copy", describe_trails=listed(CONTROL_TOWER))
    assert claim.verdict is Verdict.FAIL
    assert CONTROL_TOWER["Name"] in claim.summary
    assert "made by Control Tower" in str(claim.evidence)
    assert "landing zone" in (claim.remedy or "")


def test_the_trail_of_the_stack_itself_is_no_copy() -> None:
    """After `pulumi up`, preflight still passes."""
    assert (
        one("no-second-copy", describe_trails=listed(trail("meshtrail", organization=True))).verdict
        is Verdict.PASS
    )


def test_a_trail_of_the_same_name_elsewhere_is_one() -> None:
    """An ARN is what a trail is, not its name."""
    other = trail("meshtrail", home="eu-west-1")
    assert one("no-second-copy", describe_trails=listed(other)).verdict is Verdict.FAIL


def test_a_trail_of_data_events_costs_nothing_twice() -> None:
    """It takes no management event; it is named all the same."""
    claim = one("no-second-copy", describe_trails=listed(trail("objects")), get_event_selectors=DATA_ONLY)
    assert claim.verdict is Verdict.PASS
    assert "objects" in str(claim.evidence)


def test_a_trail_that_shows_in_every_region_is_one_trail() -> None:
    """Shadows are not counted, and asked about once."""
    claim = one("no-second-copy", describe_trails=listed(trail("audit", organization=True)))
    assert "by 1 trail:" in claim.summary


def test_a_trail_whose_selectors_are_refused_is_not_called_harmless() -> None:
    """But one that can be read is enough for an answer."""
    assert (
        one("no-second-copy", describe_trails=listed(trail("audit")), get_event_selectors=refused()).verdict
        is Verdict.UNVERIFIABLE
    )

    def selectors(_region: str, *, TrailName: str) -> dict[str, Any]:  # noqa: N803 -- AWS's name
        if TrailName.endswith("audit"):
            raise refused()
        return ALL_EVENTS

    both = listed(trail("audit"), trail("another"))
    assert one("no-second-copy", describe_trails=both, get_event_selectors=selectors).verdict is Verdict.FAIL


def test_selectors_of_a_new_kind_leave_it_open() -> None:
    """What this version cannot read is neither free nor paid."""
    answers: dict[str, Any] = {
        "describe_trails": listed(trail("audit")),
        "get_event_selectors": {"AdvancedEventSelectors": [{"FieldSelectors": "all"}]},
    }
    assert one("no-second-copy", **answers).verdict is Verdict.UNVERIFIABLE


def test_a_members_own_trail_counts_beside_the_organizations() -> None:
    """A trail of one account is a second copy where the organization's takes its events already."""
    plan = replace(PLAN, scope=Scope.MULTI_REGION)
    caller = session_of(MEMBER)
    answers = {"get_caller_identity": caller, "describe_trails": listed(trail("audit", organization=True))}
    assert one("no-second-copy", plan, **answers).verdict is Verdict.FAIL
    own = listed(trail("meshtrail", owner=MEMBER, home=HOME))
    answers = {"get_caller_identity": caller, "describe_trails": own}
    assert one("no-second-copy", plan, **answers).verdict is Verdict.PASS
