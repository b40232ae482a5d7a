"""The resources of a manifest whose changes are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtrail.partitions import Arn, bucket_arn
from verify.controls import weakening
from verify.controls.changes import Resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtrail.manifest import Manifest

_CLOUDTRAIL = "cloudtrail.amazonaws.com"
_KEY_NAMES = ("keyId",)


def changed_resources(manifest: Manifest) -> Iterator[Resource]:
    """Every trail, event data store, bucket and key of a manifest, each once."""
    discovered = manifest.discovered
    for trail in manifest.trails:
        yield Resource(
            arn=trail.arn,
            region=trail.home_region,
            account=Arn.parse(trail.arn).account,
            source=_CLOUDTRAIL,
            parameters=("name", "trailName"),
            names=frozenset({trail.arn, trail.name}),
            judgements=weakening.of_trail(trail, discovered=discovered),
        )
    for store in manifest.event_data_stores:
        arn = Arn.parse(store.arn)
        yield Resource(
            arn=store.arn,
            region=arn.region,
            account=arn.account,
            source=_CLOUDTRAIL,
            parameters=("eventDataStore",),
            names=frozenset({store.arn, arn.resource.partition("/")[2]}),
            judgements=weakening.of_store(store, discovered=discovered),
        )
    yield from _buckets(manifest)
    yield from _keys(manifest)


def _buckets(manifest: Manifest) -> Iterator[Resource]:
    promises = {} if manifest.discovered else {bucket.name: bucket for bucket in manifest.buckets}
    for name, region in dict.fromkeys((trail.bucket, trail.bucket_region) for trail in manifest.trails):
        promise, arn = promises.get(name), bucket_arn(name, manifest.partition)
        yield Resource(
            arn=arn,
            region=region,
            # What the stack made is the account's; of a bucket that was brought along, S3 has to say.
            account=manifest.account if promise else None,
            source="s3.amazonaws.com",
            parameters=("bucketName",),
            names=frozenset({name}),
            judgements=weakening.of_bucket(promise, arn=arn),
        )


def _keys(manifest: Manifest) -> Iterator[Resource]:
    users = (*manifest.trails, *manifest.event_data_stores)
    for key in dict.fromkeys(user.key_arn for user in users if user.key_arn):
        arn = Arn.parse(key)
        yield Resource(
            arn=key,
            region=arn.region,
            account=arn.account,
            source="kms.amazonaws.com",
            parameters=_KEY_NAMES,
            names=frozenset({key, arn.resource.partition("/")[2]}),
            judgements=weakening.of_key(key),
        )
