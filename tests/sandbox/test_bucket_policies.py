from __future__ import annotations

from typing import Any

import pytest
from moto.iam.access_control import PermissionResult

from cloudtrail.resource_policies import tls_only
from sandbox.bucket_policies import permission

EVERYTHING = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}


def says(*statements: dict[str, Any]) -> PermissionResult:
    """What a policy of these statements says to a GetObject."""
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    return permission(policy, action="s3:GetObject", resource="arn:aws:s3:::b/key")


def test_tls_only_does_not_close_the_bucket() -> None:
    """The sandbox counts as TLS, so a policy that refuses everything else refuses nothing here."""
    assert says(dict(tls_only("b", partition="aws"))) is PermissionResult.NEUTRAL


def test_a_deny_of_everyone_closes_the_bucket() -> None:
    """A Deny of everyone without conditions is enforced, over an Allow too."""
    assert says(EVERYTHING, {**EVERYTHING, "Effect": "Allow"}) is PermissionResult.DENIED


def test_an_allow_of_everyone_opens_the_bucket() -> None:
    """An Allow of everyone lets even unsigned requests in."""
    assert says({**EVERYTHING, "Effect": "Allow"}) is PermissionResult.PERMITTED


@pytest.mark.parametrize(
    "difference",
    [
        {"Principal": {"Service": "cloudtrail.amazonaws.com"}},
        {"Action": "s3:PutObject"},
        {"Resource": "arn:aws:s3:::other/*"},
        {
            "Condition": {
                "StringEquals": {"aws:SourceArn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/t"}
            }
        },
    ],
)
def test_statements_about_something_else_do_not_apply(difference: dict[str, Any]) -> None:
    """Somebody else, another action, another resource or a condition that is not met: not for this request."""
    assert says({**EVERYTHING, **difference}) is PermissionResult.NEUTRAL
