"""Every posture control over everything a manifest speaks of: trails, event data stores, buckets, keys, the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from cloudtrail.partitions import Arn, bucket_arn
from verify.controls.account import ACCOUNT_CONTROLS
from verify.controls.account_state import AccountState
from verify.controls.bucket_posture import BUCKET_CONTROLS, KEY_CONTROLS, BucketState, KeyState
from verify.controls.changed_resources import changed_resources
from verify.controls.changes import CHANGE_CONTROLS, ChangedResource
from verify.controls.event_data_store import STORE_CONTROLS
from verify.controls.recorded_calls import RecordedCalls
from verify.controls.recorded_trail import RecordedTrail
from verify.controls.trail import RECORDED_TRAIL_CONTROLS, TRAIL_CONTROLS
from verify.finding import Scope
from verify.stores import event_data_store, trail_bucket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from cloudtrail.manifest import Manifest
    from verify.aws import Aws
    from verify.controls.base import Control
    from verify.controls.store_state import StoreState
    from verify.controls.trail_state import TrailState
    from verify.lookup_events import LookupEvents
    from verify.report.parts import Claim
    from verify.selection import Selection
    from verify.statement import Statement
    from verify.window import Window

Subject = TypeVar("Subject")


def posture(
    manifest: Manifest,
    *,
    aws: Aws,
    window: Window,
    now: datetime,
    lookup: LookupEvents,
    trails: Sequence[TrailState],
    stores: Sequence[StoreState],
    selection: Selection,
    watched: Callable[[int], None],
) -> Iterator[Claim]:
    """Decide every posture control that is selected.

    Args:
        manifest: What was promised, or found.
        aws: The session to look with.
        window: The event times looked at.
        now: The present.
        lookup: How Event history is asked.
        trails: The manifest's trails as AWS describes them.
        stores: Its event data stores as AWS describes them.
        selection: Which statements to decide; of the others nothing is asked.
        watched: Called with the number of claims decided since the last call.
    """
    decide = _Decision(selection, watched)
    calls = RecordedCalls(manifest.account, lookup=lookup, window=window, now=now)
    for trail in trails:
        scope = Scope(
            manifest.account,
            trail.promise.home_region,
            trail_bucket.store_id(trail.promise),
            trail.promise.arn,
        )
        yield from decide(RECORDED_TRAIL_CONTROLS, RecordedTrail(trail, calls), scope)
        yield from decide(TRAIL_CONTROLS, trail, scope)
    for store in stores:
        scope = Scope(
            manifest.account,
            store.promise.home_region,
            event_data_store.store_id(store.promise),
            store.promise.arn,
        )
        yield from decide(STORE_CONTROLS, store, scope)
    for bucket in _buckets(manifest, aws):
        scope = Scope(manifest.account, bucket.region, None, bucket_arn(bucket.bucket, manifest.partition))
        yield from decide(BUCKET_CONTROLS, bucket, scope)
    for key in _keys(manifest, aws):
        scope = Scope(manifest.account, Arn.parse(key.arn).region, None, key.arn)
        yield from decide(KEY_CONTROLS, key, scope)
    account = AccountState(manifest, aws=aws, trails=trails)
    yield from decide(ACCOUNT_CONTROLS, account, Scope(manifest.account))
    for resource in changed_resources(manifest):
        scope = Scope(manifest.account, resource.region, None, resource.arn)
        yield from decide(CHANGE_CONTROLS, ChangedResource(resource, calls=calls, aws=aws), scope)


class _Decision:
    """Decides controls that are selected, and tells how many."""

    def __init__(self, selection: Selection, watched: Callable[[int], None]) -> None:
        self._selection = selection
        self._watched = watched

    def __call__(
        self, controls: Sequence[Control[Subject]], subject: Subject, scope: Scope
    ) -> Iterator[Claim]:
        for control in controls:
            if self._selection.takes(control.id):
                yield control.claim(subject, scope)
                self._watched(1)


def _buckets(manifest: Manifest, aws: Aws) -> Iterator[BucketState]:
    """The buckets the trails write to, each once."""
    places = dict.fromkeys((trail.bucket, trail.bucket_region) for trail in manifest.trails)
    for bucket, region in places:
        writers = [trail for trail in manifest.trails if trail.bucket == bucket]
        yield BucketState(bucket, region, aws=aws, manifest=manifest, trails=writers)


def _keys(manifest: Manifest, aws: Aws) -> Iterator[KeyState]:
    """The keys that trails and event data stores encrypt with, each once."""
    users = (*manifest.trails, *manifest.event_data_stores)
    for arn in dict.fromkeys(user.key_arn for user in users if user.key_arn):
        yield KeyState(
            arn,
            aws=aws,
            manifest=manifest,
            trails=[trail for trail in manifest.trails if trail.key_arn == arn],
            stores=[store for store in manifest.event_data_stores if store.key_arn == arn],
        )


STATEMENTS: Final[tuple[Statement, ...]] = tuple(
    control.statement
    for control in (
        *RECORDED_TRAIL_CONTROLS,
        *TRAIL_CONTROLS,
        *STORE_CONTROLS,
        *BUCKET_CONTROLS,
        *KEY_CONTROLS,
        *ACCOUNT_CONTROLS,
        *CHANGE_CONTROLS,
    )
)
"""What is claimed of the posture."""
