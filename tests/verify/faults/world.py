"""An account in a sandbox, and how rows of the fault matrix look at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.clients import ACCOUNT
from verify.aws import Aws
from verify.landing.probe import Probe
from verify.s3_objects import S3Objects
from verify.verification import Options, Verification
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtrail.manifest import Manifest
    from sandbox.clients import SandboxClient
    from verify.objects import ObjectSource
    from verify.report import Report

HOME = "us-east-1"
BUCKET = "audit-bucket"
ACCESS_LOGS = "access-logs"
GROUP = "audit"
PREFIX = "audit"
NAME = "meshtrail"
TRAIL = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/{NAME}"
GROUP_ARN = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:{GROUP}"
SECOND = timedelta(seconds=1)
APP_MESH_ONLY = {
    "Name": "App Mesh",
    "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "eventSource", "Equals": ["appmesh.amazonaws.com"]},
    ],
}
REGIONS = (
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-east-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "af-south-1",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-south-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-south-1",
    "sa-east-1",
)
"""Regions besides the home Region: what happens in one does not show in another, so many rows can share an account."""


@dataclass(frozen=True)
class World:
    """An account in a sandbox, and how it is verified.

    Attributes:
        sandbox: The sandbox's own controls.
        aws: Clients of the account's root user.
        manifest: What was promised.
        started: When it began; the window of a verification begins here.
        region: Where events happen and are looked for.
    """

    sandbox: SandboxClient
    aws: Aws
    manifest: Manifest
    started: datetime
    region: str = HOME

    def clients(self, *, endpoint: str | None = None) -> Aws:
        """Fresh clients, which know nothing of earlier throttling.

        Args:
            endpoint: Another way to the sandbox.
        """
        return Aws(self.aws.session, endpoint_url=endpoint or self.sandbox.endpoint)

    @property
    def s3(self) -> Any:
        """S3."""
        return self.aws.client("s3", HOME)

    @property
    def cloudtrail(self) -> Any:
        """CloudTrail."""
        return self.aws.client("cloudtrail", HOME)

    def in_region(self, region: str) -> World:
        """The same account, looked at in another Region."""
        manifest = self.manifest.model_copy(update={"regions": (region,)})
        return replace(self, region=region, manifest=manifest)

    def call(self, *names: str) -> None:
        """Create meshes, and let CloudTrail deliver the events."""
        client = self.aws.client("appmesh", self.region)
        for name in names:
            client.create_mesh(meshName=name)
        self.sandbox.flush()

    def refuse(self, service: str, operation: str, *, code: str = "AccessDenied", **more: Any) -> None:
        """Let the service refuse an operation, for lack of permission unless told otherwise."""
        more.setdefault("status", 403)
        self.sandbox.add_fault("refuse", service=service, operation=operation, code=code, **more)

    def verification(
        self,
        *,
        aws: Aws | None = None,
        opened: Callable[[ObjectSource], ObjectSource] = lambda objects: objects,
        inventory: Any = None,
        **options: Any,
    ) -> Verification:
        """A verification of everything since the start.

        Args:
            aws: Whose clients to look with.
            opened: What to put between the verification and a bucket.
            inventory: What was discovered, if the manifest was.
            options: What differs from how it is looked otherwise.
        """
        looking = aws or self.aws
        now = datetime.now(UTC)
        options = {
            "window": Window(self.started, now + SECOND),
            "now": now,
            "digest_cadence": timedelta(hours=1),
        } | options
        return Verification(
            self.manifest,
            aws=looking,
            objects_of=lambda trail: opened(
                S3Objects(looking, bucket=trail.bucket, region=trail.bucket_region)
            ),
            options=Options(**options),
            inventory=inventory,
        )

    def verify(self, **how: Any) -> Report:
        """What a verification finds now; `how` as `verification` takes it."""
        return self.verification(**how).run()

    def probe(self) -> Report:
        """The same with a probe, for which every wait is a delivery."""
        verification = self.verification()
        probe = Probe(
            self.aws,
            verification.stores,
            patience=timedelta(seconds=20),
            poll=SECOND,
            sleep=lambda _seconds: self.sandbox.flush(),
        )
        return verification.run(probe)

    def keys(self, kind: str = "CloudTrail") -> list[str]:
        """The keys of log files, or with `CloudTrail-Digest` of digest files."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return [key for key in keys if f"/{kind}/" in key]
