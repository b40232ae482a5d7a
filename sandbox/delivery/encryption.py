"""The key a trail encrypts with: it has to be there, to be enabled, and to let CloudTrail use it for this trail.

Source: CloudTrail user guide, "Configure AWS KMS key policies for CloudTrail"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from moto.kms.models import kms_backends

from cloudtrail.resource_policies import allows, key_needs
from sandbox.delivery.refusal import DeliveryRefused

if TYPE_CHECKING:
    from moto.cloudtrail.models import Trail
    from moto.s3.models import FakeBucket

NOT_FOUND: Final = "KMS.NotFoundException"
DISABLED: Final = "KMS.DisabledException"
NOT_ALLOWED: Final = "AccessDenied"


def usable_key(trail: Trail, bucket: FakeBucket) -> str | None:
    """The ARN of the key a trail names by id, ARN, alias or alias ARN; None when it names none.

    Raises:
        DeliveryRefused: `NOT_FOUND` when there is no such key in the bucket's Region, `DISABLED` when it is not
            enabled, `NOT_ALLOWED` when its policy does not let CloudTrail encrypt for this trail.
    """
    name = trail.kms_key_id
    if not name:
        return None
    account = name.split(":")[4] if name.startswith("arn:") else trail.account_id
    backend = kms_backends[account][bucket.region_name]
    alias = backend.get_alias_name(name)
    identifier = (
        backend.get_key_id_from_alias(alias) if alias.startswith("alias/") else backend.get_key_id(name)
    )
    key = backend.keys.get(identifier or "")
    if key is None:
        raise DeliveryRefused(NOT_FOUND)
    if key.key_state != "Enabled":
        raise DeliveryRefused(DISABLED)
    if not allows(json.loads(key.policy), key_needs(trail.arn, bucket_key=_has_bucket_key(bucket))):
        raise DeliveryRefused(NOT_ALLOWED)
    return key.arn


def _has_bucket_key(bucket: FakeBucket) -> bool:
    rule: Any = (bucket.encryption or {}).get("Rule") or {}
    rules = rule if isinstance(rule, list) else [rule]
    return any(str(each.get("BucketKeyEnabled")).lower() == "true" for each in rules)
