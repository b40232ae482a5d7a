"""Who makes the demo's calls: the six kinds of caller that App Mesh's page on CloudTrail tells apart.

docs.aws.amazon.com/app-mesh/latest/userguide/logging-using-cloudtrail.html: an event says whether the call was
made with root or user credentials, with the temporary credentials of a role or a federated user, on behalf of
an IAM Identity Center user, or by another AWS service.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_appmesh import AppMeshClient

    from sandbox.clients import SandboxClient, SandboxSession

USER: Final = "mesh-operator"
ROLE: Final = "mesh-deployer"
ROLE_SESSION: Final = "release-42"
FEDERATED: Final = "auditor"
PERSON_ROLE: Final = "AWSReservedSSO_MeshAdmin_0123456789abcdef"
PERSON_SESSION: Final = "jane@example.com"
PERSON_ID: Final = "92670abc-1111-2222-3333-444455556666"
IDENTITY_STORE: Final = "d-1234567890"
SERVICE: Final = "ecs.amazonaws.com"

_IDENTITY_CENTER: Final = "arn:aws:iam::aws:contextProvider/IdentityCenter"
_ONE_TIME_CODES: Final = ("123456", "654321")


class CallerKind(StrEnum):
    """Whose credentials a call is made with."""

    ROOT = "root user"
    IAM_USER = "IAM user"
    ASSUMED_ROLE = "assumed role"
    FEDERATED_USER = "federated user"
    IDENTITY_CENTER_USER = "IAM Identity Center user"
    AWS_SERVICE = "AWS service"


class Callers:
    """One caller of each kind, in one account, and their App Mesh clients.

    Attributes:
        account: The account they all call from.
    """

    def __init__(self, *, account: str, endpoint: str, sessions: Mapping[CallerKind, SandboxSession]) -> None:
        self.account = account
        self._endpoint = endpoint
        self._sessions = sessions
        # One for all: a session of its own would read App Mesh's model again for each caller, 0.1 s a time.
        self._boto = boto3.Session()
        self._clients: dict[tuple[CallerKind, str], AppMeshClient] = {}

    def app_mesh(self, kind: CallerKind, region: str) -> AppMeshClient:
        """The App Mesh client of a caller in a Region, made once.

        It never retries, so that each call is exactly one event, and uses no proxy: the sandbox is on this
        machine.
        """
        client = self._clients.get((kind, region))
        if client is None:
            # boto3's stubs list every AWS service, but only the installed ones have a type.
            client = cast("Any", self._boto).client(
                "appmesh",
                region_name=region,
                endpoint_url=self._endpoint,
                config=Config(
                    retries={"total_max_attempts": 1}, user_agent_extra="meshtrail-demo", proxies={}
                ),
                **self._sessions[kind].credentials,
            )
            self._clients[kind, region] = client
        return client


def set_up_callers(sandbox: SandboxClient, *, account: str) -> Callers:
    """Create a caller of each kind in an account; call it once for an account.

    It is done as an administrator would: the root user makes an IAM user with an MFA device, and two roles. The
    user assumes the first role with the MFA device, and federates an auditor. The second role is assumed on
    behalf of an Identity Center user, as an application does that passes a person's identity on.

    Args:
        sandbox: Where.
        account: The account, twelve digits.

    Returns:
        The callers.

    Raises:
        botocore.exceptions.ClientError: A call was refused; the user or a role may exist already.
    """
    root = sandbox.root(account)
    user = root.iam_user(USER)
    iam = root.client("iam")
    for role in (ROLE, PERSON_ROLE):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=_trust(account))
    return Callers(
        account=account,
        endpoint=sandbox.endpoint,
        sessions={
            CallerKind.ROOT: root,
            CallerKind.IAM_USER: user,
            CallerKind.ASSUMED_ROLE: _with_mfa(user, mfa_device=_mfa_device(iam)),
            CallerKind.FEDERATED_USER: user.federation_token(FEDERATED),
            CallerKind.IDENTITY_CENTER_USER: _for_a_person(user),
            CallerKind.AWS_SERVICE: sandbox.service(account, SERVICE),
        },
    )


def _mfa_device(iam: Any) -> str:
    """The serial number of a new MFA device of the user."""
    device: str = iam.create_virtual_mfa_device(VirtualMFADeviceName=USER)["VirtualMFADevice"]["SerialNumber"]
    first, second = _ONE_TIME_CODES
    iam.enable_mfa_device(
        UserName=USER, SerialNumber=device, AuthenticationCode1=first, AuthenticationCode2=second
    )
    return device


def _with_mfa(user: SandboxSession, *, mfa_device: str) -> SandboxSession:
    return user.assume_role(
        f"arn:aws:iam::{user.account}:role/{ROLE}",
        session_name=ROLE_SESSION,
        SerialNumber=mfa_device,
        TokenCode=_ONE_TIME_CODES[0],
    )


def _for_a_person(user: SandboxSession) -> SandboxSession:
    store = f"arn:aws:identitystore::{user.account}:identitystore/{IDENTITY_STORE}"
    # On AWS the assertion is a signed token; the sandbox takes the person and the identity store as they are.
    context = {"ProviderArn": _IDENTITY_CENTER, "ContextAssertion": f"{PERSON_ID}@{store}"}
    return user.assume_role(
        f"arn:aws:iam::{user.account}:role/{PERSON_ROLE}",
        session_name=PERSON_SESSION,
        ProvidedContexts=[context],
    )


def _trust(account: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": ["sts:AssumeRole", "sts:SetContext"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
