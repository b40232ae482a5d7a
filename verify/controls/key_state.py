"""A key as KMS describes it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtrail.manifest import EventDataStorePromise, Manifest, TrailPromise
    from verify.aws import Aws


class KeyState:
    """A key as KMS describes it now; each answer is asked for once, when it is first needed.

    Args:
        arn: Its ARN.
        aws: The session to look with.
        manifest: What was promised.
        trails: The trails that encrypt with it.
        stores: The event data stores that encrypt with it.
    """

    def __init__(
        self,
        arn: str,
        *,
        aws: Aws,
        manifest: Manifest,
        trails: Sequence[TrailPromise],
        stores: Sequence[EventDataStorePromise],
    ) -> None:
        self.arn = arn
        self.manifest = manifest
        self.trails = tuple(trails)
        self.stores = tuple(stores)
        self._aws = aws
