"""Who asks: the account, and the user or role whose policies count.

Source: IAM user guide, "IAM identifiers" (docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html): the
ARN of a role's session leaves out the role's path, so the role has to be asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.partitions import Arn
from verify.aws import asking

if TYPE_CHECKING:
    from verify.aws import Aws

GET_CALLER_IDENTITY: Final = "sts:GetCallerIdentity"
GET_ROLE: Final = "iam:GetRole"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever the credentials are of.

    Attributes:
        account: The account.
        arn: The ARN of the user, or of the role's session.
    """

    account: str
    arn: str

    @property
    def is_root(self) -> bool:
        """Whether it is the account's root user."""
        return Arn.parse(self.arn).resource == "root"

    @property
    def role(self) -> str | None:
        """The name of the role whose session it is, if it is one."""
        kind, _, rest = Arn.parse(self.arn).resource.partition("/")
        return rest.partition("/")[0] if kind == "assumed-role" else None

    @property
    def is_user(self) -> bool:
        """Whether it is an IAM user."""
        return Arn.parse(self.arn).resource.startswith("user/")


def principal_of(caller: Caller, aws: Aws, region: str) -> str | None:
    """The ARN of the user or role whose policies count; None: it has none of its own, as a federated user.

    Raises:
        CannotLook: when IAM does not tell the role's ARN.
    """
    if caller.role is None:
        return caller.arn if caller.is_user else None
    with asking(GET_ROLE, f"role {caller.role}"):
        answer: Any = aws.client("iam", region).get_role(RoleName=caller.role)
    return str(answer["Role"]["Arn"])
