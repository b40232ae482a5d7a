"""What the provider does in an organization: trusted access, service-linked roles, StackSets of roles."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from cloudtrail.verifier_template import verifier_template
from sandbox.clients import SandboxClient
from sandbox.organization import AUDIT, LOG_ARCHIVE, MANAGEMENT, ORGANIZATION
from sandbox.provider.aws_errors import code_of
from sandbox.provider.registry import AWS
from sandbox.provider.session import Aws, ProviderConfig
from sandbox.provider.stack_set_operations import StackSetFailed

from .conftest import Provider

if TYPE_CHECKING:
    from sandbox.clients import SandboxSession
    from sandbox.provider.resource_type import State
    from sandbox.server import Sandbox

ACCESS = "aws:organizations/awsServiceAccess:AwsServiceAccess"
LINKED = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
ADMIN = "aws:cloudtrail/organizationDelegatedAdminAccount:OrganizationDelegatedAdminAccount"
SET = "aws:cloudformation/stackSet:StackSet"
STACKS = "aws:cloudformation/stackSetInstance:StackSetInstance"
CLOUDTRAIL = "cloudtrail.amazonaws.com"
ROLE = "MeshtrailVerifier"
MEMBERS = (LOG_ARCHIVE, AUDIT, "123456789012")
JOINS = "444455556666"
TRUSTED = f"arn:aws:iam::{AUDIT}:root"


@dataclass(frozen=True)
class Organization:
    """An organization that trusts nobody yet: two accounts in `Security`, one deep below `Workloads`."""

    sandbox: SandboxClient
    units: dict[str, str]

    def root(self, account: str = MANAGEMENT) -> SandboxSession:
        """The root user of an account."""
        return self.sandbox.root(account)


@pytest.fixture
def organization(sandbox: Sandbox) -> Organization:
    """The organization, in an empty sandbox."""
    client = SandboxClient(sandbox.endpoint)
    organizations = client.root(MANAGEMENT).client("organizations")
    client.announce(organization=ORGANIZATION, accounts=MEMBERS)
    organizations.create_organization()
    root = organizations.list_roots()["Roots"][0]["Id"]

    def unit(name: str, parent: str) -> str:
        made = organizations.create_organizational_unit(ParentId=parent, Name=name)
        return made["OrganizationalUnit"]["Id"]

    security, workloads = unit("Security", root), unit("Workloads", root)
    homes = dict(zip(MEMBERS, (security, security, unit("Staging", workloads)), strict=True))
    for account, home in homes.items():
        organizations.create_account(AccountName=account, Email=f"{account}@example.com")
        organizations.move_account(AccountId=account, SourceParentId=root, DestinationParentId=home)
    return Organization(client, {"": root, "Security": security, "Workloads": workloads})


@pytest.fixture
def management(sandbox: Sandbox, organization: Organization) -> Provider:
    """The provider in the management account, with StackSets activated."""
    organization.root().client("cloudformation").activate_organizations_access()
    return provider_of(sandbox)


def provider_of(sandbox: Sandbox) -> Provider:
    """The provider in the management account."""
    raw = {"region": "us-east-1", "accessKey": MANAGEMENT}
    return Provider(Aws(ProviderConfig.read(raw, endpoint=sandbox.endpoint, where="the test")))


def stack_set(**more: Any) -> dict[str, Any]:
    """The inputs of the verifier's StackSet."""
    return {
        "name": ROLE,
        "permissionModel": "SERVICE_MANAGED",
        "autoDeployment": {"enabled": True, "retainStacksOnAccountRemoval": False},
        "capabilities": ["CAPABILITY_NAMED_IAM"],
        "templateBody": json.dumps(verifier_template()),
        "parameters": {"ExternalId": "one", "TrustedPrincipals": TRUSTED, "OrganizationId": ORGANIZATION},
        **more,
    }


def stacks(unit: str, **more: Any) -> dict[str, Any]:
    """The inputs of its stacks in the accounts of a unit."""
    return {"stackSetName": ROLE, "deploymentTargets": {"organizationalUnitIds": [unit]}, **more}


def accounts_of(state: State) -> set[str]:
    """The accounts that stacks are in."""
    return {each["accountId"] for each in state.outputs["stackInstanceSummaries"]}


def assumed(organization: Organization, account: str, external_id: str) -> bool:
    """Whether the audit account gets into the role of an account."""
    arn = f"arn:aws:iam::{account}:role/{ROLE}"
    try:
        organization.root(AUDIT).assume_role(arn, session_name="verify", ExternalId=external_id)
    except ClientError as error:
        assert code_of(error) == "AccessDenied"  # noqa: PT017  # the other outcome is an answer too
        return False
    return True


