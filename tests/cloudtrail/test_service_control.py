"""Service control policies: every level has to allow, none may deny, and what depends on the call is left open."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.policy_evaluation import Answer
from cloudtrail.preflight_rules import Step
from cloudtrail.service_control import Attached, Level, Ruling, caller_context, ruling

ACCOUNT = "123456789012"
STEP = Step("cloudtrail:CreateTrail", f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/meshtrail", "us-east-1")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Provisioner"


def statement(effect: str, action: str = "*", **more: Any) -> dict[str, Any]:
    """A policy of one statement."""
    return {
        "Version": "2012-10-17",
        "Statement": {"Effect": effect, "Action": action, "Resource": "*", **more},
    }


ALLOW = Attached("FullAWSAccess", statement("Allow"))
DENY = Attached("NoTrails", statement("Deny", "cloudtrail:Create*", Sid="Trails"))


def ruled(*levels: tuple[Attached, ...], principal: str | None = ROLE) -> Ruling:
    """What policies at these levels, from the root on, say to the creation of a trail."""
    context = caller_context(STEP, account=ACCOUNT, organization_id="o-exampleorgid", principal_arn=principal)
    named = [Level(f"level-{number}", policies) for number, policies in enumerate(levels)]
    return ruling(named, STEP, account=ACCOUNT, context=context)


@given(st.lists(st.lists(st.sampled_from([ALLOW, DENY]), max_size=3), min_size=1, max_size=5))
def test_a_call_passes_where_every_level_allows_and_none_denies(levels: list[list[Attached]]) -> None:
    """AWS's rule, said by itself."""
    expected = all(ALLOW in level for level in levels) and not any(DENY in level for level in levels)
    answer = ruled(*(tuple(level) for level in levels)).answer
    assert answer is (Answer.ALLOWS if expected else Answer.REFUSES)


def test_a_denial_names_level_policy_and_statement() -> None:
    """So that somebody can find it; a statement without a name is numbered."""
    assert ruled((ALLOW,), (ALLOW, DENY)).why == "denied at level-1 by NoTrails: Trails"
    unnamed = Attached("NoTrails", statement("Deny", "cloudtrail:*"))
    assert ruled((ALLOW, unnamed)).why == "denied at level-0 by NoTrails: statement 1"


def test_a_list_of_allowed_services_denies_the_others() -> None:
    """Nothing is granted by it; what it leaves out is not let through."""
    listed = Attached("Allowed", statement("Allow", "s3:*"))
    assert "no policy at level-1 allows it (attached: Allowed)" in ruled((ALLOW,), (listed,)).why


def test_a_denial_elsewhere_beats_what_is_left_open() -> None:
    """One level cannot be told; another one denies: denied."""
    open_ = Attached("Network", statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}))
    assert ruled((ALLOW, open_), (ALLOW,)).answer is Answer.CANNOT_TELL
    assert ruled((ALLOW, open_), (ALLOW, DENY)).answer is Answer.REFUSES


def test_a_principal_that_is_not_known_leaves_its_exceptions_open() -> None:
    """Known, it is excepted or it is not."""
    guarded = Attached(
        "Guard",
        statement("Deny", Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Prov*"}}),
    )
    assert ruled((ALLOW, guarded)).answer is Answer.ALLOWS
    assert ruled((ALLOW, guarded), principal=ROLE.replace("Prov", "Other")).answer is Answer.REFUSES
    unknown = ruled((ALLOW, guarded), principal=None)
    assert unknown.answer is Answer.CANNOT_TELL
    assert "aws:PrincipalArn" in unknown.why


@pytest.mark.parametrize("document", [None, [], {"Statement": "all"}, {"Statement": ["x"]}, "{}"])
def test_what_is_no_policy_allows_nothing_and_may_deny(document: object) -> None:
    """Beside one that can be read, too."""
    assert ruled((ALLOW, Attached("Odd", document))).answer is Answer.CANNOT_TELL
    assert ruled((Attached("Odd", document),)).answer is Answer.CANNOT_TELL


def test_a_level_says_whether_it_speaks_of_a_key() -> None:
    """In whatever case it is written."""
    guarded = Attached("Guard", statement("Deny", Condition={"ArnLike": {"AWS:principalarn": "x"}}))
    assert Level("r-exam", (ALLOW, guarded)).mentions("aws:PrincipalArn")
    assert not Level("r-exam", (ALLOW,)).mentions("aws:PrincipalArn")
