"""A running sandbox, one for each module of tests, empty at the start of each test."""

from __future__ import annotations

import gzip
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from cloudtrail.resource_policies import TrailDestination, bucket_policy, key_policy, topic_policy
from sandbox.clients import ACCOUNT, SandboxClient, SandboxSession
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from contextlib import AbstractContextManager

HOME = "us-east-1"


@pytest.fixture(scope="module")
def settings() -> SandboxSettings:
    """Settings without a clock: nothing is delivered unless a test flushes. Modules may override it."""
    return SandboxSettings(delivery_interval=3600, digest_interval=3600, lookup_tps=1000, seed=7)


@pytest.fixture(scope="module")
def running(settings: SandboxSettings) -> Iterator[Sandbox]:
    """The module's sandbox."""
    with Sandbox(settings) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """The module's sandbox, empty."""
    running.reset()
    return running


@pytest.fixture
def client(sandbox: Sandbox) -> SandboxClient:
    """A client of it."""
    return SandboxClient(sandbox.endpoint)


@pytest.fixture
def root(client: SandboxClient) -> SandboxSession:
    """The root user of the default account."""
    return client.root()


@dataclass(frozen=True)
class Trails:
    """Makes trails that can deliver, and reads what they delivered."""

    owner: SandboxSession

    def create(
        self,
        name: str = "mesh",
        *,
        bucket: str = "audit-bucket",
        region: str = HOME,
        start: bool = True,
        organization: str | None = None,
        **options: Any,
    ) -> str:
        """A bucket that lets the trail write, the trail, and logging started; returns the trail's ARN."""
        arn = self.arn(name, region=region)
        destination = TrailDestination(
            bucket=bucket, trail_arn=arn, prefix=options.get("S3KeyPrefix"), organization_id=organization
        )
        s3, cloudtrail = self.owner.client("s3"), self.owner.client("cloudtrail", region)
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(bucket_policy(destination)))
        if organization:
            options["IsOrganizationTrail"] = True
        cloudtrail.create_trail(Name=name, S3BucketName=bucket, **options)
        if start:
            cloudtrail.start_logging(Name=name)
        return arn

    def arn(self, name: str = "mesh", *, region: str = HOME) -> str:
        """The ARN a trail of the owner's has, or will have."""
        return f"arn:aws:cloudtrail:{region}:{self.owner.account}:trail/{name}"

    def key(self, name: str = "mesh") -> str:
        """A key whose policy lets that trail encrypt; returns its ARN."""
        policy = key_policy(
            account=self.owner.account, partition="aws", trail_arn=self.arn(name), event_data_stores=False
        )
        return self.owner.client("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]

    def topic(self, name: str = "mesh") -> str:
        """A topic, `deliveries`, whose policy lets that trail publish; returns its ARN."""
        sns = self.owner.client("sns")
        topic = sns.create_topic(Name="deliveries")["TopicArn"]
        policy = json.dumps(topic_policy(topic_arn=topic, trail_arn=self.arn(name)))
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        return topic

    def delivered(self, bucket: str = "audit-bucket", *, kind: str = "/CloudTrail/") -> list[str]:
        """The keys in a bucket, of log files unless told otherwise."""
        pages = self.owner.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [each["Key"] for page in pages for each in page.get("Contents", []) if kind in each["Key"]]

    def records(self, bucket: str = "audit-bucket") -> list[dict[str, Any]]:
        """Every record in a bucket's log files."""
        s3 = self.owner.client("s3")
        bodies = (s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in self.delivered(bucket))
        return [record for body in bodies for record in json.loads(gzip.decompress(body))["Records"]]

    def names(self, bucket: str = "audit-bucket") -> list[str]:
        """The names of those events."""
        return [record.get("eventName", "") for record in self.records(bucket)]


@pytest.fixture
def trails(root: SandboxSession) -> Trails:
    """Trails of the default account."""
    assert root.account == ACCOUNT
    return Trails(root)


@dataclass
class Refused:
    """The AWS error a block of code ended with; set once it has."""

    code: str = ""
    message: str = ""
    status: int = 0


@contextmanager
def _refused() -> Generator[Refused]:
    seen = Refused()
    with pytest.raises(ClientError) as caught:
        yield seen
    response: Any = caught.value.response
    seen.code, seen.message = response["Error"]["Code"], response["Error"]["Message"]
    seen.status = response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture
def refused() -> Callable[[], AbstractContextManager[Refused]]:
    """A context manager that expects an AWS error and keeps its code, message and status."""
    return _refused
