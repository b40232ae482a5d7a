from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from sandbox.clients import ACCOUNT, ControlRefused

if TYPE_CHECKING:
    from sandbox.clients import SandboxClient, SandboxSession
    from sandbox.server import Sandbox

STORE = "arn:aws:identitystore::123456789012:identitystore/d-1234567890"


def identity(client: SandboxClient, caller: SandboxSession) -> dict[str, Any]:
    """`userIdentity` of a call that a caller makes."""
    caller.client("appmesh").list_meshes()
    return client.events()[-1]["userIdentity"]


@pytest.fixture
def role(root: SandboxSession) -> str:
    """The ARN of a role that its own account may assume."""
    return trusting(root, "deployer", ACCOUNT)


def trusting(owner: SandboxSession, name: str, account: str) -> str:
    """The ARN of a new role that trusts an account."""
    statement = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = owner.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=policy)
    return str(made["Role"]["Arn"])


def test_root(client: SandboxClient) -> None:
    """The root user has its account as principal."""
    found = identity(client, client.root("111122223333"))
    assert found["type"] == "Root"
    assert found["principalId"] == found["accountId"] == "111122223333"
    assert found["arn"] == "arn:aws:iam::111122223333:root"


def test_a_root_user_is_its_partitions(client: SandboxClient) -> None:
    """In China and GovCloud a root user's ARN carries their partition, and STS says the same."""
    for region, partition in (("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")):
        told = client.root("111122223333").client("sts", region).get_caller_identity()["Arn"]
        assert told == client.events()[-1]["userIdentity"]["arn"] == f"arn:{partition}:iam::111122223333:root"


