"""Buckets themselves.

Their settings are resources of their own, in `s3_bucket_access`, `s3_bucket_keeping` and `s3_lifecycle`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from botocore.exceptions import ClientError

from cloudtrail.partitions import bucket_arn, dns_suffix
from sandbox.provider.aws_errors import code_of, gone_is_fine
from sandbox.provider.properties import Flag, Properties, Property, Text
from sandbox.provider.resource_type import REGION, TAGS, PartlyCreated, ResourceType, State, Values, differs
from sandbox.provider.tags import as_list, as_map

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.provider.session import Aws

NO_SUCH_BUCKET: Final = ("NoSuchBucket", "404", "NotFound")
BUCKET_NAME: Final = Text(shortest=3, longest=63, pattern=r"[a-z0-9][a-z0-9.-]*[a-z0-9]")
"""Bucket naming rules: docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html."""


class Bucket(ResourceType):
    """A bucket. Its deprecated inline settings are refused: each is a resource of its own."""

    type_name: ClassVar[str] = "aws:s3/bucket:Bucket"
    name_property: ClassVar[str | None] = "bucket"
    properties: ClassVar[Properties] = {
        "bucket": Property(kind=BUCKET_NAME, replaces=True, conflicts=("bucketPrefix",)),
        "bucketPrefix": Property(kind=Text(longest=37), replaces=True),
        "forceDestroy": Property(kind=Flag(), default=False),
        "objectLockEnabled": Property(kind=Flag(), replaces=True, computed=True),
        "region": REGION,
        "tags": TAGS,
        "tagsAll": TAGS,
    }
    computed: ClassVar[frozenset[str]] = frozenset(
        {"arn", "bucketDomainName", "bucketRegion", "bucketRegionalDomainName"}
    )
    not_emulated: ClassVar[frozenset[str]] = frozenset(
        {
            *("accelerationStatus", "acl", "bucketNamespace", "corsRules", "grants", "hostedZoneId"),
            *("lifecycleRules", "logging", "objectLockConfiguration", "policy", "replicationConfiguration"),
            *("requestPayer", "serverSideEncryptionConfiguration", "versioning"),
            *("website", "websiteDomain", "websiteEndpoint"),
        }
    )

    def make_name(self, name: str, urn: str, inputs: Mapping[str, Any]) -> str:
        """A bucket's name is lower case."""
        return super().make_name(name, urn, inputs).lower()

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateBucket, then its tags."""
        s3, bucket, region = _s3(aws, inputs), inputs["bucket"], inputs["region"]
        request: Values = {"Bucket": bucket}
        if region != "us-east-1":
            request["CreateBucketConfiguration"] = {"LocationConstraint": region}
        if inputs.get("objectLockEnabled"):
            request["ObjectLockEnabledForBucket"] = True
        s3.create_bucket(**request)
        state = State(bucket, self._outputs(aws, inputs))
        try:
            self._tag(aws, inputs)
        except ClientError as error:
            raise PartlyCreated(state, error) from error
        return state

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """HeadBucket, and its tags."""
        s3 = _s3(aws, inputs)
        try:
            head = s3.head_bucket(Bucket=resource_id)
        except ClientError as error:
            if code_of(error) in NO_SUCH_BUCKET:
                return None
            raise
        try:
            tags = as_map(s3.get_bucket_tagging(Bucket=resource_id)["TagSet"])
        except ClientError as error:
            if code_of(error) != "NoSuchTagSet":
                raise
            tags = {}
        found = inputs | {"bucket": resource_id, "region": head.get("BucketRegion") or inputs["region"]}
        return State(resource_id, self._outputs(aws, found | aws.seen_tags(tags)))

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """Its tags; nothing else of a bucket changes in place."""
        del resource_id
        if differs(olds, news, "tagsAll"):
            self._tag(aws, news)
        return self._outputs(aws, news)

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteBucket; with `forceDestroy` every object version in it first."""
        s3 = _s3(aws, outputs)
        with gone_is_fine(*NO_SUCH_BUCKET):
            if outputs.get("forceDestroy"):
                _empty(s3, resource_id)
            s3.delete_bucket(Bucket=resource_id)

    def _outputs(self, aws: Aws, inputs: Values) -> Values:
        bucket, region = inputs["bucket"], inputs["region"]
        suffix = dns_suffix(aws.partition)
        return dict(inputs) | {
            "arn": bucket_arn(bucket, aws.partition),
            "bucketDomainName": f"{bucket}.s3.{suffix}",
            "bucketRegion": region,
            "bucketRegionalDomainName": f"{bucket}.s3.{region}.{suffix}",
            "objectLockEnabled": bool(inputs.get("objectLockEnabled")),
        }

    def _tag(self, aws: Aws, inputs: Values) -> None:
        s3, tags = _s3(aws, inputs), inputs["tagsAll"]
        if tags:
            s3.put_bucket_tagging(Bucket=inputs["bucket"], Tagging={"TagSet": as_list(tags)})
        else:
            s3.delete_bucket_tagging(Bucket=inputs["bucket"])


def _s3(aws: Aws, inputs: Values) -> Any:
    return aws.client("s3", inputs["region"])


def _empty(s3: Any, bucket: str) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if found:
            objects = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
            s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
