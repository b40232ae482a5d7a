"""Who may reach a bucket, who owns what is in it, and where accesses are logged: each a resource type.

Source of the rules: the S3 API reference (docs.aws.amazon.com/AmazonS3/latest/API), by the operation each
class calls.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from sandbox.provider.casing import from_aws, to_aws
from sandbox.provider.properties import Block, Flag, Json, Properties, Property, Text
from sandbox.provider.resource_type import REGION, Values
from sandbox.provider.s3_bucket_setting import BUCKET, OWNER, BucketSetting

_SWITCHES: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_KEY_FORMAT: Final = Block(
    {
        "partitionedPrefix": Property(
            kind=Block(
                {
                    "partitionDateSource": Property(
                        kind=Text(choices=("EventTime", "DeliveryTime")), required=True
                    )
                }
            ),
            conflicts=("simplePrefix",),
        ),
        "simplePrefix": Property(kind=Block()),
    }
)


class PublicAccessBlock(BucketSetting):
    """Four switches against public access, all off unless set."""

    type_name: ClassVar[str] = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    properties: ClassVar[Properties] = {
        "bucket": BUCKET,
        **dict.fromkeys(_SWITCHES, Property(kind=Flag(), default=False)),
        "skipDestroy": Property(kind=Flag()),
        "region": REGION,
    }
    absent: ClassVar[tuple[str, ...]] = ("NoSuchPublicAccessBlockConfiguration",)

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        """PutPublicAccessBlock."""
        wanted = to_aws({name: inputs[name] for name in _SWITCHES})
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=wanted)

    def get(self, s3: Any, bucket: str) -> Values | None:
        """GetPublicAccessBlock."""
        found = from_aws(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"])
        return {name: bool(found.get(name)) for name in _SWITCHES}

    def remove(self, s3: Any, bucket: str, outputs: Values) -> None:
        """DeletePublicAccessBlock, unless `skipDestroy`."""
        if not outputs.get("skipDestroy"):
            s3.delete_public_access_block(Bucket=bucket)


class OwnershipControls(BucketSetting):
    """Who owns the objects others put into the bucket."""

    type_name: ClassVar[str] = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
    properties: ClassVar[Properties] = {
        "bucket": BUCKET,
        "rule": Property(
            kind=Block(
                {
                    "objectOwnership": Property(
                        kind=Text(choices=("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")),
                        required=True,
                    )
                }
            ),
            required=True,
        ),
        "region": REGION,
    }
    absent: ClassVar[tuple[str, ...]] = ("OwnershipControlsNotFoundError",)

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        """PutBucketOwnershipControls."""
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [to_aws(inputs["rule"])]})

    def get(self, s3: Any, bucket: str) -> Values | None:
        """GetBucketOwnershipControls."""
        rules = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
        return {"rule": from_aws(rules[0])}

    def remove(self, s3: Any, bucket: str, outputs: Values) -> None:
        """DeleteBucketOwnershipControls."""
        del outputs
        s3.delete_bucket_ownership_controls(Bucket=bucket)


class BucketPolicy(BucketSetting):
    """The bucket's policy; there is one, and it is replaced whole."""

    type_name: ClassVar[str] = "aws:s3/bucketPolicy:BucketPolicy"
    properties: ClassVar[Properties] = {
        "bucket": BUCKET,
        "policy": Property(kind=Json(), required=True),
        "region": REGION,
    }
    absent: ClassVar[tuple[str, ...]] = ("NoSuchBucketPolicy",)

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        """PutBucketPolicy."""
        s3.put_bucket_policy(Bucket=bucket, Policy=inputs["policy"])

    def get(self, s3: Any, bucket: str) -> Values | None:
        """GetBucketPolicy."""
        return {"policy": s3.get_bucket_policy(Bucket=bucket)["Policy"]}

    def remove(self, s3: Any, bucket: str, outputs: Values) -> None:
        """DeleteBucketPolicy."""
        del outputs
        s3.delete_bucket_policy(Bucket=bucket)


class AccessLogging(BucketSetting):
    """Where S3 writes down who accessed the bucket."""

    type_name: ClassVar[str] = "aws:s3/bucketLogging:BucketLogging"
    properties: ClassVar[Properties] = {
        "bucket": BUCKET,
        "targetBucket": Property(kind=Text(shortest=1, longest=63), required=True),
        "targetPrefix": Property(kind=Text(), required=True),
        "targetObjectKeyFormat": Property(kind=_KEY_FORMAT),
        "region": REGION,
    }
    not_emulated: ClassVar[frozenset[str]] = OWNER | {"targetGrants"}

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        """PutBucketLogging."""
        wanted = to_aws(
            {key: inputs.get(key) for key in ("targetBucket", "targetPrefix", "targetObjectKeyFormat")}
        )
        s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": wanted})

    def get(self, s3: Any, bucket: str) -> Values | None:
        """GetBucketLogging."""
        found = s3.get_bucket_logging(Bucket=bucket).get("LoggingEnabled")
        if not found:
            return None
        document = from_aws(found)
        return {key: document.get(key) for key in ("targetBucket", "targetPrefix", "targetObjectKeyFormat")}

    def remove(self, s3: Any, bucket: str, outputs: Values) -> None:
        """PutBucketLogging with nothing in it."""
        del outputs
        s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
