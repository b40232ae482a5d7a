from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.provider.registry import AWS

from .conftest import ACCOUNT, document

if TYPE_CHECKING:
    from sandbox.provider.resource_type import State
    from sandbox.provider.session import Aws

    from .conftest import Provider

KEY = "aws:kms/key:Key"
ROOT = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}


def test_a_key_lives(provider: Provider) -> None:
    """A key is made, changed setting by setting, and scheduled for deletion, which is being gone."""
    made = provider.journey(
        KEY,
        {"description": "one", "policy": document(ROOT), "tags": {"a": "1"}},
        {
            "description": "two",
            "policy": document({**ROOT, "Sid": "root"}),
            "enableKeyRotation": True,
            "tags": {"b": "1"},
        },
    )
    assert made.id == made.outputs["keyId"]
    assert made.outputs["arn"] == f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{made.id}"


def test_a_key_waits_as_long_as_it_was_told_to(provider: Provider, aws: Aws) -> None:
    """Deletion is scheduled after the window, 30 days unless given."""
    kms = aws.client("kms")
    for inputs, days in (({"deletionWindowInDays": 7}, 7), ({}, 30)):
        made = provider.create(KEY, inputs)
        before = kms.describe_key(KeyId=made.id)["KeyMetadata"]["CreationDate"]
        AWS.types[KEY].delete(aws, made.id, made.outputs)
        found = kms.describe_key(KeyId=made.id)["KeyMetadata"]
        assert found["KeyState"] == "PendingDeletion"
        assert abs((found["DeletionDate"] - before).total_seconds() - days * 86400) < 60


def test_the_rotation_period_is_sent(provider: Provider, aws: Aws) -> None:
    """A key that rotates does so after the days it was told, at creation and later."""
    sent: list[Any] = []

    def note(params: Any, **_: Any) -> None:
        sent.append(params["body"])

    aws.client("kms").meta.events.register("before-call.kms.EnableKeyRotation", note)
    first = provider.check(KEY, {"enableKeyRotation": True, "rotationPeriodInDays": 180})
    made = AWS.types[KEY].create(aws, first)
    second = provider.check(KEY, {"enableKeyRotation": True, "rotationPeriodInDays": 90})
    AWS.types[KEY].update(aws, made.id, first, second)
    assert [b'"RotationPeriodInDays": 180' in sent[0], b'"RotationPeriodInDays": 90' in sent[1]] == [
        True,
        True,
    ]


def test_a_key_may_be_made_disabled_and_enabled_later(provider: Provider, aws: Aws) -> None:
    """`isEnabled` is followed both ways."""
    kind, off = AWS.types[KEY], provider.check(KEY, {"isEnabled": False})
    made = kind.create(aws, off)
    assert aws.client("kms").describe_key(KeyId=made.id)["KeyMetadata"]["Enabled"] is False
    kind.update(aws, made.id, off, provider.check(KEY, {"isEnabled": True}))
    assert aws.client("kms").describe_key(KeyId=made.id)["KeyMetadata"]["Enabled"] is True


def test_an_alias_lives(provider: Provider, key: State) -> None:
    """An alias points at a key, then at another."""
    other = provider.create(KEY, {})
    made = provider.journey(
        "aws:kms/alias:Alias",
        {"name": "alias/meshtrail", "targetKeyId": key.id},
        {"name": "alias/meshtrail", "targetKeyId": other.id},
    )
    assert made.id == "alias/meshtrail"
    assert made.outputs["arn"] == f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/meshtrail"
    assert made.outputs["targetKeyArn"] == key.outputs["arn"]


def test_an_alias_may_name_its_key_by_arn(provider: Provider, key: State) -> None:
    """An ARN and an id of the same key are no difference."""
    token = "aws:kms/alias:Alias"
    inputs = provider.check(token, {"name": "alias/mesh", "targetKeyId": key.outputs["arn"]})
    AWS.types[token].create(provider.aws, inputs)
    provider.expect(token, "alias/mesh", inputs, knowing=inputs)


def test_a_made_up_alias_begins_as_aliases_do(provider: Provider) -> None:
    """An alias without a name gets one KMS accepts."""
    assert provider.check("aws:kms/alias:Alias", {"targetKeyId": "k"})["name"].startswith("alias/mesh-")


def test_a_key_policy_of_its_own_gives_the_key_back(provider: Provider, aws: Aws, key: State) -> None:
    """Taking the policy away leaves the key to its account, never to nobody."""
    token = "aws:kms/keyPolicy:KeyPolicy"
    policy = document(ROOT, {**ROOT, "Sid": "more", "Principal": {"Service": "cloudtrail.amazonaws.com"}})
    made = provider.create(token, {"keyId": key.id, "policy": policy})
    provider.expect(token, made.id, provider.check(token, {"keyId": key.id, "policy": policy}), knowing={})

    AWS.types[token].delete(aws, made.id, made.outputs)
    left = aws.client("kms").get_key_policy(KeyId=key.id, PolicyName="default")["Policy"]
    assert f"arn:aws:iam::{ACCOUNT}:root" in left
    assert "cloudtrail" not in left


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (KEY, {"deletionWindowInDays": 6}, "deletionWindowInDays"),
        (KEY, {"deletionWindowInDays": 31}, "deletionWindowInDays"),
        (KEY, {"enableKeyRotation": True, "rotationPeriodInDays": 89}, "rotationPeriodInDays"),
        (KEY, {"rotationPeriodInDays": 180}, "rotationPeriodInDays"),
        (KEY, {"policy": "no"}, "policy"),
        (KEY, {"customKeyStoreId": "cks"}, "customKeyStoreId"),
        ("aws:kms/alias:Alias", {"name": "mesh", "targetKeyId": "k"}, "name"),
        ("aws:kms/alias:Alias", {"name": "alias/aws/mesh", "targetKeyId": "k"}, "name"),
        ("aws:kms/alias:Alias", {"name": "alias/mesh"}, "targetKeyId"),
        ("aws:kms/keyPolicy:KeyPolicy", {"keyId": "k"}, "policy"),
    ],
)
def test_what_the_real_provider_refuses_is_refused(
    provider: Provider, token: str, inputs: dict[str, Any], path: str
) -> None:
    """Broken inputs are refused before any call, naming the property."""
    assert [failure.path for failure in provider.failures(token, inputs)] == [path]


@pytest.mark.parametrize(
    "change", [{"keyUsage": "SIGN_VERIFY"}, {"multiRegion": True}, {"region": "us-east-1"}]
)
def test_what_cannot_change_in_place_replaces(provider: Provider, change: dict[str, Any]) -> None:
    """A key's usage, its being multi-Region and its Region are for life."""
    difference = AWS.types[KEY].diff(provider.check(KEY, {}), provider.check(KEY, change))
    assert difference.replaces == tuple(change)
    assert not difference.delete_first or AWS.types[KEY].name_property is None
