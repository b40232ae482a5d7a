"""The verifier's role in every account.

Sources: STS API reference, AssumeRole (docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html): it answers
AccessDenied for a role that is not there, too; IAM user guide, "Access to AWS accounts owned by third parties"
(docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html), for the external id; "Manage AWS
STS in an AWS Region" (id_credentials_temp_enable-regions.html there), for its Regions; "IAM and AWS STS quotas"
(reference_iam-quotas.html there), for their rate.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, cast

from cloudtrail.partitions import partition_of
from cloudtrail.verifier_permissions import ROLE_NAME
from verify.aws import AccessDenied, Aws, NoCredentials, asking
from verify.organization.role_credentials import RoleCredentials
from verify.organization.signing import AccountSession, SharedClients

if TYPE_CHECKING:
    from collections.abc import Collection

    import boto3
    from botocore.credentials import Credentials

ALWAYS_ON: Final = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"),
        *(
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
        ),
    }
)
"""The Regions that every account has enabled; in the others STS answers only where both accounts enabled them."""

ASSUME_ROLE: Final = "sts:AssumeRole"
SESSION_NAME: Final = "meshtrail"
"""How CloudTrail names who asked, in each account."""


def role_regions(home: str, enabled: Collection[str]) -> tuple[str, ...]:
    """The Regions whose STS answers for every account: home, then those that no account has to enable.

    STS counts calls by Region, 600 a second, so that more roles can be assumed in a second than one Region's rate.

    Args:
        home: The Region to be asked first.
        enabled: Those that may be asked.
    """
    return (home, *sorted(({*enabled} & ALWAYS_ON) - {home}))


class RoleRefused(AccessDenied):
    """The verifier's role cannot be assumed: it is not there, or does not trust whoever asks."""

    def __init__(self, *, role: str, code: str, message: str) -> None:
        super().__init__(action=ASSUME_ROLE, where=role, code=code, message=message)
        self.remedy = (
            f"Provision {role}, let it trust whoever runs this with the external id that --external-id names, and "
            f"allow {ASSUME_ROLE} on it."
        )


class RoleSessions:
    """Sessions of one role in many accounts; safe to use from many threads.

    The account that the session itself belongs to needs no role: StackSets deploy none to the management account.

    Args:
        aws: The session that assumes the roles.
        role_name: How the role is called, with its path if it has one.
        external_id: What the role's trust asks for, if anything.
        region: Where STS is asked; credentials of a Region's endpoint hold in every other, also in one to opt in to.
        connections: How many calls one client makes at a time.
    """

    def __init__(
        self,
        aws: Aws,
        *,
        role_name: str = ROLE_NAME,
        external_id: str | None = None,
        region: str,
        connections: int = 10,
    ) -> None:
        self._aws = aws
        self._role_name = role_name
        self._external_id = external_id
        self._region = region
        self._clients = SharedClients(connections)
        self._sessions: dict[str, Aws] = {}
        self._own: str | None = None
        self._lock = threading.Lock()

    @property
    def own_account(self) -> str:
        """The account that the session itself belongs to.

        Raises:
            CannotLook: when STS does not answer.
        """
        with self._lock:
            if self._own is None:
                self._own = self._aws.account(self._region)
            return self._own

    def role_arn(self, account: str) -> str:
        """The role in an account."""
        return f"arn:{partition_of(self._region)}:iam::{account}:role/{self._role_name}"

    def of(self, account: str, region: str | None = None) -> Aws:
        """A session in an account; what it is signed with is asked for again before it expires.

        Args:
            account: The account.
            region: Where STS is asked; None: where it is asked otherwise.

        Raises:
            RoleRefused: when there is no such role, or it does not trust whoever asks.
            CannotLook: when STS does not answer.
        """
        if account not in self._sessions:
            session = AccountSession(
                self._credentials(account, region or self._region), self._clients, self._region
            )
            self._sessions[account] = self._aws.of_session(cast("boto3.Session", session))
        return self._sessions[account]

    def forget(self, account: str) -> None:
        """Let go of an account that is done."""
        self._sessions.pop(account, None)

    def _credentials(self, account: str, region: str) -> Credentials:
        if account == self.own_account:
            return self._own_credentials()

        return RoleCredentials(self.role_arn(account), lambda: self._assume(account, region))

    def _own_credentials(self) -> Credentials:
        with asking(ASSUME_ROLE, self._region):
            own = self._aws.session.get_credentials()
        if own is None:
            raise NoCredentials(
                action=ASSUME_ROLE, where=self._region, code="NoCredentials", message="the session has none"
            )
        return own

    def _assume(self, account: str, region: str) -> dict[str, Any]:
        role = self.role_arn(account)
        external = {"ExternalId": self._external_id} if self._external_id else {}
        try:
            with asking(ASSUME_ROLE, role):
                answer = self._aws.client("sts", region).assume_role(
                    RoleArn=role, RoleSessionName=SESSION_NAME, **external
                )
        except AccessDenied as error:
            message = error.why.removeprefix(f"{error.code}: ")
            raise RoleRefused(role=role, code=error.code, message=message) from error
        given = answer["Credentials"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }
