"""Faults strike what can be found out, however fast the machine is."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest

from cloudtrail.manifest import Manifest, TrailPromise
from cloudtrail.object_keys import DigestKey
from demo.faults import FAULTS, Ground, NothingToStrike

if TYPE_CHECKING:
    from sandbox.clients import SandboxClient
    from verify.aws import Aws

START = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
MANIFEST = Manifest(
    account="123456789012",
    partition="aws",
    home_region="us-east-1",
    regions=("us-east-1",),
    trails=(
        TrailPromise(
            arn="arn:aws:cloudtrail:us-east-1:123456789012:trail/meshtrail",
            name="meshtrail",
            home_region="us-east-1",
            scope="multi-region",
            bucket="logs",
            bucket_region="us-east-1",
        ),
    ),
)


class Bucket:
    """S3 and the sandbox at once: every flush adds a digest file, as long as there are any to come."""

    def __init__(self, digests: int, *, to_come: int) -> None:
        self.keys: list[str] = []
        self.to_come = digests + to_come
        for _ in range(digests):
            self.flush()

    def flush(self) -> None:
        """Deliver the next digest file."""
        if len(self.keys) < self.to_come:
            end = START + timedelta(seconds=len(self.keys))
            key = DigestKey(
                account="123456789012",
                region="us-east-1",
                trail="meshtrail",
                home_region="us-east-1",
                end=end,
            )
            self.keys.append(key.key)

    def client(self, *_args: str) -> "Bucket":
        """The client is the bucket itself."""
        return self

    def get_paginator(self, _operation: str) -> "Bucket":
        """One page of everything."""
        return self

    def paginate(self, **_request: str) -> list[dict[str, list[dict[str, str]]]]:
        """The page."""
        return [{"Contents": [{"Key": key} for key in self.keys]}]

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803 -- boto3's names
        """Delete one."""
        assert Bucket == "logs"
        self.keys.remove(Key)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time is what flushes are."""

    def at_once(_seconds: float) -> None:
        pass

    monkeypatch.setattr("demo.faults.time.sleep", at_once)


def strike(bucket: Bucket) -> str:
    """Delete a digest file."""
    ground = Ground(cast("SandboxClient", bucket), cast("Aws", bucket), MANIFEST)
    return FAULTS["delete-digest"].strike(ground)


@pytest.mark.parametrize("digests", [0, 1, 2, 5])
def test_a_deleted_digest_file_is_always_one_that_another_names(digests: int) -> None:
    """The newest is named by none: without it the proof would be open, not failed."""
    bucket = Bucket(digests, to_come=2)
    struck = strike(bucket)
    assert bucket.keys
    assert struck < f"s3://logs/{bucket.keys[-1]}"


def test_without_digest_files_there_is_nothing_to_delete() -> None:
    """Said in words, after a while."""
    with pytest.raises(NothingToStrike, match="no two digest files"):
        strike(Bucket(1, to_come=0))
