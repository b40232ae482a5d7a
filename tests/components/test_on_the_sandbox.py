"""The program on Pulumi's own protocol and the sandbox's AWS: what only a state and an API can show."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from sandbox.clients import SandboxClient
from sandbox.engine.registration import Operation
from sandbox.engine.run import ProgramRun, run_program
from sandbox.engine.state import StackState
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cloudtrail import CloudTrailClient

ROOT: Final = Path(__file__).parents[2]
YEAR: Final = {"mode": "create", "retentionDays": 366}
DECADE: Final = {"mode": "create", "retentionDays": 3653}


@pytest.fixture(scope="module")
def running() -> "Iterator[Sandbox]":
    """A sandbox that delivers nothing by itself."""
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600, seed=7)) as sandbox:
        yield sandbox


@pytest.fixture
def endpoint(running: Sandbox) -> str:
    """Where the sandbox answers, emptied."""
    running.reset()
    return running.endpoint


@pytest.fixture
def cloudtrail(endpoint: str) -> "CloudTrailClient":
    """CloudTrail as the account's root user sees it."""
    return SandboxClient(endpoint).root().client("cloudtrail", "eu-west-1")


def up(
    endpoint: str, store: dict[str, Any], *, state: StackState | None = None, preview: bool = False
) -> ProgramRun:
    """Run the smallest stack, with a store."""
    overrides = {"eventDataStore": store}
    return run_program(
        ROOT,
        "single-region",
        endpoint=endpoint,
        state=state or StackState(),
        preview=preview,
        config_overrides=overrides,
    )


def store_arn(run: ProgramRun) -> str:
    """The ARN of the only store in a run's manifest."""
    assert run.error is None
    (promise,) = run.outputs["manifest"]["eventDataStores"]
    return promise["arn"]


@pytest.mark.parametrize(("before", "after"), [(YEAR, DECADE), (DECADE, YEAR)], ids=["upwards", "downwards"])
def test_crossing_the_retention_line_never_replaces_a_store(
    endpoint: str, cloudtrail: "CloudTrailClient", before: dict[str, Any], after: dict[str, Any]
) -> None:
    """The preview refuses; an update without one fails before anything is deleted; the store stays as it was."""
    first = up(endpoint, before)
    arn = store_arn(first)
    preview = up(endpoint, after, state=first.state, preview=True)
    assert preview.error is not None
    assert "protected" in preview.error
    update = up(endpoint, after, state=first.state)
    assert update.error is not None
    assert "EventDataStoreAlreadyExistsException" in update.error
    assert update.deletions == []
    found = cloudtrail.get_event_data_store(EventDataStore=arn)
    assert (found["Status"], found["RetentionPeriod"]) == ("ENABLED", before["retentionDays"])
    assert up(endpoint, before, state=update.state).changes.keys() == {Operation.SAME}


@pytest.mark.parametrize("change", [{"name": "another-name"}, {"key": "aws-owned"}])
def test_what_would_replace_a_store_is_refused(endpoint: str, change: dict[str, Any]) -> None:
    """Its name and its key are for ever."""
    first = up(endpoint, YEAR)
    run = up(endpoint, {**YEAR, **change}, state=first.state, preview=True)
    assert run.error is not None
    assert "cannot replace it" in run.error


def test_the_documented_way_over_the_line_keeps_the_store(
    endpoint: str, cloudtrail: "CloudTrailClient"
) -> None:
    """Change the store, lift the protection in the state, adopt: forgotten, not deleted."""
    first = up(endpoint, YEAR)
    arn = store_arn(first)
    cloudtrail.update_event_data_store(EventDataStore=arn, RetentionPeriod=3653)
    (urn,) = [urn for urn in first.state.resources if urn.endswith("::audit-lake-store")]
    first.state.resources[urn].protect = False  # what `pulumi state unprotect` does
    adopted = up(endpoint, {"mode": "adopt", "arn": arn}, state=first.state)
    assert store_arn(adopted) == arn
    assert adopted.deletions == [(urn, Operation.FORGET)]
    found = cloudtrail.get_event_data_store(EventDataStore=arn)
    assert (found["Status"], found["RetentionPeriod"]) == ("ENABLED", 3653)