def test_trusted_access_is_given_and_taken(management: Provider, organization: Organization) -> None:
    """To give it twice changes nothing; it is the organization's, so taking it takes it from everybody."""
    made = management.create(ACCESS, {"servicePrincipal": CLOUDTRAIL})
    assert management.create(ACCESS, {"servicePrincipal": CLOUDTRAIL}).id == made.id == CLOUDTRAIL
    management.expect(ACCESS, made.id, management.check(ACCESS, {"servicePrincipal": CLOUDTRAIL}), knowing={})
    management.delete(ACCESS, made)
    assert AWS.types[ACCESS].read(management.aws, made.id, {}) is None
    trusted = organization.root().client("organizations").list_aws_service_access_for_organization()
    assert CLOUDTRAIL not in {each["ServicePrincipal"] for each in trusted["EnabledServicePrincipals"]}


def test_a_delegated_administrator_is_registered(management: Provider, organization: Organization) -> None:
    """Through CloudTrail's own operation, and found again through Organizations'."""
    management.create(ACCESS, {"servicePrincipal": CLOUDTRAIL})
    made = management.create(ADMIN, {"accountId": AUDIT})
    assert made.outputs["servicePrincipal"] == CLOUDTRAIL
    found = organization.root().client("organizations").list_delegated_administrators()
    assert [each["Id"] for each in found["DelegatedAdministrators"]] == [AUDIT]
    management.delete(ADMIN, made)
    assert AWS.types[ADMIN].read(management.aws, made.id, {}) is None


def test_a_service_linked_role(management: Provider) -> None:
    """It is AWS's by name and path; where it is already there AWS refuses, as it may have made it itself."""
    inputs = {"awsServiceName": CLOUDTRAIL, "tags": {"purpose": "audit"}}
    made = management.journey(LINKED, inputs, {**inputs, "description": "changed", "tags": {"a": "b"}})
    assert made.outputs["path"] == f"/aws-service-role/{CLOUDTRAIL}/"
    management.create(LINKED, inputs)
    with pytest.raises(ClientError, match="EntityAlreadyExists"):
        management.create(LINKED, inputs)


def test_a_stack_set_puts_the_role_into_every_account_below_a_root(
    management: Provider, organization: Organization
) -> None:
    """However deep, the management account left out; and it asks for the external id."""
    management.create(SET, stack_set())
    made = management.create(STACKS, stacks(organization.units[""]))
    assert accounts_of(made) == set(MEMBERS)
    assert all(assumed(organization, account, "one") for account in accounts_of(made))
    assert not assumed(organization, LOG_ARCHIVE, "two")
    assert not assumed(organization, MANAGEMENT, "one")


def test_a_stack_set_that_changes_changes_every_role(
    management: Provider, organization: Organization
) -> None:
    """A new external id lets in who knows it, and no longer who knew the old one."""
    unit = organization.units["Security"]
    management.create(SET, stack_set())
    made = management.create(STACKS, stacks(unit))
    assert accounts_of(made) == {LOG_ARCHIVE, AUDIT}
    kind, olds = AWS.types[SET], management.check(SET, stack_set())
    changed = stack_set(parameters={**stack_set()["parameters"], "ExternalId": "two"})
    news = management.check(SET, changed, olds)
    assert kind.diff(olds, news).changed == ("parameters",)
    kind.update(management.aws, ROLE, olds, news)
    management.expect(SET, ROLE, news, knowing=news)
    assert assumed(organization, LOG_ARCHIVE, "two")
    assert not assumed(organization, LOG_ARCHIVE, "one")


def test_stacks_go_with_their_unit_and_the_set_goes_last(
    management: Provider, organization: Organization
) -> None:
    """A set that has stacks is refused to go; other units keep their roles; what is retained stays."""
    first = management.create(SET, stack_set())
    security = management.create(STACKS, stacks(organization.units["Security"]))
    other = management.create(STACKS, stacks(organization.units["Workloads"], retainStack=True))
    with pytest.raises(ClientError, match="StackSetNotEmptyException"):
        management.delete(SET, first)
    management.delete(STACKS, security)
    assert not assumed(organization, LOG_ARCHIVE, "one")
    assert AWS.types[STACKS].read(management.aws, security.id, security.outputs) is None
    management.delete(STACKS, other)
    assert all(assumed(organization, account, "one") for account in accounts_of(other))
    management.delete(SET, first)
    management.delete(SET, first)
    assert AWS.types[SET].read(management.aws, ROLE, first.outputs) is None


def test_a_stack_set_follows_the_accounts_of_its_units(
    management: Provider, organization: Organization
) -> None:
    """Who comes gets the role, who goes loses it; who is elsewhere is left alone, and so is who is closed."""
    root, security = organization.units[""], organization.units["Security"]
    management.create(SET, stack_set())
    management.create(STACKS, stacks(security))
    organizations = organization.root().client("organizations")

    def moved(account: str, source: str, target: str) -> None:
        organizations.move_account(AccountId=account, SourceParentId=source, DestinationParentId=target)

    organization.sandbox.announce(organization=ORGANIZATION, accounts=(JOINS,))
    organizations.create_account(AccountName="joins", Email="joins@example.com")
    assert not assumed(organization, JOINS, "one")
    moved(JOINS, root, security)
    assert assumed(organization, JOINS, "one")
    moved(JOINS, security, organization.units["Workloads"])
    assert not assumed(organization, JOINS, "one")
    moved(JOINS, organization.units["Workloads"], security)
    organization.root(JOINS).client("organizations").leave_organization()
    assert JOINS not in accounts_in(organization)
    assert accounts_in(organization) == {LOG_ARCHIVE, AUDIT}
    organizations.close_account(AccountId=LOG_ARCHIVE)
    moved(MEMBERS[2], parent_of(organization, MEMBERS[2]), security)
    assert accounts_in(organization) == {LOG_ARCHIVE, AUDIT, MEMBERS[2]}


