"""The organization that tests and the demonstration work with, and what AWS tells each of its accounts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.clients import SandboxClient
from sandbox.organization import (
    AUDIT,
    BUCKET,
    EXTERNAL_ID,
    HOME,
    LOG_ARCHIVE,
    MANAGEMENT,
    OPT_IN,
    ORGANIZATION,
    REGIONS,
    ROLE,
    TRAIL,
    WORKLOADS,
    SandboxOrganization,
    build,
    with_trail,
)

if TYPE_CHECKING:
    from sandbox.server import Sandbox

MEMBER, OTHER = WORKLOADS[0], WORKLOADS[1]
STRANGER = "000000000000"
ARN = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/{TRAIL}"


def role_of(account: str) -> str:
    """The ARN of an account's verifier role."""
    return f"arn:aws:iam::{account}:role/{ROLE}"


@pytest.fixture(scope="module")
def organization(running: Sandbox) -> SandboxOrganization:
    """An organization with its trail, and a mesh in every account and Region; tests leave it as it is."""
    made = build(SandboxClient(running.endpoint), delegated=True, without_opt_in={OTHER})
    with_trail(made)
    made.call_app_mesh()
    return made


def accounts_in(client: Any, parent: str) -> list[str]:
    """The accounts directly in a unit."""
    pages = client.get_paginator("list_accounts_for_parent").paginate(ParentId=parent)
    return [account["Id"] for page in pages for account in page["Accounts"]]


def test_twelve_accounts_in_their_units(organization: SandboxOrganization) -> None:
    """Ids and units are known beforehand; every account is active and carries its tags."""
    client = organization.root().client("organizations")
    described = client.describe_organization()["Organization"]
    assert (described["Id"], described["MasterAccountId"]) == (ORGANIZATION, MANAGEMENT)
    assert described["FeatureSet"] == "ALL"
    assert len(client.list_accounts()["Accounts"]) == len(organization.accounts) == 12
    assert accounts_in(client, organization.units[""]) == [MANAGEMENT]
    assert accounts_in(client, organization.units["Security"]) == [LOG_ARCHIVE, AUDIT]
    assert accounts_in(client, organization.units["Workloads/Staging"]) == list(WORKLOADS[5:8])
    (workloads,) = (
        unit["Id"]
        for unit in client.list_organizational_units_for_parent(ParentId=organization.units[""])[
            "OrganizationalUnits"
        ]
        if unit["Name"] == "Workloads"
    )
    assert workloads == organization.units["Workloads"]
    tags = client.list_tags_for_resource(ResourceId=WORKLOADS[5])["Tags"]
    assert tags == [{"Key": "environment", "Value": "staging"}]
    assert {each["State"] for each in client.list_accounts()["Accounts"]} == {"ACTIVE"}


def test_members_are_told_who_manages_and_no_more(organization: SandboxOrganization, refused: Any) -> None:
    """DescribeOrganization answers every member, lists only the management account and delegated administrators."""
    member = organization.root(MEMBER).client("organizations")
    assert member.describe_organization()["Organization"]["MasterAccountId"] == MANAGEMENT
    for ask in (
        member.list_roots,
        member.list_accounts,
        lambda: member.list_accounts_for_parent(ParentId=organization.units[""]),
        lambda: member.list_tags_for_resource(ResourceId=MEMBER),
    ):
        with refused() as error:
            ask()
        assert error.code == "AccessDeniedException"
    administrator = organization.root(AUDIT).client("organizations")
    assert len(administrator.list_accounts()["Accounts"]) == 12
    with refused() as error:
        administrator.create_account(AccountName="more", Email="more@example.com")
    assert error.code == "AccessDeniedException"


def test_outside_there_is_no_organization(organization: SandboxOrganization, refused: Any) -> None:
    """An account of no organization is told so, whatever it asks."""
    stranger = organization.root(STRANGER).client("organizations")
    for ask in (stranger.describe_organization, stranger.list_roots):
        with refused() as error:
            ask()
        assert error.code == "AWSOrganizationsNotInUseException"


def test_a_role_lands_in_its_account(organization: SandboxOrganization) -> None:
    """What is called with a role's credentials happens, and is recorded, in the role's account."""
    session = organization.root().assume_role(role_of(MEMBER), session_name="look", ExternalId=EXTERNAL_ID)
    assert session.client("sts").get_caller_identity()["Account"] == MEMBER
    meshes = session.client("appmesh", "eu-west-1").list_meshes()["meshes"]
    assert [mesh["resourceOwner"] for mesh in meshes] == [MEMBER]
    record = organization.sandbox.events()[-1]
    assert (record["eventName"], record["recipientAccountId"]) == ("ListMeshes", MEMBER)
    assert record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == role_of(MEMBER)
    found = session.client("cloudtrail", "eu-west-1").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateMesh"}]
    )
    assert len(found["Events"]) == 1


