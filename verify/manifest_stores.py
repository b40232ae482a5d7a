"""The stores a manifest speaks of, each with what it should hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from cloudtrail.errors import MeshtrailError
from verify.stores import event_data_store, trail_bucket
from verify.stores.event_data_store import EventDataStore
from verify.stores.event_history import KEPT, EventHistory
from verify.stores.expectation import of_event_data_store, of_trail, still_kept
from verify.stores.log_group import LogGroup
from verify.stores.log_group_state import LogGroupState
from verify.stores.trail_bucket import TrailBucket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cloudtrail.manifest import Manifest
    from verify.aws import Aws
    from verify.controls.event_data_store import StoreState
    from verify.controls.trail import TrailState
    from verify.log_files import LogFiles
    from verify.lookup_events import LookupEvents
    from verify.stores.base import Store

Known = TypeVar("Known")


class Namesakes(MeshtrailError):
    """Two stores of one kind in a manifest have the same name."""


def stores_of(
    manifest: Manifest,
    *,
    aws: Aws,
    lookup: LookupEvents,
    trails: Sequence[TrailState],
    event_data_stores: Sequence[StoreState],
    log_files: Mapping[str, LogFiles],
    now: datetime,
) -> list[Store]:
    """The stores, the most tamper-proof first, in the order of `StoreKind`.

    Args:
        manifest: What was promised.
        aws: The session to look with.
        lookup: Who asks Event history.
        trails: The manifest's trails as AWS describes them.
        event_data_stores: Its event data stores as AWS describes them.
        log_files: What lies in the trails' buckets, by the trail's ARN.
        now: The present.

    Raises:
        MalformedSelector: when the manifest promises a selector that cannot be read.
    """
    account = manifest.account
    stores: list[Store] = [EventHistory(lookup, oldest=now - KEPT)]
    for store in event_data_stores:
        terms, unknown = _known(lambda store=store: store.terms, otherwise=store.promise)
        since, unknown_since = _known(lambda store=store: store.since, otherwise=None)
        expectation = of_event_data_store(
            terms, account=account, since=since, now=now, doubt=unknown or unknown_since
        )
        stores.append(EventDataStore(store.promise, aws=aws, expectation=expectation))
    stores += _log_groups(manifest, trails, aws=aws, now=now)
    kept = {bucket.name: bucket.expire_after_days for bucket in manifest.buckets}
    for trail in trails:
        since, unknown_since = _known(lambda trail=trail: trail.since, otherwise=None)
        stores.append(
            TrailBucket(
                trail.promise,
                organization=manifest.organization_id,
                log_files=log_files[trail.promise.arn],
                expectation=of_trail(
                    trail.promise,
                    account=account,
                    since=since,
                    oldest=still_kept(kept.get(trail.promise.bucket), now=now),
                    doubt=unknown_since,
                ),
            )
        )
    return stores


def _log_groups(
    manifest: Manifest, trails: Sequence[TrailState], *, aws: Aws, now: datetime
) -> Iterator[LogGroup]:
    """The log groups of those trails that have one; each answers from when it was made, for as long as it keeps."""
    for trail in trails:
        if trail.promise.log_group_arn is None:
            continue
        group = LogGroupState(trail.promise.log_group_arn, aws=aws, account=manifest.account)
        logging, unknown = _known(lambda trail=trail: trail.since, otherwise=None)
        created, unknown_created = _known(lambda group=group: group.created, otherwise=None)
        days, _ = _known(lambda group=group: group.retention_days, otherwise=None)
        expectation = of_trail(
            trail.promise,
            account=manifest.account,
            since=max((time for time in (logging, created) if time is not None), default=None),
            oldest=still_kept(days, now=now),
            doubt=unknown or unknown_created,
        )
        yield LogGroup(trail.promise, group=group, expectation=expectation)


def refuse_namesakes(manifest: Manifest) -> None:
    """Refuse a manifest with two stores that a report could not tell apart.

    Trails and event data stores are unique by name within a Region only.

    Raises:
        Namesakes: naming them.
    """
    ids = [
        *(event_data_store.store_id(store) for store in manifest.event_data_stores),
        *(trail_bucket.store_id(trail) for trail in manifest.trails),
    ]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise Namesakes(
            f"The manifest has two of: {', '.join(twice)}",
            why="A report tells stores apart by their kind and name.",
            remedy="Verify them one by one, each with a manifest of its own.",
        )


def _known(ask: Callable[[], Known], *, otherwise: Known) -> tuple[Known, MeshtrailError | None]:
    """What AWS tells; else what to take it for, and why AWS did not tell."""
    try:
        return ask(), None
    except MeshtrailError as error:
        return otherwise, error
