"""The key of an event data store: it has to exist, and let CloudTrail use it.

Source: CloudTrail user guide, "Configure AWS KMS key policies for CloudTrail", section on event data stores
(docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html). The key's
policy must let cloudtrail.amazonaws.com generate data keys and decrypt; conditions on `aws:SourceArn` and
`aws:SourceAccount` are not supported there, so a statement that has them does not count.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from moto.core.exceptions import JsonRESTError, ServiceException
from moto.kms.models import kms_backends

from cloudtrail.partitions import Arn, MalformedArn
from cloudtrail.policy_matching import covers, statements
from sandbox.lake.errors import (
    InsufficientEncryptionPolicyException,
    InvalidKmsKeyIdException,
    KmsKeyNotFoundException,
)

_NAME: Final = re.compile(r"[a-zA-Z0-9._/\-:]{1,350}")
_ACTIONS: Final = ("kms:GenerateDataKey", "kms:Decrypt")


def usable_key(name: str, *, account: str, region: str) -> str:
    """The ARN of the key that `name` stands for: an alias, a key's ID, or the ARN of either.

    Raises:
        InvalidKmsKeyIdException: when it is no such name.
        KmsKeyNotFoundException: when there is no such key in the Region.
        InsufficientEncryptionPolicyException: when its policy does not let CloudTrail use it.
    """
    if _NAME.fullmatch(name) is None:
        raise InvalidKmsKeyIdException("KmsKeyId has to be an alias, a key's ID, or the ARN of either")
    owner, local = _located(name, account=account, region=region)
    backend: Any = kms_backends[owner][region]
    try:
        key = backend.describe_key(local)
    except (JsonRESTError, ServiceException, KeyError, TypeError, AttributeError):
        # moto looks an unknown alias up as None.
        raise KmsKeyNotFoundException(f"There is no KMS key {name} in {region}") from None
    policy = json.loads(key.policy)
    for action in _ACTIONS:
        need = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": action,
            "Resource": "*",
        }
        if not any(covers(statement, need) for statement in statements(policy)):
            raise InsufficientEncryptionPolicyException(
                f"The policy of {key.arn} does not allow cloudtrail.amazonaws.com {action}, "
                "without a condition on aws:SourceArn or aws:SourceAccount"
            )
    return str(key.arn)


def _located(name: str, *, account: str, region: str) -> tuple[str, str]:
    if not name.startswith("arn:"):
        return account, name
    try:
        arn = Arn.parse(name)
    except MalformedArn:
        raise InvalidKmsKeyIdException(f"{name} is not the ARN of a KMS key or alias") from None
    if arn.service != "kms":
        raise InvalidKmsKeyIdException(f"{name} is not the ARN of a KMS key or alias")
    if arn.region != region:
        raise KmsKeyNotFoundException(f"{name} is not in {region}")
    return arn.account, arn.resource.removeprefix("key/")
