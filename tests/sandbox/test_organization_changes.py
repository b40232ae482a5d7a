"""What can happen to an organization, each time in one of its own."""

from __future__ import annotations

import time
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
ARN = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/{TRAIL}"


def role_of(account: str) -> str:
    """The ARN of an account's verifier role."""
    return f"arn:aws:iam::{account}:role/{ROLE}"


@pytest.fixture
def fresh(sandbox: Sandbox) -> SandboxOrganization:
    """An organization of the test's own, in an empty sandbox."""
    return build(SandboxClient(sandbox.endpoint))


def test_the_delegated_administrator_runs_the_organizations_store(
    fresh: SandboxOrganization, refused: Any
) -> None:
    """A store it makes for the organization is the management account's, and answers it; members do not see it."""
    management, audit = fresh.root().client("cloudtrail"), fresh.root(AUDIT).client("cloudtrail")
    request = {"Name": "organization", "OrganizationEnabled": True, "TerminationProtectionEnabled": False}
    with refused() as error:
        audit.create_event_data_store(**request)
    assert error.code == "NotOrganizationMasterAccountException"
    management.register_organization_delegated_admin(MemberAccountId=AUDIT)
    store = audit.create_event_data_store(**request)["EventDataStoreArn"]
    assert store.split(":")[4] == MANAGEMENT
    own = audit.create_event_data_store(Name="own")["EventDataStoreArn"]
    assert own.split(":")[4] == AUDIT
    fresh.call_app_mesh([MEMBER])
    identifier = store.rpartition("/")[2]
    statement = f"SELECT recipientAccountId FROM {identifier} WHERE eventName = 'CreateMesh'"  # noqa: S608 - the store's own id
    query = audit.start_query(QueryStatement=statement)["QueryId"]
    while audit.describe_query(QueryId=query)["QueryStatus"] in {"QUEUED", "RUNNING"}:
        time.sleep(0.02)
    rows = audit.get_query_results(QueryId=query)["QueryResultRows"]
    assert rows == [[{"recipientAccountId": MEMBER}]] * len(REGIONS)

    def seen(client: Any) -> set[str]:
        return {each["EventDataStoreArn"] for each in client.list_event_data_stores()["EventDataStores"]}

    assert (seen(management), seen(audit)) == ({store}, {store, own})
    assert seen(fresh.root(MEMBER).client("cloudtrail")) == set()
    audit.delete_event_data_store(EventDataStore=store)
    assert management.get_event_data_store(EventDataStore=store)["Status"] == "PENDING_DELETION"


def test_who_leaves_takes_its_events_along(fresh: SandboxOrganization, refused: Any) -> None:
    """After it left, an account's events are delivered nowhere, and it sees no trail."""
    with_trail(fresh)
    fresh.leave(MEMBER)
    fresh.call_app_mesh([MEMBER, OTHER])
    s3 = fresh.root(LOG_ARCHIVE).client("s3")
    prefix = f"AWSLogs/{ORGANIZATION}/{MEMBER}/CloudTrail/eu-west-1/"
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["KeyCount"] == 0
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix.replace(MEMBER, OTHER))["KeyCount"] == 1
    assert fresh.root(MEMBER).client("cloudtrail").describe_trails()["trailList"] == []
    assert len(fresh.root().client("organizations").list_accounts()["Accounts"]) == 11
    with refused() as error:
        fresh.leave(MANAGEMENT)
    assert error.code == "MasterCannotLeaveOrganizationException"


def test_one_regions_delivery_breaks(fresh: SandboxOrganization) -> None:
    """The Region's log files do not arrive, and only its own status says why; mended, they are delivered."""
    with_trail(fresh)
    fresh.break_delivery("us-west-2")
    fresh.call_app_mesh([MEMBER])
    s3 = fresh.root(LOG_ARCHIVE).client("s3")
    prefix = f"AWSLogs/{ORGANIZATION}/{MEMBER}/CloudTrail/us-west-2/"
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["KeyCount"] == 0
    member = fresh.root(MEMBER)
    assert (
        member.client("cloudtrail", "us-west-2").get_trail_status(Name=ARN)["LatestDeliveryError"]
        == "AccessDenied"
    )
    assert "LatestDeliveryError" not in member.client("cloudtrail", "eu-west-1").get_trail_status(Name=ARN)
    fresh.sandbox.clear_faults()
    fresh.sandbox.flush()
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["KeyCount"] == 1


def test_a_session_ends_in_the_middle(fresh: SandboxOrganization, refused: Any) -> None:
    """A session that ended is refused everywhere, a new one is not, and the refusal is not recorded."""
    role, management = role_of(MEMBER), fresh.root()
    session = management.assume_role(role, session_name="look", ExternalId=EXTERNAL_ID)
    session.client("cloudtrail").describe_trails()
    fresh.expire_sessions(MEMBER)
    captured = len(fresh.sandbox.events())
    for client, ask, code in (
        (session.client("cloudtrail"), "describe_trails", "ExpiredTokenException"),
        (session.client("sts"), "get_caller_identity", "ExpiredToken"),
        (session.client("s3"), "list_buckets", "ExpiredToken"),
        (session.client("ec2"), "describe_regions", "RequestExpired"),
        (session.client("appmesh"), "list_meshes", "ExpiredTokenException"),
    ):
        with refused() as error:
            getattr(client, ask)()
        assert error.code == code
    assert len(fresh.sandbox.events()) == captured
    again = management.assume_role(role, session_name="look", ExternalId=EXTERNAL_ID)
    assert again.client("cloudtrail").describe_trails()["trailList"] == []


def test_a_closed_account_lets_nobody_in(fresh: SandboxOrganization, refused: Any) -> None:
    """A suspended account stays listed, and its role opens no more."""
    fresh.close(MEMBER)
    described = fresh.root().client("organizations").describe_account(AccountId=MEMBER)["Account"]
    assert (described["State"], described["Status"]) == ("SUSPENDED", "SUSPENDED")
    with refused() as error:
        fresh.root().assume_role(role_of(MEMBER), session_name="look", ExternalId=EXTERNAL_ID)
    assert error.code == "AccessDenied"


def test_a_missing_role_is_refused(fresh: SandboxOrganization, refused: Any) -> None:
    """An account without the role cannot be entered."""
    fresh.remove_role(MEMBER)
    with refused() as error:
        fresh.root().assume_role(role_of(MEMBER), session_name="look", ExternalId=EXTERNAL_ID)
    assert error.code == "AccessDenied"
