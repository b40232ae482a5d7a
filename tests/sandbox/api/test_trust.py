"""Whom a role's trust policy lets in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.clients import ACCOUNT

if TYPE_CHECKING:
    from sandbox.clients import SandboxClient, SandboxSession

OTHER = "111122223333"
USER = f"arn:aws:iam::{ACCOUNT}:user/alice"


def allow(principal: Any, **condition: Any) -> dict[str, Any]:
    """A statement that lets somebody in, under conditions."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {**statement, "Condition": condition} if condition else statement


LETS_IN: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "its account": ([allow({"AWS": ACCOUNT})], True),
    "its account's root": ([allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})], True),
    "itself": ([allow({"AWS": [OTHER, USER]})], True),
    "everybody": ([allow("*")], True),
    "everybody of AWS": ([allow({"AWS": "*"})], True),
    "another user": ([allow({"AWS": f"{USER}s"})], False),
    "another account": ([allow({"AWS": OTHER})], False),
    "a service": ([allow({"Service": "cloudtrail.amazonaws.com"})], False),
    "nobody": ([], False),
    "its session's name": ([allow("*", StringLike={"sts:RoleSessionName": "au*"})], True),
    "another name": ([allow("*", StringEquals={"sts:RoleSessionName": "other"})], False),
    "its ARN as a condition": (
        [allow("*", ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/*"})],
        True,
    ),
    "an organization, which it is not of": (
        [allow("*", StringEquals={"aws:PrincipalOrgID": "o-exampleorgid"})],
        False,
    ),
    "who has MFA": ([allow("*", Bool={"aws:MultiFactorAuthPresent": "true"})], False),
    "an address, which is not looked at": ([allow("*", IpAddress={"aws:SourceIp": "0.0.0.0/0"})], False),
    "a deny beside it": ([allow("*"), {**allow({"AWS": USER}), "Effect": "Deny"}], False),
    "a deny of others": ([allow("*"), {**allow({"AWS": OTHER}), "Effect": "Deny"}], True),
    "a deny of all but others": (
        [
            allow("*"),
            {"Effect": "Deny", "NotPrincipal": {"AWS": OTHER}, "Action": "sts:AssumeRole"},
        ],
        False,
    ),
    "another action": ([{**allow("*"), "Action": "sts:AssumeRoleWithSAML"}], False),
}


@pytest.mark.parametrize("name", LETS_IN)
def test_who_is_let_in(root: SandboxSession, refused: Any, name: str) -> None:
    """A user is let in by its account, by name and by everybody's name, as far as conditions are known to be met."""
    statements, opens = LETS_IN[name]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    role = root.client("iam").create_role(RoleName="audit", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    alice = root.iam_user("alice")
    if opens:
        assert alice.assume_role(role, session_name="audit").account == ACCOUNT
        return
    with refused() as error:
        alice.assume_role(role, session_name="audit")
    assert (error.code, error.status) == ("AccessDenied", 403)


def test_a_service_is_let_in_by_its_name(client: SandboxClient, root: SandboxSession) -> None:
    """An AWS service assumes a role that trusts it."""
    policy = {"Version": "2012-10-17", "Statement": [allow({"Service": "ecs.amazonaws.com"})]}
    role = root.client("iam").create_role(RoleName="task", AssumeRolePolicyDocument=json.dumps(policy))
    session = client.service(ACCOUNT, "ecs.amazonaws.com").assume_role(
        role["Role"]["Arn"], session_name="task"
    )
    assert session.client("sts").get_caller_identity()["Arn"].endswith("assumed-role/task/task")


def test_a_role_is_let_in_by_its_own_arn(root: SandboxSession, client: SandboxClient) -> None:
    """A session is its role: who trusts the role, of whatever account, trusts its sessions."""
    own = json.dumps({"Version": "2012-10-17", "Statement": [allow({"AWS": ACCOUNT})]})
    first = root.client("iam").create_role(RoleName="first", AssumeRolePolicyDocument=own)["Role"]["Arn"]
    theirs = json.dumps({"Version": "2012-10-17", "Statement": [allow({"AWS": first})]})
    second = client.root(OTHER).client("iam").create_role(RoleName="second", AssumeRolePolicyDocument=theirs)
    session = root.assume_role(first, session_name="first").assume_role(
        second["Role"]["Arn"], session_name="second"
    )
    assert session.client("sts").get_caller_identity()["Account"] == OTHER
