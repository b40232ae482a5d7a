"""Discovery on a sandbox: what is found from AWS alone, and what is said when something does not answer."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from cloudtrail.manifest import EventDataStorePromise, Manifest, TrailPromise
from cloudtrail.resource_policies import TrailDestination, bucket_policy
from sandbox.clients import ACCOUNT, SandboxClient
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from verify.aws import Aws
from verify.command_options import opener
from verify.discovery import Inventory, discover, inventory_claims
from verify.discovery.inventory import NotARegion
from verify.finding import Finding
from verify.selection import Selection
from verify.verdict import Verdict
from verify.verification import Options, Verification
from verify.window import Window

HOME, OTHER = "eu-west-1", "us-west-2"
APP_MESH = ["appmesh.amazonaws.com"]
APP_MESH_ONLY = {
    "Name": "App Mesh",
    "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "eventSource", "Equals": APP_MESH},
    ],
}
S3_DATA = {
    "Name": "objects",
    "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
    ],
}


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """The module's sandbox."""
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600)) as sandbox:
        yield sandbox


@pytest.fixture
def aws(running: Sandbox) -> Aws:
    """An empty account, seen by its root user."""
    running.reset()
    session: Any = boto3.Session
    keys = SandboxClient(running.endpoint).root(ACCOUNT).credentials
    return Aws(session(region_name=HOME, **keys), endpoint_url=running.endpoint)


def trail(aws: Aws, name: str = "audit", *, region: str = HOME, multi_region: bool = True) -> str:
    """A trail with a bucket of its own in another Region; its ARN."""
    bucket = f"{name}-bucket"
    arn = f"arn:aws:cloudtrail:{region}:{ACCOUNT}:trail/{name}"
    s3 = aws.client("s3", OTHER)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": OTHER})
    policy = bucket_policy(TrailDestination(bucket=bucket, trail_arn=arn))
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    client: Any = aws.cloudtrail(region)
    client.create_trail(
        Name=name, S3BucketName=bucket, IsMultiRegionTrail=multi_region, EnableLogFileValidation=True
    )
    client.start_logging(Name=name)
    return arn


def store(aws: Aws) -> str:
    """An event data store of App Mesh events; its ARN."""
    client: Any = aws.cloudtrail(HOME)
    answer = client.create_event_data_store(
        Name="mesh", AdvancedEventSelectors=[APP_MESH_ONLY], RetentionPeriod=400, MultiRegionEnabled=False
    )
    return str(answer["EventDataStoreArn"])


def found(inventory: Inventory, name: str, promised: Manifest | None = None) -> list[Finding]:
    """What was found about one statement, place by place."""
    return [
        finding for statement, finding, _ in inventory_claims(inventory, promised) if statement.id == name
    ]


def test_an_empty_account_has_nothing_that_lasts(aws: Aws) -> None:
    """There is nothing to find, and that is no pass: Event history forgets."""
    inventory = discover(aws, regions=[HOME])
    assert (inventory.trails, inventory.stores, inventory.unknown) == ((), (), ())
    (finding,) = found(inventory, "inventory.lasting-store")
    assert finding.verdict is Verdict.FAIL
    assert "90 days" in finding.summary


def test_a_trail_is_found_once_and_read_at_its_home(aws: Aws) -> None:
    """Its shadows in other Regions are the same trail; its bucket may lie anywhere."""
    arn = trail(aws)
    inventory = discover(aws, regions=[OTHER, HOME, "us-east-1"])
    manifest = inventory.manifest(event_sources=APP_MESH)
    assert manifest.trails == (
        TrailPromise(
            arn=arn,
            name="audit",
            home_region=HOME,
            scope="multi-region",
            bucket="audit-bucket",
            bucket_region=OTHER,
            event_selectors=manifest.trails[0].event_selectors,
            advanced_event_selectors=manifest.trails[0].advanced_event_selectors,
        ),
    )
    assert manifest.discovered
    assert manifest.home_region == HOME
    assert {finding.verdict for finding in found(inventory, "inventory.lasting-store")} == {Verdict.PASS}


def test_a_store_is_found_with_what_it_keeps(aws: Aws) -> None:
    """Its retention and selectors become what is expected of it, in its own Region only."""
    arn = store(aws)
    inventory = discover(aws, regions=[HOME, OTHER])
    manifest = inventory.manifest(event_sources=APP_MESH)
    assert manifest.event_data_stores == (
        EventDataStorePromise(
            arn=arn,
            name="mesh",
            home_region=HOME,
            multi_region=False,
            organization=False,
            retention_days=400,
            billing_mode=manifest.event_data_stores[0].billing_mode,
            termination_protection=True,
            advanced_event_selectors=manifest.event_data_stores[0].advanced_event_selectors,
        ),
    )
    here, there = found(inventory, "inventory.lasting-store")
    assert (here.verdict, there.verdict) == (Verdict.PASS, Verdict.FAIL)


def test_what_is_off_keeps_nothing(aws: Aws) -> None:
    """A trail that was stopped takes no event, whatever its selectors say; nor does a store that is being deleted."""
    arn = trail(aws)
    kept = store(aws)
    manifest = discover(aws, regions=[HOME]).manifest(event_sources=APP_MESH)
    client = aws.cloudtrail(HOME)
    client.stop_logging(Name=arn)
    (finding,) = found(discover(aws, regions=[HOME]), "inventory.lasting-store")
    assert finding.verdict is Verdict.PASS, "the store still does"
    client.update_event_data_store(EventDataStore=kept, TerminationProtectionEnabled=False)
    client.delete_event_data_store(EventDataStore=kept)
    inventory = discover(aws, regions=[HOME])
    (finding,) = found(inventory, "inventory.lasting-store")
    assert finding.verdict is Verdict.FAIL
    told = str(finding.evidence)
    assert "it is not logging" in told
    assert "PENDING_DELETION" in told
    (promised,) = found(inventory, "inventory.as-promised", manifest)
    assert ("not there", kept) in promised.evidence


