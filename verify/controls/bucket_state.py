"""A bucket as S3 describes it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtrail.manifest import Manifest, TrailPromise
    from verify.aws import Aws


class BucketState:
    """A bucket as S3 describes it now; each answer is asked for once, when it is first needed.

    Args:
        bucket: Its name.
        region: Its Region.
        aws: The session to look with.
        manifest: What was promised.
        trails: The trails that write to it.
    """

    def __init__(
        self, bucket: str, region: str, *, aws: Aws, manifest: Manifest, trails: Sequence[TrailPromise]
    ) -> None:
        self.bucket = bucket
        self.region = region
        self.manifest = manifest
        self.trails = tuple(trails)
        self._aws = aws
