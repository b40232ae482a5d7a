"""What S3 does with a bucket's objects as they age.

Source: S3 API reference, PutBucketLifecycleConfiguration
(docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from sandbox.provider.casing import from_aws, to_aws
from sandbox.provider.properties import (
    Block,
    Failure,
    Flag,
    ListOf,
    MapOfText,
    Properties,
    Property,
    Text,
    Whole,
)
from sandbox.provider.resource_type import REGION, Values
from sandbox.provider.s3_bucket_setting import BUCKET, BucketSetting
from sandbox.provider.tags import as_list, as_map

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES: Final = {"id": "ID"}
_CLASS: Final = Property(
    kind=Text(
        choices=("GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR")
    ),
    required=True,
)
_SIZES: Final = {
    "objectSizeGreaterThan": Property(kind=Whole(least=0)),
    "objectSizeLessThan": Property(kind=Whole(least=1)),
}
_FILTER: Final = Block(
    {
        **_SIZES,
        "prefix": Property(kind=Text()),
        "tag": Property(
            kind=Block(
                {"key": Property(kind=Text(), required=True), "value": Property(kind=Text(), required=True)}
            )
        ),
        "and": Property(
            kind=Block({**_SIZES, "prefix": Property(kind=Text()), "tags": Property(kind=MapOfText())})
        ),
    }
)
_RULE: Final = Block(
    {
        "id": Property(kind=Text(shortest=1, longest=255), required=True),
        "status": Property(kind=Text(choices=("Enabled", "Disabled")), required=True),
        "abortIncompleteMultipartUpload": Property(
            kind=Block({"daysAfterInitiation": Property(kind=Whole(least=1))})
        ),
        "expiration": Property(
            kind=Block(
                {
                    "date": Property(kind=Text(), conflicts=("days", "expiredObjectDeleteMarker")),
                    "days": Property(kind=Whole(least=1)),
                    "expiredObjectDeleteMarker": Property(kind=Flag(), computed=True),
                }
            )
        ),
        "filter": Property(kind=_FILTER),
        "noncurrentVersionExpiration": Property(
            kind=Block(
                {
                    "noncurrentDays": Property(kind=Whole(least=1), required=True),
                    "newerNoncurrentVersions": Property(kind=Whole(least=1)),
                }
            )
        ),
        "noncurrentVersionTransitions": Property(
            kind=ListOf(
                item=Block(
                    {
                        "noncurrentDays": Property(kind=Whole(least=0), required=True),
                        "newerNoncurrentVersions": Property(kind=Whole(least=1)),
                        "storageClass": _CLASS,
                    }
                ),
                unordered=True,
            )
        ),
        "prefix": Property(kind=Text(), conflicts=("filter",)),
        "transitions": Property(
            kind=ListOf(
                item=Block(
                    {
                        "date": Property(kind=Text(), conflicts=("days",)),
                        "days": Property(kind=Whole(least=0)),
                        "storageClass": _CLASS,
                    }
                ),
                unordered=True,
            )
        ),
    }
)
_ACTIONS: Final = (
    *("abortIncompleteMultipartUpload", "expiration", "transitions"),
    *("noncurrentVersionExpiration", "noncurrentVersionTransitions"),
)


class Lifecycle(BucketSetting):
    """A bucket's lifecycle rules, replaced as a whole."""

    type_name: ClassVar[str] = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    properties: ClassVar[Properties] = {
        "bucket": BUCKET,
        "rules": Property(kind=ListOf(item=_RULE, fewest=1, most=1000), required=True),
        "transitionDefaultMinimumObjectSize": Property(
            kind=Text(choices=("varies_by_storage_class", "all_storage_classes_128K")), computed=True
        ),
        "region": REGION,
    }
    not_emulated: ClassVar[frozenset[str]] = frozenset({"expectedBucketOwner", "timeouts"})
    absent: ClassVar[tuple[str, ...]] = ("NoSuchLifecycleConfiguration",)

    def rules(self, inputs: Values) -> Iterator[Failure]:
        """A rule needs an id of its own and something to do; a filter has one condition, or several in `and`."""
        seen: set[str] = set()
        for index, rule in enumerate(cast("list[Any]", inputs["rules"])):
            if not isinstance(rule, dict):
                continue
            body, path = cast("dict[str, Any]", rule), f"rules[{index}]"
            if body["id"] in seen:
                yield Failure(f"{path}.id", f"is used twice: {body['id']!r}")
            seen.add(body["id"])
            if not any(body.get(action) for action in _ACTIONS):
                yield Failure(path, "has no action: say what expires, moves or is aborted")
            condition = body.get("filter")
            if isinstance(condition, dict) and len(cast("dict[str, Any]", condition)) > 1:
                yield Failure(f"{path}.filter", "must hold one condition; put several into `and`")

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        """PutBucketLifecycleConfiguration."""
        request: Values = {
            "Bucket": bucket,
            "LifecycleConfiguration": {"Rules": [_write(rule) for rule in inputs["rules"]]},
        }
        if inputs.get("transitionDefaultMinimumObjectSize"):
            request["TransitionDefaultMinimumObjectSize"] = inputs["transitionDefaultMinimumObjectSize"]
        s3.put_bucket_lifecycle_configuration(**request)

    def get(self, s3: Any, bucket: str) -> Values | None:
        """GetBucketLifecycleConfiguration."""
        return {
            "rules": [_read(rule) for rule in s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]]
        }

    def remove(self, s3: Any, bucket: str, outputs: Values) -> None:
        """DeleteBucketLifecycle."""
        del outputs
        s3.delete_bucket_lifecycle(Bucket=bucket)


def _write(rule: Values) -> Values:
    written: Values = to_aws(rule, _NAMES)
    if "Prefix" not in written:
        condition = written.setdefault("Filter", {"Prefix": ""})
        if "And" in condition and "Tags" in condition["And"]:
            condition["And"]["Tags"] = as_list((rule["filter"]["and"])["tags"])
        if not condition:
            written["Filter"] = {"Prefix": ""}
    return written


def _read(rule: Values) -> Values:
    found: Values = from_aws(rule, _NAMES)
    condition = found.get("filter") or {}
    if condition == {"prefix": ""}:
        del found["filter"]
    elif "and" in condition and "tags" in condition["and"]:
        condition["and"]["tags"] = as_map(rule["Filter"]["And"]["Tags"])
    return found
