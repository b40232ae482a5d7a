"""Preflight on a sandbox's organization: before its trail is there, and afterwards; by each kind of account."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from cloudtrail.preflight_rules import STACK_SETS_ACCESS
from sandbox.clients import SandboxClient
from sandbox.organization import (
    AUDIT,
    HOME,
    LOG_ARCHIVE,
    MANAGEMENT,
    OPT_IN,
    ORGANIZATION,
    TRAIL,
    WORKLOADS,
    SandboxOrganization,
    build,
    with_trail,
)
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from verify.aws import Aws
from verify.preflight.command import preflight_of
from verify.preflight.plan import Plan
from verify.report.parts import Claim
from verify.verdict import Verdict

PLAN = Plan(
    home_region=HOME,
    name=TRAIL,
    organization_id=ORGANIZATION,
    log_archive=LOG_ARCHIVE,
    expected_regions=(HOME, "eu-west-1"),
)
STRANGER = "000000000000"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """The module's sandbox."""
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600)) as sandbox:
        yield sandbox


def seen_by(running: Sandbox, account: str) -> Aws:
    """The sandbox as the root user of an account sees it."""
    session: Any = boto3.Session
    keys = SandboxClient(running.endpoint).root(account).credentials
    return Aws(session(region_name=HOME, **keys), endpoint_url=running.endpoint)


def preflown(running: Sandbox, account: str = MANAGEMENT, plan: Plan = PLAN) -> dict[tuple[str, str], Claim]:
    """What preflight finds, by check and account."""
    found = preflight_of(plan, aws=seen_by(running, account), now=datetime.now(UTC))
    return {(claim.id.removeprefix("preflight."), claim.account or ""): claim for claim in found.claims}


def failed(claims: dict[tuple[str, str], Claim]) -> set[str]:
    """The checks that failed."""
    return {name for (name, _), claim in claims.items() if claim.verdict is Verdict.FAIL}


@pytest.fixture
def organization(running: Sandbox) -> SandboxOrganization:
    """An organization of twelve accounts, ready for its trail."""
    running.reset()
    made = build(SandboxClient(running.endpoint), delegated=True, without_opt_in=set(WORKLOADS))
    made.root().client("organizations").enable_aws_service_access(ServicePrincipal=STACK_SETS_ACCESS)
    return made


def test_where_all_is_ready_nothing_stands_in_the_way(
    running: Sandbox, organization: SandboxOrganization
) -> None:
    """Before the trail is there and afterwards: what is the stack's own does not stand in its way."""
    before = {claim.verdict for claim in preflown(running).values()}
    with_trail(organization)
    afterwards = {claim.verdict for claim in preflown(running).values()}
    assert before == afterwards == {Verdict.PASS, Verdict.NOT_APPLICABLE}


def test_without_trusted_access_it_is_named(running: Sandbox) -> None:
    """CloudTrail's, and that of StackSets."""
    running.reset()
    build(SandboxClient(running.endpoint), trusted_access=False)
    assert failed(preflown(running)) == {"trusted-access", "trusted-access-stack-sets"}


def test_consolidated_billing_is_named(running: Sandbox) -> None:
    """Without all features there is no trusted access either."""
    running.reset()
    build(SandboxClient(running.endpoint), all_features=False, trusted_access=False)
    assert "all-features" in failed(preflown(running))


def test_a_member_is_told_that_it_may_not(running: Sandbox, organization: SandboxOrganization) -> None:
    """It is refused who else is there, so it is told what is known: who manages it."""
    del organization
    claims = preflown(running, WORKLOADS[0])
    claim = claims["may-span", WORKLOADS[0]]
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert MANAGEMENT in claim.summary
    assert claims["service-control-policies", WORKLOADS[0]].verdict is Verdict.UNVERIFIABLE
    assert claims["right-organization", WORKLOADS[0]].verdict is Verdict.PASS


def test_a_delegated_administrator_may(running: Sandbox, organization: SandboxOrganization) -> None:
    """And sees everything but how many trails the management account has."""
    del organization
    claims = preflown(running, AUDIT)
    assert claims["may-span", AUDIT].verdict is Verdict.PASS
    unsure = {name for (name, _), claim in claims.items() if claim.verdict is Verdict.UNVERIFIABLE}
    assert (failed(claims), unsure) == (set(), {"trail-quota"})


def test_a_strangers_account_is_in_the_wrong_organization(
    running: Sandbox, organization: SandboxOrganization
) -> None:
    """It is in none."""
    del organization
    claims = preflown(running, STRANGER)
    assert failed(claims) >= {"right-organization", "all-features"}


def test_another_organizations_trail_is_found_in_members_too(
    running: Sandbox, organization: SandboxOrganization
) -> None:
    """Where the trail that is there has another name, a second one would be paid for."""
    with_trail(organization)
    plan = Plan(home_region=HOME, name="meshtrail", log_archive=LOG_ARCHIVE)
    for account in (MANAGEMENT, WORKLOADS[0]):
        claim = preflown(running, account, plan)["no-second-copy", account]
        assert claim.verdict is Verdict.FAIL
        assert TRAIL in claim.summary


def test_a_guardrail_on_the_log_archive_is_found(running: Sandbox, organization: SandboxOrganization) -> None:
    """It is attached to a unit above it."""
    client = organization.root().client("organizations")
    client.enable_policy_type(RootId=organization.units[""], PolicyType="SERVICE_CONTROL_POLICY")
    assert not failed(preflown(running))
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "NoBuckets", "Effect": "Deny", "Action": "s3:Create*", "Resource": "*"}],
    }
    made = client.create_policy(
        Name="guardrail", Description="-", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(document)
    )
    policy = made["Policy"]["PolicySummary"]["Id"]
    client.attach_policy(PolicyId=policy, TargetId=organization.units["Security"])
    claims = preflown(running)
    claim = claims["service-control-policies", LOG_ARCHIVE]
    assert claim.verdict is Verdict.FAIL
    assert "guardrail: NoBuckets" in str(claim.evidence)
    assert claims["service-control-policies", MANAGEMENT].verdict is Verdict.NOT_APPLICABLE


def test_a_region_that_is_not_opted_in_to_is_named(
    running: Sandbox, organization: SandboxOrganization
) -> None:
    """In the account that asks."""
    del organization
    plan = Plan(home_region=HOME, name=TRAIL, expected_regions=(OPT_IN,))
    assert preflown(running, WORKLOADS[0], plan)["regions-enabled", WORKLOADS[0]].verdict is Verdict.FAIL
    assert preflown(running, MANAGEMENT, plan)["regions-enabled", MANAGEMENT].verdict is Verdict.PASS