def test_iam_user(client: SandboxClient, root: SandboxSession) -> None:
    """An IAM user is known by its own access key."""
    alice = root.iam_user("alice")
    found = identity(client, alice)
    assert found["type"] == "IAMUser"
    assert found["userName"] == "alice"
    assert found["arn"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert found["accessKeyId"] == alice.credentials["aws_access_key_id"]


def test_assumed_role(client: SandboxClient, root: SandboxSession, role: str) -> None:
    """A role session names the session, the role that issued it, when, and whether with MFA."""
    found = identity(client, root.iam_user("alice").assume_role(role, session_name="release-42"))
    assert found["type"] == "AssumedRole"
    assert found["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/release-42"
    assert found["principalId"].endswith(":release-42")
    issuer, attributes = found["sessionContext"]["sessionIssuer"], found["sessionContext"]["attributes"]
    assert (issuer["type"], issuer["userName"], issuer["arn"]) == ("Role", "deployer", role)
    assert attributes["mfaAuthenticated"] == "false"
    assert attributes["creationDate"].endswith("Z")


def test_assumed_role_with_mfa(client: SandboxClient, root: SandboxSession, role: str) -> None:
    """A session opened with a code says so."""
    serial = f"arn:aws:iam::{ACCOUNT}:mfa/alice"
    session = root.assume_role(role, session_name="session", SerialNumber=serial, TokenCode="123456")
    assert identity(client, session)["sessionContext"]["attributes"]["mfaAuthenticated"] == "true"


def test_identity_center_user(client: SandboxClient, root: SandboxSession, role: str) -> None:
    """A session with IAM Identity Center's context names the user it acts on behalf of."""
    context = {
        "ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter",
        "ContextAssertion": f"90676d5a-example@{STORE}",
    }
    session = root.assume_role(role, session_name="session", ProvidedContexts=[context])
    assert identity(client, session)["onBehalfOf"] == {
        "userId": "90676d5a-example",
        "identityStoreArn": STORE,
    }


def test_federated_user(client: SandboxClient, root: SandboxSession) -> None:
    """A federated user is issued by whoever vouches for it."""
    found = identity(client, root.iam_user("broker").federation_token("bob"))
    assert found["type"] == "FederatedUser"
    assert found["principalId"] == f"{ACCOUNT}:bob"
    assert found["sessionContext"]["sessionIssuer"]["userName"] == "broker"


def test_session_token(client: SandboxClient, root: SandboxSession) -> None:
    """Temporary credentials of a user are the user's, with a session and a key of their own."""
    alice = root.iam_user("alice")
    answer = alice.client("sts").get_session_token()["Credentials"]
    assert answer["AccessKeyId"] != alice.credentials["aws_access_key_id"]
    found = identity(client, alice._with(answer, account=ACCOUNT))
    assert (found["type"], found["userName"]) == ("IAMUser", "alice")
    assert found["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"


def test_aws_service(client: SandboxClient) -> None:
    """An AWS service records itself as who calls, from where and with what."""
    found = identity(client, client.service(ACCOUNT, "ecs.amazonaws.com"))
    record = client.events()[-1]
    assert found == {"type": "AWSService", "invokedBy": "ecs.amazonaws.com"}
    assert record["sourceIPAddress"] == record["userAgent"] == "ecs.amazonaws.com"


def test_a_role_of_another_account_is_logged_in_both(client: SandboxClient, root: SandboxSession) -> None:
    """Who assumes a role across accounts leaves an event in each, tied together by a shared id."""
    other = client.root("111122223333")
    role = trusting(other, "audit", ACCOUNT)
    session = root.assume_role(role, session_name="session")
    ours, theirs = (record for record in client.events() if record["eventName"] == "AssumeRole")
    assert ours["recipientAccountId"] == ACCOUNT
    assert theirs["recipientAccountId"] == "111122223333"
    assert ours["sharedEventID"] == theirs["sharedEventID"]
    assert ours["eventID"] != theirs["eventID"]
    assert theirs["userIdentity"]["type"] == "AWSAccount"
    assert identity(client, session)["accountId"] == "111122223333"


def test_accounts_are_apart(client: SandboxClient, root: SandboxSession) -> None:
    """What one account makes, another does not see."""
    other = client.root("111122223333")
    root.client("appmesh").create_mesh(meshName="m", spec={})
    assert len(root.client("appmesh").list_meshes()["meshes"]) == 1
    assert other.client("appmesh").list_meshes()["meshes"] == []
    assert client.events()[-1]["recipientAccountId"] == "111122223333"


@pytest.mark.parametrize(
    ("key", "account"), [("AKIAUNKNOWNEXAMPLE00", ACCOUNT), ("444455556666", "444455556666")]
)
def test_an_unknown_key_is_a_root_user(sandbox: Sandbox, key: str, account: str) -> None:
    """A key nobody knows is the default account's root user; a key of twelve digits is that account's."""
    sts = boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=sandbox.endpoint,
        aws_access_key_id=key,
        aws_secret_access_key="any",
    )
    answer = sts.get_caller_identity()
    assert (answer["Account"], answer["Arn"]) == (account, f"arn:aws:iam::{account}:root")
    assert sandbox.state.ledger.events()[-1].record["userIdentity"]["type"] == "Root"


def test_an_unknown_key_acts_in_the_account_the_request_names(sandbox: Sandbox) -> None:
    """Moto's own header for accounts is honoured, and moto and the record agree."""
    known = sandbox.state.callers.resolve("AKIAUNKNOWNEXAMPLE00", account_hint="111122223333")
    assert (known.account, known.identity["arn"]) == ("111122223333", "arn:aws:iam::111122223333:root")


def test_a_request_without_signature_is_anonymous(sandbox: Sandbox) -> None:
    """Who does not sign has no principal."""
    assert sandbox.state.callers.resolve(None).identity["accountId"] == "ANONYMOUS_PRINCIPAL"


def test_sts_and_the_record_agree_on_who_calls(
    client: SandboxClient, root: SandboxSession, role: str
) -> None:
    """GetCallerIdentity answers with the principal that the records name."""
    session = root.assume_role(role, session_name="session")
    assert session.client("sts").get_caller_identity()["Arn"] == identity(client, session)["arn"]


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "alien", "account": ACCOUNT},
        {"kind": "root", "account": "12"},
        {"kind": "service", "account": ACCOUNT, "service": "ecs"},
    ],
)
def test_callers_that_cannot_be_are_refused(client: SandboxClient, document: dict[str, str]) -> None:
    """Credentials are made only for callers that AWS could have."""
    with pytest.raises(ControlRefused, match="callers"):
        client._caller(document)
