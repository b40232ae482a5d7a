from __future__ import annotations

import json
from typing import Any

import pytest
from moto.kms.models import kms_backends

from cloudtrail.resource_policies import key_policy
from sandbox.lake.encryption import usable_key
from sandbox.lake.errors import (
    InsufficientEncryptionPolicyException,
    InvalidKmsKeyIdException,
    InvalidParameterException,
    KmsKeyNotFoundException,
)
from sandbox.lake.parameters import Parameters
from tests.sandbox.lake.conftest import create

ACCOUNT = "444455556666"
ENOUGH = key_policy(account=ACCOUNT, partition="aws", trail_arn=None, event_data_stores=True)


def _key(policy: Any) -> Any:
    backend: Any = kms_backends[ACCOUNT]["us-east-1"]
    return backend.create_key(json.dumps(policy), "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "", [], "AWS_KMS")


def _usable(name: str) -> str:
    return usable_key(name, account=ACCOUNT, region="us-east-1")


def test_a_key_is_found_by_any_of_its_names() -> None:
    """ID, ARN, alias and the alias's ARN all give the key's ARN."""
    key = _key(ENOUGH)
    backend: Any = kms_backends[ACCOUNT]["us-east-1"]
    backend.create_alias(key.id, "alias/lake-test")
    for name in (
        key.id,
        key.arn,
        "alias/lake-test",
        f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/lake-test",
    ):
        assert _usable(name) == key.arn


@pytest.mark.parametrize("name", ["", "two words", "arn:aws:s3:::bucket", "arn:nonsense", "k" * 351])
def test_what_is_no_key_name_is_refused(name: str) -> None:
    """The name itself is at fault."""
    with pytest.raises(InvalidKmsKeyIdException):
        _usable(name)


@pytest.mark.parametrize(
    "name",
    [
        "0a1b2c3d-0000-4000-8000-000000000001",
        "alias/nobody",
        f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000001",
    ],
)
def test_an_unknown_key_is_not_found(name: str) -> None:
    """No such key, or none in this Region."""
    with pytest.raises(KmsKeyNotFoundException):
        _usable(name)


def _allowing(actions: list[str], **conditions: Any) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": actions,
        "Resource": "*",
    }
    return {
        "Version": "2012-10-17",
        "Statement": [statement | ({"Condition": conditions} if conditions else {})],
    }


@pytest.mark.parametrize(
    "policy",
    [
        _allowing(["kms:Decrypt"]),
        _allowing(["kms:GenerateDataKey"]),
        _allowing(["kms:GenerateDataKey", "kms:Decrypt"], StringEquals={"aws:SourceAccount": ACCOUNT}),
    ],
)
def test_a_key_cloudtrail_may_not_use_is_refused(policy: dict[str, Any]) -> None:
    """Both actions are needed, and a condition on the source does not count on an event data store."""
    with pytest.raises(InsufficientEncryptionPolicyException, match="kms:"):
        _usable(_key(policy).arn)


def test_the_key_of_a_store_cannot_be_changed(lake: Any) -> None:
    """A key can be given to a store without one, and then stays."""
    backend = lake.backend(ACCOUNT, "us-east-1")
    store = create(backend)
    first, second = _key(ENOUGH), _key(ENOUGH)
    backend.update(store.arn, Parameters({"KmsKeyId": first.arn}))
    backend.update(store.arn, Parameters({"KmsKeyId": first.id}))
    with pytest.raises(InvalidParameterException, match="cannot be changed"):
        backend.update(store.arn, Parameters({"KmsKeyId": second.arn}))
    assert store.options.kms_key_arn == first.arn