def test_whether_a_trail_logs_may_not_be_told(aws: Aws, running: Sandbox) -> None:
    """Then the trail is known, and that it takes anything is not."""
    trail(aws)
    SandboxClient(running.endpoint).add_fault(
        "refuse", service="cloudtrail", operation="GetTrailStatus", code="AccessDeniedException"
    )
    inventory = discover(aws, regions=[HOME])
    (complete,) = found(inventory, "inventory.complete")
    (lasting,) = found(inventory, "inventory.lasting-store")
    assert (complete.verdict, lasting.verdict) == (Verdict.PASS, Verdict.UNVERIFIABLE)
    assert "cloudtrail:GetTrailStatus" in str(lasting.evidence)


def test_what_records_no_app_mesh_event_is_set_aside_by_name(aws: Aws) -> None:
    """A trail for data events only is none of ours, and it is said that it was seen."""
    arn = trail(aws, "objects")
    aws.cloudtrail(HOME).put_event_selectors(TrailName=arn, AdvancedEventSelectors=[S3_DATA])  # pyright: ignore[reportArgumentType] -- a plain document
    inventory = discover(aws, regions=[HOME])
    assert inventory.trails == ()
    assert inventory.others == (arn,)


def test_enabled_regions_are_asked_by_default(aws: Aws) -> None:
    """Every Region that EC2 calls enabled, and that had App Mesh."""
    inventory = discover(aws)
    assert HOME in inventory.regions
    assert "ap-east-1" not in inventory.regions, "not opted in, in the sandbox"
    assert "us-gov-west-1" not in inventory.regions


def test_a_promised_resource_that_is_gone_fails(aws: Aws) -> None:
    """And what nobody promised is named besides."""
    arn = trail(aws)
    manifest = discover(aws, regions=[HOME]).manifest(event_sources=APP_MESH)
    aws.cloudtrail(HOME).delete_trail(Name=arn)
    new = trail(aws, "another")
    inventory = discover(aws, regions=[HOME])
    (finding,) = found(inventory, "inventory.as-promised", manifest)
    assert finding.verdict is Verdict.FAIL
    assert ("not there", arn) in finding.evidence
    assert ("not promised", new) in finding.evidence


@pytest.mark.parametrize(
    ("action", "operation"),
    [
        ("cloudtrail:DescribeTrails", "DescribeTrails"),
        ("cloudtrail:ListEventDataStores", "ListEventDataStores"),
        ("cloudtrail:GetEventSelectors", "GetEventSelectors"),
        ("cloudtrail:GetEventDataStore", "GetEventDataStore"),
    ],
)
def test_a_missing_permission_leaves_the_inventory_open(
    aws: Aws, running: Sandbox, action: str, operation: str
) -> None:
    """The action is named, and nothing that could not be seen is called missing."""
    trail(aws)
    store(aws)
    manifest = discover(aws, regions=[HOME]).manifest(event_sources=APP_MESH)
    SandboxClient(running.endpoint).add_fault(
        "refuse", service="cloudtrail", operation=operation, code="AccessDeniedException"
    )
    inventory = discover(aws, regions=[HOME])
    (complete,) = found(inventory, "inventory.complete")
    assert complete.verdict is Verdict.UNVERIFIABLE
    assert action in (complete.reason or "")
    (promised,) = found(inventory, "inventory.as-promised", manifest)
    assert promised.verdict is Verdict.UNVERIFIABLE


def test_what_is_no_region_is_refused(aws: Aws) -> None:
    """Before anything is asked."""
    with pytest.raises(NotARegion, match="Ireland"):
        discover(aws, regions=["Ireland"])


@pytest.mark.parametrize(("skip", "expected"), [((), Verdict.UNVERIFIABLE), (("inventory.*",), Verdict.PASS)])
def test_what_was_not_found_is_told_whatever_is_asked_for(
    aws: Aws, skip: tuple[str, ...], expected: Verdict
) -> None:
    """A trail whose bucket is gone cannot be read, so no claim is about it: those about another one prove nothing."""
    trail(aws)
    trail(aws, "another")
    aws.client("s3", OTHER).delete_bucket(Bucket="another-bucket")
    inventory = discover(aws, regions=[HOME])
    now = datetime.now(UTC)
    report = Verification(
        inventory.manifest(event_sources=APP_MESH),
        aws=aws,
        objects_of=opener(aws),
        options=Options(
            window=Window(now - timedelta(days=1), now),
            now=now,
            selection=Selection(("trail.captures-app-mesh",), skip),
        ),
        inventory=inventory,
    ).run()
    assert report.verdict is expected
    assert "trail.captures-app-mesh" in {claim.id for claim in report.claims}


def test_where_app_mesh_never_was_a_region_has_to_be_named(running: Sandbox) -> None:
    """No Region is no inventory, and no crash."""
    session: Any = boto3.Session
    keys = SandboxClient(running.endpoint).root(ACCOUNT).credentials
    elsewhere = Aws(session(region_name="us-gov-west-1", **keys), endpoint_url=running.endpoint)
    with pytest.raises(NotARegion, match="None of the Regions"):
        discover(elsewhere)
