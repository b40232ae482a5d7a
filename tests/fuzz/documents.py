"""Valid documents of every kind that is read: what the fuzzer begins with, and what the mutations spoil."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.manifest import BucketPromise, EventDataStorePromise, Manifest, TrailPromise
from tests.verify.report import sample

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT: Final = "123456789012"
ARN: Final = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/meshtrail"
STORE_ARN: Final = (
    f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"
)

RECORD: Final[dict[str, Any]] = {
    "eventVersion": "1.11",
    "userIdentity": {
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLE:session",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/session",
        "accountId": ACCOUNT,
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "userName": "deploy", "accountId": ACCOUNT},
            "attributes": {"creationDate": "2026-09-01T11:00:00Z", "mfaAuthenticated": "false"},
            "webIdFederationData": {"federatedProvider": "example", "attributes": {"sub": "me"}},
        },
        "onBehalfOf": {"userId": "u-1", "identityStoreArn": "arn:aws:identitystore::123456789012:x"},
    },
    "eventTime": "2026-09-01T12:00:00Z",
    "eventSource": "appmesh.amazonaws.com",
    "eventName": "CreateVirtualNode",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "192.0.2.1",
    "userAgent": "aws-cli/2",
    "requestParameters": {"meshName": "orders", "virtualNodeName": "web", "spec": {"listeners": [1.5, True]}},
    "responseElements": None,
    "eventID": "8f2e5b6e-0000-4000-8000-000000000001",
    "readOnly": False,
    "resources": [
        {"type": "AWS::AppMesh::Mesh", "ARN": "arn:aws:appmesh:us-east-1:123456789012:mesh/orders"}
    ],
    "eventType": "AwsApiCall",
    "managementEvent": True,
    "recipientAccountId": ACCOUNT,
    "eventCategory": "Management",
    "addendum": {"reason": "UPDATED_DATA", "updatedFields": "responseElements", "originalEventID": "1"},
}
"""A record with most of what is looked at."""

DIGEST: Final[dict[str, Any]] = {
    "awsAccountId": ACCOUNT,
    "digestStartTime": "2026-09-01T11:00:00Z",
    "digestEndTime": "2026-09-01T12:00:00Z",
    "digestS3Bucket": "audit-bucket",
    "digestS3Object": f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/us-east-1/2026/09/01/x.json.gz",
    "digestPublicKeyFingerprint": "d1" * 16,
    "digestSignatureAlgorithm": "SHA256withRSA",
    "newestEventTime": "2026-09-01T11:59:00Z",
    "oldestEventTime": "2026-09-01T11:01:00Z",
    "previousDigestS3Bucket": "audit-bucket",
    "previousDigestS3Object": "before.json.gz",
    "previousDigestHashValue": "ab" * 32,
    "previousDigestHashAlgorithm": "SHA-256",
    "previousDigestSignature": "cd" * 32,
    "logFiles": [
        {
            "s3Bucket": "audit-bucket",
            "s3Object": "log.json.gz",
            "hashValue": "ef" * 32,
            "hashAlgorithm": "SHA-256",
            "newestEventTime": "2026-09-01T11:59:00Z",
            "oldestEventTime": "2026-09-01T11:01:00Z",
        }
    ],
}
"""A digest file that names one log file and the digest file before it."""

ADVANCED: Final[dict[str, Any]] = {
    "AdvancedEventSelectors": [
        {
            "Name": "App Mesh",
            "FieldSelectors": [
                {"Field": "eventCategory", "Equals": ["Management"]},
                {"Field": "eventSource", "Equals": ["appmesh.amazonaws.com"]},
                {"Field": "eventName", "NotStartsWith": ["List"], "EndsWith": ["Mesh"], "NotEquals": ["x"]},
                {"Field": "readOnly", "Equals": ["false"]},
                {"Field": "resources.ARN", "NotEndsWith": ["y"], "StartsWith": ["arn:"]},
            ],
        }
    ]
}
CLASSIC: Final[dict[str, Any]] = {
    "EventSelectors": [
        {
            "ReadWriteType": "WriteOnly",
            "IncludeManagementEvents": True,
            "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
            "ExcludeManagementEventSources": ["kms.amazonaws.com"],
        }
    ]
}
"""Selectors of both kinds, as GetEventSelectors answers."""

POLICY: Final[dict[str, Any]] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "AWSCloudTrailWrite",
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com", "AWS": ["111122223333", "*"]},
            "Action": ["s3:PutObject", "s3:Get*"],
            "Resource": f"arn:aws:s3:::audit-bucket/AWSLogs/{ACCOUNT}/*",
            "Condition": {
                "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": ARN},
                "ForAnyValue:StringNotLikeIfExists": {"aws:PrincipalOrgID": ["o-exampleorgid", "${aws:userid}"]},
                "IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]},
                "NumericLessThan": {"s3:max-keys": "10"},
                "Null": {"aws:SourceVpce": "true"},
                "Bool": {"aws:SecureTransport": False},
            },
        },
        {"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}, "NotAction": "s3:*",
         "NotResource": ["arn:aws:s3:::audit-bucket/*"]},
    ],
}  # fmt: skip
"""A bucket's policy with every element that is evaluated."""

WAIVERS: Final = b"""\
[[waiver]]
control = "bucket.access-logging"
account = "1234*"
region = "us-east-?"
store = "trail-bucket:[a-m]*"
subject = "x"
reason = "The archive is read by one role only."
owner = "security@example.com"
expires = 2027-03-31
"""
"""A waiver file."""


def manifest() -> bytes:
    """A manifest in which everything is promised."""
    promised = Manifest(
        account=ACCOUNT,
        partition="aws",
        home_region="us-east-1",
        organization_id="o-exampleorgid",
        regions=("us-east-1", "eu-west-1"),
        trails=(
            TrailPromise(
                arn=ARN,
                name="meshtrail",
                home_region="us-east-1",
                scope="multi-region",
                bucket="audit-bucket",
                bucket_region="us-east-1",
                advanced_event_selectors=tuple(ADVANCED["AdvancedEventSelectors"]),
            ),
        ),
        buckets=(
            BucketPromise(
                name="audit-bucket",
                region="us-east-1",
                versioning=True,
                object_lock_mode="GOVERNANCE",
                object_lock_days=365,
            ),
        ),
        event_data_stores=(EventDataStorePromise(arn=STORE_ARN, home_region="us-east-1"),),
    )
    return promised.to_json().encode()


def report() -> bytes:
    """A small report of a bad day."""
    whole = sample.failing()
    small = sample.report(whole.claims[:1], whole.events[:1])
    part = small.model_copy(update={"coverage": small.coverage[:1], "retention": small.retention[:1]})
    return part.model_dump_json(by_alias=True).encode()


def log_file(*records: dict[str, Any]) -> bytes:
    """A log file, inflated."""
    return json.dumps({"Records": list(records)}, separators=(",", ":")).encode()


def encoded(document: object) -> bytes:
    """A document as compact JSON."""
    return json.dumps(document, separators=(",", ":")).encode()


def words_of(document: object) -> tuple[str, ...]:
    """Every key and every short text of a document, once."""
    return tuple(dict.fromkeys(word for word in _texts(document) if 0 < len(word) <= 40))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