def test_an_account_that_joins_a_deployed_root_gets_the_role_at_once(
    management: Provider, organization: Organization
) -> None:
    """As an organization's stack deploys it; without automatic deployment nothing follows."""
    management.create(SET, stack_set())
    management.create(STACKS, stacks(organization.units[""]))
    organization.sandbox.announce(organization=ORGANIZATION, accounts=(JOINS,))
    organizations = organization.root().client("organizations")
    organizations.create_account(AccountName="joins", Email="joins@example.com")
    assert assumed(organization, JOINS, "one")


@pytest.mark.parametrize(
    ("automatic", "kept"),
    [
        pytest.param({"enabled": False}, True, id="off"),
        pytest.param({"enabled": True, "retainStacksOnAccountRemoval": True}, True, id="retained"),
    ],
)
def test_a_stack_set_that_is_told_so_takes_nothing_away(
    management: Provider, organization: Organization, automatic: dict[str, bool], kept: bool
) -> None:
    """One that does not follow, and one that leaves behind what it made."""
    management.create(SET, stack_set(autoDeployment=automatic))
    management.create(STACKS, stacks(organization.units["Security"]))
    organization.root().client("organizations").move_account(
        AccountId=AUDIT,
        SourceParentId=organization.units["Security"],
        DestinationParentId=organization.units["Workloads"],
    )
    arn = f"arn:aws:iam::{AUDIT}:role/{ROLE}"
    found = organization.root(AUDIT).client("iam").get_role(RoleName=ROLE)["Role"]["Arn"]
    assert (found == arn) is kept


def accounts_in(organization: Organization) -> set[str]:
    """The accounts that the StackSet has stacks in."""
    listed = organization.root().client("cloudformation").list_stack_instances(StackSetName=ROLE)
    return {one["Account"] for one in listed["Summaries"]}


def parent_of(organization: Organization, account: str) -> str:
    """What an account lies in."""
    return organization.root().client("organizations").list_parents(ChildId=account)["Parents"][0]["Id"]


def test_one_account_that_refuses_fails_the_operation_unless_that_is_tolerated(
    management: Provider, organization: Organization
) -> None:
    """A role of that name that somebody made by hand is left alone, and the other accounts get theirs."""
    nobody = json.dumps({"Version": "2012-10-17", "Statement": []})
    organization.root(AUDIT).client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=nobody)
    management.create(SET, stack_set())
    unit = organization.units["Security"]
    with pytest.raises(StackSetFailed, match="FAILED"):
        management.create(STACKS, stacks(unit))
    made = management.create(STACKS, stacks(unit, operationPreferences={"failureTolerancePercentage": 100}))
    assert accounts_of(made) == {LOG_ARCHIVE}


def test_stack_sets_have_to_be_activated(sandbox: Sandbox, organization: Organization) -> None:
    """As on AWS, in AWS's words."""
    access = organization.root().client("cloudformation").describe_organizations_access()
    assert access["Status"] == "DISABLED"
    with pytest.raises(ClientError, match="You must enable organizations access"):
        provider_of(sandbox).create(SET, stack_set())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"capabilities": []}, "InsufficientCapabilitiesException"),
        ({"permissionModel": "SELF_MANAGED", "autoDeployment": None}, "ValidationError"),
        ({"callAs": "DELEGATED_ADMIN"}, "ValidationError"),
        (
            {"templateBody": json.dumps({"Resources": {"B": {"Type": "AWS::S3::Bucket"}}})},
            "ValidationError",
        ),
    ],
    ids=["capabilities", "self-managed", "delegated", "bucket"],
)
def test_what_a_stack_set_of_the_sandbox_is_not(
    management: Provider, change: dict[str, Any], code: str
) -> None:
    """Refused by name, never half done."""
    with pytest.raises(ClientError, match=code):
        management.create(SET, stack_set(**change))


def test_targets_the_sandbox_does_not_know_are_refused(management: Provider) -> None:
    """Accounts beside units would change whom the stacks reach."""
    targets = {"organizationalUnitIds": ["r-exam"], "accounts": [AUDIT]}
    (failure,) = management.failures(STACKS, {"stackSetName": ROLE, "deploymentTargets": targets})
    assert failure.path == "deploymentTargets.accounts"
