"""The terms of every store of a manifest, as AWS describes them now.

Sources: Amazon S3 user guide, "Managing the lifecycle of objects" and "Locking objects with Object Lock"; CloudTrail
API reference, GetEventDataStore; CloudWatch Logs API reference, DescribeLogGroups.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.errors import MeshtrailError
from verify.aws import CannotLook
from verify.controls.bucket_lifecycle import keeping
from verify.controls.bucket_state import GET_LIFECYCLE, GET_OBJECT_LOCK, BucketState
from verify.controls.store_state import GET_EVENT_DATA_STORE
from verify.retention.terms import Terms
from verify.stores import event_data_store, log_group, trail_bucket
from verify.stores.event_history import KEPT, EventHistory
from verify.stores.log_group_state import DESCRIBE_LOG_GROUPS, LogGroupState
from verify.unforeseen import surviving

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloudtrail.manifest import Manifest, TrailPromise
    from verify.aws import Aws
    from verify.controls.store_state import StoreState

ACTIONS: Final = (GET_LIFECYCLE, GET_OBJECT_LOCK, GET_EVENT_DATA_STORE, DESCRIBE_LOG_GROUPS)
"""The IAM actions that tell how long stores keep events."""

_DAYS_OF_YEAR: Final = 365


def terms_of(manifest: Manifest, *, aws: Aws, stores: Sequence[StoreState]) -> dict[str, Terms | CannotLook]:
    """The terms of every store, by its id in the report; or why AWS does not tell them.

    Args:
        manifest: What was promised.
        aws: The session to look with.
        stores: The manifest's event data stores as AWS describes them.
    """
    found: dict[str, Terms | CannotLook] = {
        EventHistory.id: Terms(days=KEPT.days, rule="Event history keeps 90 days")
    }
    for store in stores:
        found[event_data_store.store_id(store.promise)] = _known(
            lambda store=store: _of_event_data_store(store),
            action=GET_EVENT_DATA_STORE,
            where=store.promise.arn,
        )
    for trail in manifest.trails:
        if trail.log_group_arn is not None:
            arn = trail.log_group_arn
            found[log_group.store_id(trail)] = _known(
                lambda arn=arn, promised=trail.log_retention_days: _of_log_group(
                    LogGroupState(arn, aws=aws, account=manifest.account), promised
                ),
                action=DESCRIBE_LOG_GROUPS,
                where=arn,
            )
    for trail in manifest.trails:
        found[trail_bucket.store_id(trail)] = _known(
            lambda trail=trail: _of_bucket(trail, manifest, aws),
            action=GET_LIFECYCLE,
            where=f"bucket {trail.bucket}",
        )
    return found


def _of_event_data_store(store: StoreState) -> Terms:
    promised = None if store.discovered else store.promise.retention_days
    return Terms(
        days=int(store.description["RetentionPeriod"]),
        rule="retention period",
        promised=promised is not None,
        promised_days=promised,
    )


def _of_log_group(group: LogGroupState, promised: int | None) -> Terms:
    days = group.retention_days
    return Terms(
        days=days,
        rule="never expires" if days is None else "retention of the log group",
        promised=promised is not None,
        promised_days=promised,
    )


def _of_bucket(trail: TrailPromise, manifest: Manifest, aws: Aws) -> Terms:
    bucket = BucketState(trail.bucket, trail.bucket_region, aws=aws, manifest=manifest, trails=[trail])
    kept = keeping(bucket.lifecycle_rules, bucket.prefixes, where=bucket.where)
    first = kept.expiries[0] if kept.expiries else None
    lock = bucket.object_lock
    promise = None if manifest.discovered else bucket.promise
    return Terms(
        days=kept.days,
        rule=f"lifecycle rule {first.rule}" if first else "no lifecycle rule deletes log files",
        from_arrival=True,
        on=_date(first.date) if first and first.date else None,
        locked_days=_locked_days(lock) if lock else None,
        promised=promise is not None,
        promised_days=promise.expire_after_days if promise else None,
    )


def _locked_days(lock: dict[str, Any]) -> int:
    return int(lock.get("Days") or 0) + int(lock.get("Years") or 0) * _DAYS_OF_YEAR


def _date(text: str) -> datetime:
    date = datetime.fromisoformat(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _known(ask: Callable[[], Terms], *, action: str, where: str) -> Terms | CannotLook:
    """The terms; or why they cannot be told, whatever it is."""
    try:
        with surviving(where):
            return ask()
    except CannotLook as error:
        return error
    except MeshtrailError as error:  # an answer that this version does not know how to read
        return CannotLook(action=action, where=where, code=type(error).__name__, message=error.what)
