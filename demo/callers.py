"""Who makes the demo's calls: the six kinds of caller that App Mesh's page on CloudTrail tells apart.

docs.aws.amazon.com/app-mesh/latest/userguide/logging-using-cloudtrail.html: an event says whether the call was
made with root or user credentials, with the temporary credentials of a role or a federated user, on behalf of
an IAM Identity Center user, or by another AWS service.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

from cloudtrail.errors import MeshtrailError

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_appmesh import AppMeshClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import CredentialsTypeDef

USER: Final = "mesh-operator"
ROLE: Final = "mesh-deployer"
ROLE_SESSION: Final = "release-42"
FEDERATED: Final = "auditor"
SSO_ROLE: Final = "AWSReservedSSO_MeshAdmin_0123456789abcdef"
SSO_SESSION: Final = "jane@example.com"
SSO_USER: Final = "92670abc-1111-2222-3333-444455556666"
IDENTITY_STORE: Final = "d-1234567890"
SERVICE: Final = "ecs.amazonaws.com"

_GLOBAL_REGION: Final = "us-east-1"
_IDENTITY_CENTER: Final = "arn:aws:iam::aws:contextProvider/IdentityCenter"


class CallerKind(StrEnum):
    """Whose credentials a call is made with."""

    ROOT = "root user"
    IAM_USER = "IAM user"
    ASSUMED_ROLE = "assumed role"
    FEDERATED_USER = "federated user"
    IDENTITY_CENTER_USER = "IAM Identity Center user"
    AWS_SERVICE = "AWS service"


class Sandbox(Protocol):
    """What the demo needs of a sandbox: its address, and callers that no AWS API hands out."""

    @property
    def endpoint(self) -> str:
        """The address every client calls."""
        ...

    def root(self, account: str) -> boto3.Session:
        """A session of the account's root user."""
        ...

    def service(self, account: str, service: str) -> boto3.Session:
        """A session of an AWS service that acts in the account, e.g. `ecs.amazonaws.com`."""
        ...


class Callers:
    """One caller of each kind, in one account, and their App Mesh clients.

    Clients are made once for each kind and Region: making one takes longer than all its calls.
    """

    def __init__(
        self,
        *,
        account: str,
        endpoint: str,
        session: boto3.Session,
        keys: dict[CallerKind, ReadOnlyCredentials],
    ) -> None:
        """Gather callers.

        Args:
            account: The account they all call from.
            endpoint: The address their clients call.
            session: Makes the clients; its own credentials are not used.
            keys: The credentials of each kind of caller.
        """
        self.account = account
        self._endpoint = endpoint
        self._session = session
        self._keys = keys
        self._clients: dict[tuple[CallerKind, str], AppMeshClient] = {}

    def app_mesh(self, kind: CallerKind, region: str) -> AppMeshClient:
        """The App Mesh client of a caller in a Region; it never retries."""
        client = self._clients.get((kind, region))
        if client is None:
            client = _connect(
                self._session, "appmesh", region=region, endpoint=self._endpoint, keys=self._keys[kind]
            )
            self._clients[kind, region] = client
        return client


def set_up_callers(sandbox: Sandbox, *, account: str) -> Callers:
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
    session = sandbox.root(account)
    root = _frozen(session)
    iam: IAMClient = _connect(session, "iam", region=_GLOBAL_REGION, endpoint=sandbox.endpoint, keys=root)
    user, mfa_device = _make_user(iam)
    for role in (ROLE, SSO_ROLE):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=_trust(account))
    sts: STSClient = _connect(session, "sts", region=_GLOBAL_REGION, endpoint=sandbox.endpoint, keys=user)
    return Callers(
        account=account,
        endpoint=sandbox.endpoint,
        session=session,
        keys={
            CallerKind.ROOT: root,
            CallerKind.IAM_USER: user,
            CallerKind.ASSUMED_ROLE: _assume_role(sts, account, mfa_device),
            CallerKind.FEDERATED_USER: _federate(sts),
            CallerKind.IDENTITY_CENTER_USER: _assume_for_a_person(sts, account),
            CallerKind.AWS_SERVICE: _frozen(sandbox.service(account, SERVICE)),
        },
    )


def _make_user(iam: IAMClient) -> tuple[ReadOnlyCredentials, str]:
    """The user's access key, and the serial number of its MFA device."""
    iam.create_user(UserName=USER)
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=USER)["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName=USER, SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    return ReadOnlyCredentials(key["AccessKeyId"], key["SecretAccessKey"], None), device


def _assume_role(sts: STSClient, account: str, mfa_device: str) -> ReadOnlyCredentials:
    answer = sts.assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{ROLE}",
        RoleSessionName=ROLE_SESSION,
        SerialNumber=mfa_device,
        TokenCode="123456",
    )
    return _temporary(answer["Credentials"])


def _federate(sts: STSClient) -> ReadOnlyCredentials:
    return _temporary(sts.get_federation_token(Name=FEDERATED)["Credentials"])


def _assume_for_a_person(sts: STSClient, account: str) -> ReadOnlyCredentials:
    store = f"arn:aws:identitystore::{account}:identitystore/{IDENTITY_STORE}"
    answer = sts.assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{SSO_ROLE}",
        RoleSessionName=SSO_SESSION,
        # On AWS the assertion is a signed token; the sandbox takes the person and the identity store as they are.
        ProvidedContexts=[{"ProviderArn": _IDENTITY_CENTER, "ContextAssertion": f"{SSO_USER}@{store}"}],
    )
    return _temporary(answer["Credentials"])


def _trust(account: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": ["sts:AssumeRole", "sts:SetContext"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _temporary(credentials: CredentialsTypeDef) -> ReadOnlyCredentials:
    return ReadOnlyCredentials(
        credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"]
    )


def _frozen(session: boto3.Session) -> ReadOnlyCredentials:
    credentials = session.get_credentials()
    if credentials is None:
        raise MeshtrailError(
            "The sandbox gave a caller without credentials",
            remedy="Its `root` and `service` have to return sessions that carry an access key.",
        )
    return credentials.get_frozen_credentials()


def _connect(
    session: boto3.Session, service: str, *, region: str, endpoint: str, keys: ReadOnlyCredentials
) -> Any:
    """A client that never retries: each call is then exactly one event."""
    # boto3's stubs know the overload of every AWS service, but only the ones installed have a type.
    return cast("Any", session).client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        aws_session_token=keys.token,
        config=Config(retries={"total_max_attempts": 1}, user_agent_extra="meshtrail-demo"),
    )
