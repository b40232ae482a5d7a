"""Whether Athena may read what lies in another account: asked of the policies of bucket and key, as S3 and KMS do.

In the bucket's own account everything is allowed: what identity policies say there is `--fault`'s affair, as everywhere
in the sandbox.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.kms.models import kms_backends

from cloudtrail.athena.access import ATHENA
from cloudtrail.partitions import Arn, bucket_arn, partition_of
from cloudtrail.policy_conditions import Context
from cloudtrail.policy_evaluation import Answer, Request, SomebodyOf, may
from sandbox.athena.errors import QueryFailed

if TYPE_CHECKING:
    from moto.s3.models import FakeBucket, FakeKey


class Reader:
    """Athena, for somebody of an account.

    Args:
        account: The account.
        region: Where Athena runs.
    """

    def __init__(self, account: str, region: str) -> None:
        self._who = SomebodyOf(account)
        self._context = Context(
            {
                "aws:calledvia": (ATHENA,),
                "aws:viaawsservice": "true",
                "aws:securetransport": "true",
                "aws:principalaccount": account,
                "kms:calleraccount": account,
                "kms:viaservice": f"s3.{region}.amazonaws.com",
            }
        )

    def list(self, bucket: FakeBucket) -> None:
        """List a bucket.

        Raises:
            QueryFailed: when its policy does not let it.
        """
        arn = bucket_arn(bucket.name, partition_of(bucket.region_name))
        for action in ("s3:GetBucketLocation", "s3:ListBucket"):
            self._ask(bucket, action, arn)

    def get(self, bucket: FakeBucket, key: FakeKey) -> None:
        """Read an object.

        Raises:
            QueryFailed: when the bucket's policy, or that of the object's key, does not let it.
        """
        self._ask(
            bucket, "s3:GetObject", f"{bucket_arn(bucket.name, partition_of(bucket.region_name))}/{key.name}"
        )
        encrypted_with = key.kms_key_id
        if not encrypted_with or not encrypted_with.startswith("arn:"):
            return
        owner = Arn.parse(encrypted_with)
        if owner.account == self._who.account:
            return
        found: Any = kms_backends[owner.account][owner.region].keys.get(owner.resource.removeprefix("key/"))
        if found is None or not self._may(json.loads(found.policy), "kms:Decrypt", encrypted_with):
            raise QueryFailed(
                f"User: arn:aws:iam::{self._who.account}:root is not authorized to perform: kms:Decrypt on resource: "
                f"{encrypted_with} because no resource-based "
                "policy allows the kms:Decrypt action"
            )

    def _ask(self, bucket: FakeBucket, action: str, resource: str) -> None:
        if bucket.account_id == self._who.account:
            return
        policy: Any = json.loads(bucket.policy) if bucket.policy else None
        if not self._may(policy, action, resource):
            path = resource.split(":::", 1)[1]
            raise QueryFailed(f"Permission denied on S3 path: s3://{path} ({action})")

    def _may(self, policy: Any, action: str, resource: str) -> bool:
        request = Request(principal=self._who, action=action, resource=resource, context=self._context)
        return may(policy, request).answer is Answer.ALLOWS
