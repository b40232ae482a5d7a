"""A key as KMS describes it now.

Source: AWS KMS API reference, DescribeKey, GetKeyRotationStatus and GetKeyPolicy
(docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.partitions import Arn
from verify.aws import Aws, asking
from verify.controls.bucket_state import BucketState, read_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtrail.manifest import EventDataStorePromise, Manifest, TrailPromise

DESCRIBE_KEY: Final = "kms:DescribeKey"
GET_ROTATION: Final = "kms:GetKeyRotationStatus"
GET_KEY_POLICY: Final = "kms:GetKeyPolicy"


class KeyState:
    """A key as KMS describes it now; each answer is asked for once, when it is first needed.

    Every property that asks raises CannotLook when KMS does not answer, NotThere when there is no such key.

    Args:
        arn: Its ARN, or an alias's.
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

    @property
    def region(self) -> str:
        """The Region its ARN names."""
        return Arn.parse(self.arn).region

    @property
    def accounts(self) -> set[str]:
        """The accounts whose it is: its own, the manifest's, and those of the trails that encrypt with it."""
        trails = (Arn.parse(trail.arn).account for trail in self.trails)
        return {Arn.parse(self.arn).account, self.manifest.account, *trails}

    @cached_property
    def description(self) -> dict[str, Any]:
        """DescribeKey."""
        with asking(DESCRIBE_KEY, self.where):
            return dict(self._client.describe_key(KeyId=self.arn)["KeyMetadata"])

    @cached_property
    def rotates(self) -> bool:
        """GetKeyRotationStatus."""
        with asking(GET_ROTATION, self.where):
            answer = self._client.get_key_rotation_status(KeyId=self._id)
        return bool(answer["KeyRotationEnabled"])

    @cached_property
    def policy(self) -> dict[str, Any]:
        """GetKeyPolicy; a key always has one, named `default`."""
        with asking(GET_KEY_POLICY, self.where):
            answer = self._client.get_key_policy(KeyId=self._id, PolicyName="default")
        return read_policy(answer["Policy"], where=self.where)

    def bucket_of(self, trail: TrailPromise) -> BucketState:
        """The bucket a trail writes to: whether CloudTrail has to decrypt depends on it."""
        return BucketState(
            trail.bucket, trail.bucket_region, aws=self._aws, manifest=self.manifest, trails=(trail,)
        )

    @property
    def where(self) -> str:
        """The key, for the reader of an error; with its account, where it is another one's."""
        account = Arn.parse(self.arn).account
        return f"key {self.arn}" + (f" of account {account}" if account != self.manifest.account else "")

    @property
    def _client(self) -> Any:
        return self._aws.client("kms", self.region)

    @property
    def _id(self) -> str:
        # Only DescribeKey takes an alias.
        return self.arn if ":alias/" not in self.arn else str(self.description["KeyId"])