def test_retention_changes_in_place_on_one_side_of_the_line(
    endpoint: str, cloudtrail: "CloudTrailClient"
) -> None:
    """An ordinary update of the same store."""
    first = up(endpoint, YEAR)
    second = up(endpoint, {**YEAR, "retentionDays": 2555}, state=first.state)
    assert store_arn(second) == store_arn(first)
    assert cloudtrail.get_event_data_store(EventDataStore=store_arn(second))["RetentionPeriod"] == 2555


def test_an_existing_bucket_is_checked_and_never_written_to(endpoint: str) -> None:
    """Refused without a policy, with the statements it needs; used, unchanged, once it has them."""
    s3 = SandboxClient(endpoint).root().client("s3")
    s3.create_bucket(Bucket="brought-along")

    def go(state: StackState) -> ProgramRun:
        overrides = {"aws:region": "us-east-1", "bucket": {"existing": {"name": "brought-along"}}}
        return run_program(ROOT, "single-region", endpoint=endpoint, state=state, config_overrides=overrides)

    first = go(StackState())
    refused = first.error or ""
    assert "The bucket brought-along has no policy" in refused
    statements = refused[refused.index("[\n") :]
    policy = f'{{"Version": "2012-10-17", "Statement": {statements}}}'
    s3.put_bucket_policy(Bucket="brought-along", Policy=policy)
    run = go(first.state)
    assert run.error is None
    assert run.outputs["manifest"]["trails"][0]["bucket"] == "brought-along"
    assert s3.get_bucket_policy(Bucket="brought-along")["Policy"] == policy


EVERYTHING: Final = {
    "trail": {
        "prefix": "mesh",
        "cloudWatchLogs": {"enabled": True},
        "sns": {"enabled": True},
        "insights": ["api-call-rate"],
    },
}


def test_cloudtrail_takes_what_an_organizations_stack_writes(endpoint: str) -> None:
    """Bucket, key and topic let the organization's trail in, and members' events land below the organization."""
    sandbox = SandboxClient(endpoint)
    root = sandbox.root()
    organizations = root.client("organizations")
    identifier = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    made = organizations.create_account(AccountName="dev", Email="dev@example.com")
    member = made["CreateAccountStatus"]["AccountId"]
    scope = {"scope": "organization", "organization": {"id": identifier}, "eventDataStore": YEAR}
    run = run_program(
        ROOT, "single-region", endpoint=endpoint, state=StackState(), config_overrides={**EVERYTHING, **scope}
    )
    assert run.error is None
    sandbox.root(member).client("appmesh", "eu-west-1").create_mesh(meshName="theirs", spec={})
    sandbox.flush()
    (trail,) = run.outputs["manifest"]["trails"]
    listed = root.client("s3", "eu-west-1").list_objects_v2(
        Bucket=trail["bucket"], Prefix=f"mesh/AWSLogs/{identifier}/{member}/CloudTrail/eu-west-1/"
    )
    assert listed["KeyCount"] == 1
    status = root.client("cloudtrail", "eu-west-1").get_trail_status(Name=trail["arn"])
    assert not [name for name in status if name.endswith("Error")]
    assert {"LatestNotificationTime", "LatestCloudWatchLogsDeliveryTime"} <= status.keys()


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1"])
def test_cloudtrail_takes_what_a_stack_of_another_partition_writes(endpoint: str, region: str) -> None:
    """In China and GovCloud every policy speaks of its own partition, and deliveries arrive."""
    overrides = {"aws:region": region, "eventSources": ["ecs.amazonaws.com"], **EVERYTHING}
    run = run_program(
        ROOT, "single-region", endpoint=endpoint, state=StackState(), config_overrides=overrides
    )
    assert run.error is None
    sandbox = SandboxClient(endpoint)
    sandbox.flush()
    (trail,) = run.outputs["manifest"]["trails"]
    assert trail["arn"].split(":")[1] != "aws"
    status = sandbox.root().client("cloudtrail", region).get_trail_status(Name=trail["arn"])
    assert not [name for name in status if name.endswith("Error")]
    assert {"LatestDeliveryTime", "LatestDigestDeliveryTime"} <= status.keys()
