"""An organization's trail, seen from a member account: the trail's shadow, a bucket of another account's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from cloudtrail.object_keys import parse_log_key
from cloudtrail.resource_policies import TrailDestination, bucket_policy
from sandbox.clients import ACCOUNT, SandboxClient
from tests.verify.faults.account import in_the_next_second
from tests.verify.faults.matrix import FAIL, Row, complete, undecided
from tests.verify.faults.world import BUCKET, HOME, SECOND
from verify.aws import Aws
from verify.discovery import discover
from verify.s3_objects import S3Objects
from verify.selection import Selection
from verify.verdict import ExitCode
from verify.verification import Options, Verification
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.server import Sandbox
    from verify.report import Report

TRAIL = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/organization"
READS = Selection(("landing.*", "integrity.*", "inventory.*"))


@dataclass(frozen=True)
class Member:
    """A member account, and how it looks at its organization's trail.

    Attributes:
        sandbox: The sandbox's own controls.
        aws: The member's clients.
        account: Its id.
        organization: The organization's id.
        started: When the trail began.
    """

    sandbox: SandboxClient
    aws: Aws
    account: str
    organization: str
    started: datetime

    def verify(self) -> Report:
        """What the member finds without a manifest."""
        inventory = discover(self.aws, regions=[HOME])
        now = datetime.now(UTC)
        return Verification(
            inventory.manifest(event_sources=["appmesh.amazonaws.com"]),
            aws=self.aws,
            objects_of=lambda trail: S3Objects(self.aws, bucket=trail.bucket, region=trail.bucket_region),
            options=Options(
                window=Window(self.started, now + SECOND),
                now=now,
                digest_cadence=timedelta(hours=1),
                selection=READS,
            ),
            inventory=inventory,
        ).run()


def refused(service: str, operation: str) -> Callable[[Member], Report]:
    """The member may not do something."""

    def done(member: Member) -> Report:
        member.sandbox.add_fault(
            "refuse",
            service=service,
            operation=operation,
            code="AccessDenied",
            status=403,
            match={"account": member.account},
        )
        try:
            return member.verify()
        finally:
            member.sandbox.clear_faults()

    return done


def without_one(member: Member) -> Report:
    """Somebody deletes the member's log file; the management account's stays."""
    management: Any = SandboxClient(member.sandbox.endpoint).root(ACCOUNT).client("s3", HOME)
    for item in management.list_objects_v2(Bucket=BUCKET)["Contents"]:
        key = parse_log_key(item["Key"])
        if key is not None and key.account == member.account:
            management.delete_object(Bucket=BUCKET, Key=item["Key"])
    return member.verify()


@pytest.fixture(scope="module")
def member(running: Sandbox) -> Member:
    """A member of an organization with a trail, and an event of its own that landed."""
    started = datetime.now(UTC).replace(microsecond=0)
    sandbox = SandboxClient(running.endpoint)
    management = sandbox.root(ACCOUNT)
    organizations = management.client("organizations", HOME)
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    made = organizations.create_account(AccountName="member", Email="member@example.com")
    account = made["CreateAccountStatus"]["AccountId"]
    s3, cloudtrail = management.client("s3", HOME), management.client("cloudtrail", HOME)
    s3.create_bucket(Bucket=BUCKET)
    policy = bucket_policy(TrailDestination(bucket=BUCKET, trail_arn=TRAIL, organization_id=organization))
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    cloudtrail.create_trail(
        Name="organization",
        S3BucketName=BUCKET,
        IsMultiRegionTrail=True,
        IsOrganizationTrail=True,
        EnableLogFileValidation=True,
    )
    cloudtrail.start_logging(Name="organization")
    make: Any = boto3.Session
    session = make(**sandbox.root(account).credentials)
    in_the_next_second()
    Aws(session, endpoint_url=running.endpoint).client("appmesh", HOME).create_mesh(meshName="of-a-member")
    sandbox.flush()
    return Member(sandbox, Aws(session, endpoint_url=running.endpoint), account, organization, started)


MATRIX: list[Row[Member]] = [
    Row(name="seen from a member", deed=Member.verify, off={}, exit_code=ExitCode.OK),
    Row(
        name="its bucket is closed to the member",
        deed=refused("s3", "ListObjectsV2"),
        off=undecided(
            "landing.complete event-history",
            "landing.complete trail-bucket",
            "integrity.digest-chain",
            "integrity.log-files",
        ),
        exit_code=ExitCode.UNVERIFIABLE,
        says=("s3:ListBucket",),
    ),
    Row(
        name="the organization is not told",
        deed=refused("organizations", "DescribeOrganization"),
        off=undecided(
            "inventory.complete",
            "landing.complete event-history",
            "landing.complete trail-bucket",
            "integrity.digest-chain",
            "integrity.log-files",
        ),
        exit_code=ExitCode.UNVERIFIABLE,
        says=("organizations:DescribeOrganization",),
    ),
    Row(
        name="the member's log file is deleted",
        deed=without_one,
        off={"integrity.log-files": FAIL} | complete(FAIL, "trail-bucket"),
        exit_code=ExitCode.FAILED,
    ),
]


@pytest.mark.parametrize("row", MATRIX, ids=str)
def test_an_organization_trail(row: Row[Member], member: Member) -> None:
    """Looked for under the organization's id and the member's account; the last row breaks it for good."""
    row.hold(member)
