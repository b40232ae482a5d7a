"""One account in a sandbox, with a multi-Region trail that records everything, until a scenario changes it."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.request import urlopen

from cloudtrail.resource_policies import TrailDestination, bucket_policy, key_policy
from sandbox.clients import ACCOUNT, SandboxClient

if TYPE_CHECKING:
    from sandbox.server import Sandbox

HOME: Final = "us-east-1"
AWAY: Final = "eu-west-1"
BUCKET: Final = "audit"
TRAIL: Final = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/meshtrail"
_OK: Final = 200


@dataclass
class Account:
    """An account that can be changed, called in and looked at.

    Attributes:
        multi_region: Whether its trail records every Region; decided before it is built.
        key_arn: The trail's key, once it has one.
    """

    sandbox: Sandbox
    multi_region: bool = True
    key_arn: str | None = field(default=None)

    def __post_init__(self) -> None:
        self.control = SandboxClient(self.sandbox.endpoint)
        self.root = self.control.root(ACCOUNT)
        self.s3: Any = self.root.client("s3", HOME)
        self.trails: Any = self.root.client("cloudtrail", HOME)
        self._delivered: dict[str, bytes] = {}

    def build(self) -> None:
        """Make the bucket and the trail, and let it log."""
        self.s3.create_bucket(Bucket=BUCKET)
        self.put_policy(self.policy())
        self.trails.create_trail(
            Name="meshtrail",
            S3BucketName=BUCKET,
            IsMultiRegionTrail=self.multi_region,
            EnableLogFileValidation=True,
        )
        self.trails.start_logging(Name="meshtrail")

    def policy(self) -> dict[str, Any]:
        """The bucket policy CloudTrail needs."""
        return dict(bucket_policy(TrailDestination(bucket=BUCKET, trail_arn=TRAIL)))

    def put_policy(self, policy: dict[str, Any]) -> None:
        """Set the bucket policy."""
        self.s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))

    def select(self, *selectors: dict[str, Any]) -> None:
        """Set the trail's advanced event selectors."""
        self.trails.put_event_selectors(TrailName="meshtrail", AdvancedEventSelectors=list(selectors))

    def encrypt(self) -> None:
        """Give the trail a key of the account's own."""
        key: Any = self.root.client("kms", HOME)
        policy = key_policy(account=ACCOUNT, partition="aws", trail_arn=TRAIL, event_data_stores=False)
        self.key_arn = str(key.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"])
        self.trails.update_trail(Name="meshtrail", KmsKeyId=self.key_arn)

    def happen(self) -> None:
        """Call App Mesh in both Regions, one read and one write, and let everything be delivered."""
        for region in (HOME, AWAY):
            mesh: Any = self.root.client("appmesh", region)
            mesh.create_mesh(meshName="payments")
            mesh.list_meshes()
        self.control.flush()

    def call_again(self) -> None:
        """One more call, delivered with the digest files that cover it."""
        mesh: Any = self.root.client("appmesh", HOME)
        mesh.list_meshes()
        self.control.flush()

    def recorded(self, region: str) -> bool:
        """Whether the bucket holds the read and the write of a Region: looked up file by file."""
        seen = {
            record["eventName"]
            for key in self.log_files()
            for record in json.loads(gzip.decompress(self._body(key)))["Records"]
            if record["awsRegion"] == region and record["eventSource"] == "appmesh.amazonaws.com"
        }
        return {"CreateMesh", "ListMeshes"} <= seen

    def readable_by_anybody(self) -> bool:
        """Whether a stranger without credentials gets a log file."""
        key = next(iter(self.log_files()), None)
        if key is None:
            return False
        try:
            with urlopen(f"{self.sandbox.endpoint}/{BUCKET}/{key}") as answer:  # noqa: S310 -- the sandbox's own address
                return answer.status == _OK
        except HTTPError as error:
            error.close()
            return False

    def keep(self) -> None:
        """Remember every file as CloudTrail delivered it."""
        self._delivered = self._contents()

    def as_delivered(self) -> bool:
        """Whether every file that was remembered is there, unchanged."""
        now = self._contents()
        return all(now.get(key) == body for key, body in self._delivered.items())

    def log_files(self) -> list[str]:
        """The keys of the log files."""
        return [key for key in self._keys() if "/CloudTrail/" in key]

    def digest_files(self) -> list[str]:
        """The keys of the digest files."""
        return [key for key in self._keys() if "/CloudTrail-Digest/" in key]

    def _contents(self) -> dict[str, bytes]:
        return {key: self._body(key) for key in self._keys()}

    def _body(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def _keys(self) -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        return [item["Key"] for page in pages for item in page.get("Contents", ())]