@pytest.mark.parametrize(
    ("caller", "role", "asked"),
    [
        (MANAGEMENT, role_of(MEMBER), {}),
        (MANAGEMENT, role_of(MEMBER), {"ExternalId": "another"}),
        (MANAGEMENT, f"arn:aws:iam::{MEMBER}:role/Nobody", {"ExternalId": EXTERNAL_ID}),
        (MANAGEMENT, f"arn:aws:iam::{STRANGER}:role/{ROLE}", {"ExternalId": EXTERNAL_ID}),
        (OTHER, role_of(MEMBER), {"ExternalId": EXTERNAL_ID}),
    ],
    ids=[
        "no external id",
        "another external id",
        "no such role",
        "no such account",
        "a caller it does not trust",
    ],
)
def test_a_role_opens_only_to_whom_it_trusts(
    organization: SandboxOrganization, refused: Any, caller: str, role: str, asked: dict[str, str]
) -> None:
    """Everything else is AccessDenied, in the same words, and is recorded where it was asked."""
    with refused() as error:
        organization.root(caller).assume_role(role, session_name="look", **asked)
    assert (error.code, error.status) == ("AccessDenied", 403)
    assert error.message == (
        f"User: arn:aws:iam::{caller}:root is not authorized to perform: sts:AssumeRole on resource: {role}"
    )
    record = organization.sandbox.events()[-1]
    assert (record["eventName"], record["errorCode"]) == ("AssumeRole", "AccessDenied")
    assert record["recipientAccountId"] == caller


def test_one_trail_holds_every_account_and_region(organization: SandboxOrganization) -> None:
    """Each account's events lie under the organization's and its own id, in the log archive's bucket."""
    s3 = organization.root(LOG_ARCHIVE).client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"AWSLogs/{ORGANIZATION}/")
    keys = [item["Key"].split("/") for page in pages for item in page["Contents"]]
    seen = {(parts[2], parts[4]) for parts in keys if parts[3] == "CloudTrail"}
    expected = {(account, region) for account in organization.accounts for region in REGIONS}
    assert expected - seen == {(OTHER, OPT_IN)}


def test_members_see_the_trail_by_its_arn(organization: SandboxOrganization, refused: Any) -> None:
    """A member sees the organization's trail as a shadow: by ARN, with a status of its own, without selectors."""
    member = organization.root(MEMBER).client("cloudtrail", HOME)
    (seen,) = member.describe_trails()["trailList"]
    assert (seen["TrailARN"], seen["IsOrganizationTrail"]) == (ARN, True)
    assert member.describe_trails(includeShadowTrails=False)["trailList"] == []
    assert member.describe_trails(trailNameList=[TRAIL])["trailList"] == []
    assert member.describe_trails(trailNameList=[ARN])["trailList"] == [seen]
    status = member.get_trail_status(Name=ARN)
    assert status["IsLogging"] is True
    assert "LatestDeliveryTime" in status
    for ask, name in (
        (lambda: member.get_trail_status(Name=TRAIL), "by name"),
        (lambda: member.get_event_selectors(TrailName=ARN), "selectors"),
        (lambda: member.get_insight_selectors(TrailName=ARN), "insight selectors"),
    ):
        with refused() as error:
            ask()
        assert error.code == "TrailNotFoundException", name
    with refused() as error:
        member.stop_logging(Name=ARN)
    assert error.code == "NotOrganizationMasterAccountException"


def test_the_delegated_administrator_runs_the_trail(organization: SandboxOrganization) -> None:
    """CloudTrail's delegated administrator reads selectors and may make a trail, which is the management account's."""
    audit = organization.root(AUDIT).client("cloudtrail", HOME)
    assert audit.get_event_selectors(TrailName=ARN)["TrailARN"] == ARN
    policy = json.loads(
        organization.root(LOG_ARCHIVE).client("s3").get_bucket_policy(Bucket=BUCKET)["Policy"]
    )
    text = json.dumps(policy).replace(f"trail/{TRAIL}", "trail/second")
    s3 = organization.root(LOG_ARCHIVE).client("s3")
    s3.create_bucket(Bucket="second-trail")
    s3.put_bucket_policy(Bucket="second-trail", Policy=text.replace(BUCKET, "second-trail"))
    made = audit.create_trail(Name="second", S3BucketName="second-trail", IsOrganizationTrail=True)
    assert made["TrailARN"] == ARN.replace(TRAIL, "second")
    audit.delete_trail(Name=made["TrailARN"])
    assert [each["Name"] for each in audit.list_trails()["Trails"]] == [TRAIL]


def test_a_region_that_is_not_enabled_knows_nobody(organization: SandboxOrganization, refused: Any) -> None:
    """An opt-in Region that an account has disabled is not told by EC2, and refuses the account's credentials."""
    assert organization.enabled_regions(MEMBER) == REGIONS
    assert OPT_IN not in organization.enabled_regions(OTHER)
    other = organization.root(OTHER)
    with refused() as error:
        other.client("appmesh", OPT_IN).list_meshes()
    assert error.code == "UnrecognizedClientException"
    with refused() as error:
        other.client("sts", OPT_IN).get_caller_identity()
    assert error.code == "InvalidClientTokenId"
    status = other.client("account").get_region_opt_status(RegionName=OPT_IN)["RegionOptStatus"]
    assert status == "DISABLED"
    told = other.client("account").list_regions(RegionOptStatusContains=["ENABLED_BY_DEFAULT"])["Regions"]
    assert {HOME, "eu-west-1"} <= {each["RegionName"] for each in told}
    with refused() as error:
        other.client("account").disable_region(RegionName=HOME)
    assert error.code == "ValidationException"
