"""The organization: the right one, all features, trusted access, and who may create what."""

from dataclasses import replace

import pytest

from tests.verify.preflight.answers import (
    DELEGATED,
    MANAGEMENT,
    MEMBER,
    ORGANIZATION,
    PLAN,
    one,
    refused,
    session_of,
)
from verify.preflight.plan import Scope
from verify.verdict import Verdict

NOT_IN_USE = refused("AWSOrganizationsNotInUseException", "not in use")
BILLING = {
    "Organization": {"Id": ORGANIZATION, "MasterAccountId": MANAGEMENT, "FeatureSet": "CONSOLIDATED_BILLING"}
}
OF_THE_ORGANIZATION = (
    "all-features",
    "trusted-access",
    "trusted-access-stack-sets",
    "may-span",
    "home-region",
)


def test_the_organization_that_is_meant_passes() -> None:
    """The id is what DescribeOrganization tells."""
    assert one("right-organization", replace(PLAN, organization_id=ORGANIZATION)).verdict is Verdict.PASS


def test_another_organization_fails_and_names_both() -> None:
    """Nothing may be provisioned into the wrong one."""
    claim = one("right-organization", replace(PLAN, organization_id="o-anotherorgid"))
    assert claim.verdict is Verdict.FAIL
    assert ORGANIZATION in claim.summary
    assert "o-anotherorgid" in claim.summary


def test_without_a_name_there_is_nothing_to_compare() -> None:
    """That the organization is the right one is then not claimed."""
    assert one("right-organization").verdict is Verdict.NOT_APPLICABLE


def test_an_account_in_no_organization_is_told_so() -> None:
    """It is no refusal: the answer is that there is none."""
    meant = replace(PLAN, organization_id=ORGANIZATION)
    assert one("right-organization", meant, describe_organization=NOT_IN_USE).verdict is Verdict.FAIL
    claim = one("all-features", describe_organization=NOT_IN_USE)
    assert claim.verdict is Verdict.FAIL
    assert "no organization" in claim.summary
    for name in ("trusted-access", "may-span", "service-control-policies"):
        assert one(name, describe_organization=NOT_IN_USE).verdict is Verdict.NOT_APPLICABLE


def test_consolidated_billing_is_not_all_features() -> None:
    """CloudTrail answers OrganizationNotInAllFeaturesModeException then."""
    assert one("all-features").verdict is Verdict.PASS
    claim = one("all-features", describe_organization=BILLING)
    assert claim.verdict is Verdict.FAIL
    assert "enable-all-features" in (claim.remedy or "")


@pytest.mark.parametrize(
    ("name", "principal"),
    [
        ("trusted-access", "cloudtrail.amazonaws.com"),
        ("trusted-access-stack-sets", "member.org.stacksets.cloudformation.amazonaws.com"),
    ],
)
def test_trusted_access_is_on_or_off(name: str, principal: str) -> None:
    """Off, it names the service principal and the command that turns it on."""
    assert one(name).verdict is Verdict.PASS
    claim = one(name, list_aws_service_access_for_organization={"EnabledServicePrincipals": []})
    assert claim.verdict is Verdict.FAIL
    assert principal in claim.summary
    assert "aws " in (claim.remedy or "")


def test_trusted_access_is_looked_for_on_every_page() -> None:
    """A page may be empty and still not be the last."""

    def pages(_region: str, **request: str) -> dict[str, object]:
        if "NextToken" in request:
            return {"EnabledServicePrincipals": [{"ServicePrincipal": "cloudtrail.amazonaws.com"}]}
        return {"EnabledServicePrincipals": [], "NextToken": "more"}

    assert one("trusted-access", list_aws_service_access_for_organization=pages).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("account", "verdict"),
    [(MANAGEMENT, Verdict.PASS), (DELEGATED, Verdict.PASS), (MEMBER, Verdict.FAIL)],
)
def test_the_management_account_and_delegated_administrators_may_create(
    account: str, verdict: Verdict
) -> None:
    """A member may not, and is told who may."""
    claim = one("may-span", get_caller_identity=session_of(account))
    assert claim.verdict is verdict
    assert "may" in {fact.label for fact in claim.evidence}
    if verdict is Verdict.FAIL:
        assert MANAGEMENT in claim.summary


def test_the_management_account_need_not_ask_who_it_is() -> None:
    """Its number says it."""
    assert one("may-span", list_delegated_administrators=refused()).verdict is Verdict.PASS


def test_a_member_that_is_refused_the_list_is_not_judged() -> None:
    """The refusal says neither that it is a member nor that a permission is missing; both are told."""
    claim = one("may-span", get_caller_identity=session_of(MEMBER), list_delegated_administrators=refused())
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert MANAGEMENT in (claim.reason or "")
    assert "organizations:ListDelegatedAdministrators" in (claim.reason or "")


@pytest.mark.parametrize("name", OF_THE_ORGANIZATION)
def test_a_trail_of_one_account_needs_no_organization(name: str) -> None:
    """Nothing of it is asked, and nothing claimed."""
    plan = replace(PLAN, scope=Scope.MULTI_REGION)
    assert one(name, plan, describe_organization=refused()).verdict is Verdict.NOT_APPLICABLE
