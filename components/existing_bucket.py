"""Checks that a bucket which is already there lets CloudTrail in, without changing it."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi

from cloudtrail.errors import MeshtrailError
from cloudtrail.partitions import Arn
from cloudtrail.resource_policies import (
    Statement,
    TrailDestination,
    bucket_needs,
    contradicting_bucket_statements,
    missing_bucket_statements,
    tls_only,
    unguarded_bucket_statements,
)
from components.asking import ask

_GET_BUCKET = "aws:s3/getBucket:getBucket"
_GET_BUCKET_POLICY = "aws:s3/getBucketPolicy:getBucketPolicy"
_NO_POLICY = ("couldn't find resource", "NoSuchBucketPolicy")
"""How the provider says that there is no policy."""


class UnusableBucket(MeshtrailError, pulumi.RunError):
    """An existing bucket would refuse CloudTrail. Pulumi shows it without a traceback."""


async def let_in(destination: TrailDestination, *, region: str, parent: pulumi.Resource) -> str:
    """Look at the bucket and its policy, and give back the bucket's name once it lets the trail in.

    What the bucket merely ought to have (TLS only, `aws:SourceArn`) is a warning.

    Args:
        destination: The trail and the bucket.
        region: The bucket's Region.
        parent: Whose provider reads the policy.

    Raises:
        UnusableBucket: the bucket is not there or in another Region, or its policy lacks what CloudTrail
            needs, or takes it back; nothing that depends on the bucket has been created yet.
    """
    await _check_region(destination.bucket, region=region, parent=parent)
    policy = await _read_policy(destination.bucket, region=region, parent=parent)
    check_policy(policy, destination, region=region)
    return destination.bucket


def check_policy(policy: Mapping[str, Any] | None, destination: TrailDestination, *, region: str) -> None:
    """Hold a bucket's policy (None: it has none) to what the trail needs.

    Raises:
        UnusableBucket: see `let_in`.
    """
    where = f"bucket {destination.bucket}, {region}"
    needs = bucket_needs(destination)
    missing = missing_bucket_statements(policy, needs)
    if missing:
        lack = "has no policy" if policy is None else "has a policy that lacks what CloudTrail needs"
        raise UnusableBucket(
            f"The bucket {destination.bucket} {lack}",
            where=where,
            why="CloudTrail refuses a trail whose bucket does not let it in, "
            "and a policy that meshtrail did not write is not overwritten.",
            remedy=f"Add these statements to the bucket's policy, then run again:\n{_text(missing)}",
        )
    contradicting = contradicting_bucket_statements(policy, needs)
    if contradicting:
        raise UnusableBucket(
            f"The policy of the bucket {destination.bucket} refuses CloudTrail",
            where=where,
            why=f"These statements take back what others allow:\n{_text(contradicting)}",
            remedy="Except the principal cloudtrail.amazonaws.com from them, or use another bucket.",
        )
    partition = Arn.parse(destination.trail_arn).partition
    advisable = missing_bucket_statements(policy, [tls_only(destination.bucket, partition=partition)])
    if advisable:
        pulumi.log.warn(
            f"{where}: requests without TLS are not refused. Consider adding:\n{_text(advisable)}"
        )
    unguarded = unguarded_bucket_statements(policy, destination)
    if unguarded:
        pulumi.log.warn(
            f"{where}: trails of strangers may deliver too, because aws:SourceArn is not asked for in:\n"
            f"{_text(unguarded)}"
        )


async def _check_region(bucket: str, *, region: str, parent: pulumi.Resource) -> None:
    where = f"bucket {bucket}, {region}"
    try:
        answer = await ask(_GET_BUCKET, {"bucket": bucket, "region": region}, parent=parent)
    except LookupError as error:
        raise UnusableBucket(
            f"The bucket {bucket} cannot be found",
            where=where,
            why=str(error),
            remedy="Check its name and Region (meshtrail:bucket.existing), and that you may s3:ListBucket.",
        ) from error
    if answer["bucketRegion"] != region:
        raise UnusableBucket(
            f"The bucket {bucket} is in {answer['bucketRegion']}, not in {region}",
            where=where,
            why="CloudTrail needs the bucket and the key that encrypts its files in the same Region.",
            remedy=f"Write meshtrail:bucket.existing.region: {answer['bucketRegion']}, and bring a key of that Region.",
        )


async def _read_policy(bucket: str, *, region: str, parent: pulumi.Resource) -> Mapping[str, Any] | None:
    try:
        answer = await ask(_GET_BUCKET_POLICY, {"bucket": bucket, "region": region}, parent=parent)
    except LookupError as error:
        if any(text in str(error) for text in _NO_POLICY):
            return None
        raise UnusableBucket(
            f"The policy of the bucket {bucket} cannot be read",
            where=f"bucket {bucket}, {region}",
            why=str(error),
            remedy="Check that you may s3:GetBucketPolicy.",
        ) from error
    return json.loads(answer["policy"])


def _text(statements: list[Statement]) -> str:
    return json.dumps(statements, indent=2)
