"""Until when the stores of a sandbox keep what they hold, and what is left in Event history alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from cloudtrail.manifest import BucketPromise
from verify.aws import CannotLook
from verify.controls.store_state import StoreState
from verify.report import Report
from verify.retention import Terms, terms_of
from verify.verdict import Verdict

World = Any  # the fixture's own type lives in conftest


def terms(world: World, manifest: Any = None) -> dict[str, Terms | CannotLook]:
    """The terms of every store."""
    manifest = manifest or world.manifest
    stores = [StoreState(store, aws=world.aws) for store in manifest.event_data_stores]
    return terms_of(manifest, aws=world.aws, stores=stores)


def test_every_store_tells_its_terms(world: World) -> None:
    """Lifecycle rules, Object Lock and retention periods, against what the manifest promises."""
    world.s3.put_bucket_lifecycle_configuration(
        Bucket="audit-bucket",
        LifecycleConfiguration={
            "Rules": [
                {"ID": "x", "Status": "Enabled", "Filter": {"Prefix": "AWSLogs/"}, "Expiration": {"Days": 30}}
            ]
        },
    )
    bucket = BucketPromise(name="audit-bucket", region="us-east-1", expire_after_days=400)
    found = terms(world, world.manifest.model_copy(update={"buckets": (bucket,)}))
    assert found == {
        "event-history": Terms(days=90, rule="Event history keeps 90 days"),
        "event-data-store:meshtrail": Terms(
            days=366, rule="retention period", promised=True, promised_days=366
        ),
        "trail-bucket:meshtrail": Terms(
            days=30, rule="lifecycle rule x", from_arrival=True, promised=True, promised_days=400
        ),
    }


def test_a_log_group_keeps_events_for_as_long_as_promised(world: World) -> None:
    """By its retention, or for ever without one; of one that nothing was promised of, nothing is compared."""
    logs = world.aws.client("logs", "us-east-1")
    logs.create_log_group(logGroupName="mesh")
    arn = f"arn:aws:logs:us-east-1:{world.manifest.account}:log-group:mesh"
    (trail,) = world.manifest.trails

    def told(promised: int | None) -> Terms:
        changed = trail.model_copy(update={"log_group_arn": arn, "log_retention_days": promised})
        found = terms(world, world.manifest.model_copy(update={"trails": (changed,)}))["log-group:meshtrail"]
        assert isinstance(found, Terms)
        return found

    for_ever = told(400)
    assert for_ever == Terms(days=None, rule="never expires", promised=True, promised_days=400)
    assert not for_ever.shorter_than_promised
    logs.put_retention_policy(logGroupName="mesh", retentionInDays=30)
    lowered = told(400)
    assert lowered == Terms(days=30, rule="retention of the log group", promised=True, promised_days=400)
    assert lowered.shorter_than_promised
    assert told(None) == Terms(days=30, rule="retention of the log group")


def test_a_fixed_date_is_told(world: World) -> None:
    """A rule with a date deletes whatever is there on that day, however young."""
    world.s3.put_bucket_lifecycle_configuration(
        Bucket="audit-bucket",
        LifecycleConfiguration={
            "Rules": [
                {"ID": "x", "Status": "Enabled", "Filter": {}, "Expiration": {"Date": "2030-01-01T00:00:00Z"}}
            ]
        },
    )
    found = terms(world)["trail-bucket:meshtrail"]
    assert isinstance(found, Terms)
    assert found.on is not None
    assert found.on.isoformat() == "2030-01-01T00:00:00+00:00"


def test_what_may_not_be_seen_is_told_with_its_action(world: World) -> None:
    """Each store for itself: the others are not lost with it."""
    world.sandbox.add_fault(
        "refuse",
        service="s3",
        operation="GetBucketLifecycleConfiguration",
        code="AccessDenied",
        status=403,
    )
    found = terms(world)
    refused = found["trail-bucket:meshtrail"]
    assert isinstance(refused, CannotLook)
    assert refused.action == "s3:GetLifecycleConfiguration"
    assert isinstance(found["event-data-store:meshtrail"], Terms)


def test_a_verification_tells_what_fades(landed: World) -> None:
    """Nothing, as long as the trail's log files are there; without them, everything, each event with its day."""
    world = replace(landed, manifest=landed.manifest.model_copy(update={"event_data_stores": ()}))
    report = world.verify()
    assert report.fading == ()
    assert {row.store for row in report.retention} == {store.id for store in report.stores}
    assert verdict(report) is Verdict.PASS
    for key in world.log_files():
        world.s3.delete_object(Bucket="audit-bucket", Key=key)
    report = world.verify()
    assert verdict(report) is Verdict.FAIL
    assert {event.event_id for event in report.fading} == {event.event_id for event in report.events}
    assert all(event.disappears == event.event_time + timedelta(days=90) for event in report.fading)


def verdict(report: Report) -> Verdict:
    """Whether Event history is the last copy of something."""
    (claim,) = [claim for claim in report.claims if claim.id == "retention.only-in-event-history"]
    return claim.verdict
