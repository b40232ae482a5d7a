"""What a stack promises: the manifest, from its settings and from what AWS called things."""

from typing import Any, TypedDict

from cloudtrail.event_data_store import EventDataStoreArn
from cloudtrail.manifest import AthenaPromise, BucketPromise, EventDataStorePromise, Manifest, TrailPromise
from cloudtrail.partitions import Arn, partition_of
from components.athena_catalog import database_name
from components.settings import Settings
from components.settings.selection import store_selectors, trail_selectors
from components.settings.storage import CreatedBucketSettings


class Known(TypedDict):
    """What only AWS, or the account, decides."""

    account: str
    """The account the stack is deployed to."""
    archive: str
    """The account of bucket and key: the log archive, or the same."""
    bucket: str
    """The bucket's name."""
    key_arn: str
    """The key's ARN."""
    trail_arn: str
    """The trail's ARN."""
    store_arn: str | None
    """The event data store's ARN, where there is one."""
    store_key_arn: str | None
    """The ARN of the key that encrypts a created store; None for a key AWS owns."""
    log_group: str | None
    """The log group's name, where there is one."""
    athena_results: str | None
    """Where Athena's results go, where there are tables."""


def manifest_of(settings: Settings, known: Known) -> dict[str, Any]:
    """The manifest as a JSON document (see `cloudtrail.manifest.Manifest`)."""
    existing, logs = settings.bucket.existing, settings.trail.cloud_watch_logs
    trail = TrailPromise(
        arn=known["trail_arn"],
        name=settings.trail_name,
        home_region=settings.home_region,
        scope=settings.scope,
        bucket=known["bucket"],
        bucket_account=known["archive"],
        bucket_region=(existing and existing.region) or settings.home_region,
        prefix=settings.trail.prefix,
        key_arn=known["key_arn"],
        log_file_validation=True,
        log_group_arn=_log_group_arn(settings, known),
        log_retention_days=logs.retention_days if logs.enabled else None,
        insights=bool(settings.trail.insights),
        advanced_event_selectors=tuple(selector.to_api() for selector in trail_selectors(settings)),
    )
    manifest = Manifest(
        account=known["account"],
        partition=partition_of(settings.home_region),
        home_region=settings.home_region,
        organization_id=settings.organization.id,
        event_sources=settings.event_sources,
        regions=settings.expected_regions,
        trails=(trail,),
        buckets=_buckets(settings, known),
        event_data_stores=_stores(settings, known),
        athena=_athena(settings, known),
        log_group=known["log_group"],
    )
    return manifest.model_dump(mode="json", by_alias=True)


def _log_group_arn(settings: Settings, known: Known) -> str | None:
    name, region = known["log_group"], settings.home_region
    return name and str(Arn(partition_of(region), "logs", region, known["account"], f"log-group:{name}"))


def _buckets(settings: Settings, known: Known) -> tuple[BucketPromise, ...]:
    if settings.bucket.existing is not None:
        return ()  # somebody else's: it is only written to
    created = settings.bucket.create or CreatedBucketSettings()
    lock, access_log = created.object_lock, created.access_log
    return (
        BucketPromise(
            name=known["bucket"],
            region=settings.home_region,
            versioning=True,
            object_lock_mode=lock and lock.mode,
            object_lock_days=lock and lock.days,
            expire_after_days=created.lifecycle and created.lifecycle.expire_days,
            access_log_bucket=access_log and access_log.bucket,
        ),
    )


def _athena(settings: Settings, known: Known) -> AthenaPromise | None:
    results = known["athena_results"]
    if results is None:
        return None
    return AthenaPromise(
        trail_arn=known["trail_arn"],
        region=settings.home_region,
        workgroup=settings.name,
        database=database_name(settings.name),
        results=results,
        most_bytes=settings.athena.most_bytes,
    )


def _stores(settings: Settings, known: Known) -> tuple[EventDataStorePromise, ...]:
    store, arn = settings.event_data_store, known["store_arn"]
    if arn is None:
        return ()
    if store.mode == "adopt":
        # Somebody else's store: that it is there is relied on, what it keeps is not promised.
        return (EventDataStorePromise(arn=arn, home_region=EventDataStoreArn.parse(arn).region),)
    return (
        EventDataStorePromise(
            arn=arn,
            name=settings.store_name,
            home_region=settings.home_region,
            multi_region=settings.store_multi_region,
            organization=settings.store_organization,
            retention_days=settings.store_retention_days,
            billing_mode=store.billing_mode,
            termination_protection=store.termination_protection,
            ingestion=store.ingestion,
            key_arn=known["store_key_arn"],
            advanced_event_selectors=tuple(selector.to_api() for selector in store_selectors(settings)),
        ),
    )
