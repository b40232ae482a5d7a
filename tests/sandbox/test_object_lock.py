"""A bucket's default retention, on a bucket that holds log files already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from sandbox.clients import SandboxClient

if TYPE_CHECKING:
    from typing import Any

    from sandbox.server import Sandbox

NAME = "example-log-archive"


def rule(days: int) -> dict[str, Any]:
    """A configuration with a default retention."""
    return {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": days}},
    }


@pytest.fixture
def s3(sandbox: Sandbox) -> Any:
    """The S3 of an account with a bucket that holds one file."""
    client = SandboxClient(sandbox.endpoint).root().client("s3")
    client.create_bucket(Bucket=NAME)
    client.put_object(Bucket=NAME, Key="AWSLogs/file", Body=b"first")
    return client


def test_it_can_be_set_lengthened_and_taken_away(s3: Any) -> None:
    """The bucket need not be empty; without a rule it is locked for nobody."""
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    for wanted, days in ((rule(1), 1), (rule(365), 365), ({"ObjectLockEnabled": "Enabled"}, None)):
        s3.put_object_lock_configuration(Bucket=NAME, ObjectLockConfiguration=wanted)
        found = s3.get_object_lock_configuration(Bucket=NAME)["ObjectLockConfiguration"]
        assert found["ObjectLockEnabled"] == "Enabled"
        assert found.get("Rule", {}).get("DefaultRetention", {}).get("Days") == days


def test_it_needs_versions(s3: Any) -> None:
    """A bucket that keeps no versions has nothing to lock."""
    with pytest.raises(ClientError, match="InvalidBucketState"):
        s3.put_object_lock_configuration(Bucket=NAME, ObjectLockConfiguration=rule(1))


def test_its_versions_cannot_be_suspended(s3: Any) -> None:
    """Where Object Lock is on, with a default retention or without, the bucket goes on keeping versions."""
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Suspended"})
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object_lock_configuration(Bucket=NAME, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    with pytest.raises(ClientError, match="InvalidBucketState"):
        s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Suspended"})
    assert s3.get_bucket_versioning(Bucket=NAME)["Status"] == "Enabled"
