"""An organization and what it says of its accounts, whatever their state.

Source: AWS Organizations API reference, DescribeOrganization and ListTagsForResource
(docs.aws.amazon.com/organizations/latest/APIReference/). Any member may ask for the organization; its accounts are
told to the management account and to delegated administrators only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.errors import MeshtrailError
from verify.aws import AccessDenied, CannotLook, asking

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from verify.aws import Aws

DESCRIBE_ORGANIZATION: Final = "organizations:DescribeOrganization"
LIST_ROOTS: Final = "organizations:ListRoots"
LIST_UNITS: Final = "organizations:ListOrganizationalUnitsForParent"
LIST_ACCOUNTS: Final = "organizations:ListAccountsForParent"
LIST_ALL_ACCOUNTS: Final = "organizations:ListAccounts"
LIST_PARENTS: Final = "organizations:ListParents"
LIST_TAGS: Final = "organizations:ListTagsForResource"

ACTIONS: Final = (
    *(DESCRIBE_ORGANIZATION, LIST_ROOTS, LIST_UNITS, LIST_ACCOUNTS, LIST_ALL_ACCOUNTS),
    LIST_PARENTS,
)
"""The IAM actions that tell which accounts there are."""

ACTIVE: Final = "ACTIVE"
"""The state of an account that can be used."""

_NOT_IN_USE: Final = "AWSOrganizationsNotInUseException"


class NotInOrganization(MeshtrailError):
    """The account belongs to no organization."""


class NotAdministrator(AccessDenied):
    """The caller may not see the organization's accounts."""

    def __init__(self, *, action: str, where: str, code: str, message: str) -> None:
        super().__init__(action=action, where=where, code=code, message=message)
        self.remedy = (
            f"Run it in the management account, or in an account that is a delegated administrator; allow {action} "
            "there to whoever runs this."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationAccount:
    """One account.

    Attributes:
        id: Twelve digits.
        name: How the organization calls it.
        state: ACTIVE, SUSPENDED, PENDING_CLOSURE, PENDING_ACTIVATION or CLOSED.
        joined_at: Since when it belongs to the organization, where that is told.
        units: The ids of what it lies in, the outermost first: the root, then organizational units.
    """

    id: str
    name: str
    state: str
    joined_at: datetime | None
    units: tuple[str, ...]

    @property
    def is_active(self) -> bool:
        """Whether anything can happen in it."""
        return self.state == ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """An organization.

    Attributes:
        id: As `o-exampleorgid`.
        management_account: The account that owns it, and every trail of it.
        all_features: Whether it has all features, without which CloudTrail has no organization trail.
    """

    id: str
    management_account: str
    all_features: bool


def organization_of(aws: Aws, region: str) -> Organization:
    """The organization that the session's account belongs to.

    Raises:
        NotInOrganization: when it belongs to none.
        CannotLook: when AWS does not answer.
    """
    try:
        with asking(DESCRIBE_ORGANIZATION, region):
            found = aws.client("organizations", region).describe_organization()["Organization"]
    except CannotLook as error:
        if error.code != _NOT_IN_USE:
            raise
        raise NotInOrganization(
            "The account belongs to no organization",
            where=region,
            why=error.why,
            remedy="Sign in to the management account of the organization, or verify this one account alone.",
        ) from error
    return Organization(
        id=str(found["Id"]),
        management_account=str(found["MasterAccountId"]),
        all_features=found.get("FeatureSet") == "ALL",
    )


def tags_of(aws: Aws, account: str, region: str) -> Mapping[str, str]:
    """The tags that the organization gave an account.

    Raises:
        NotAdministrator: when the caller may not see them.
        CannotLook: when AWS does not answer.
    """
    client: Any = aws.client("organizations", region)
    return {
        str(tag["Key"]): str(tag.get("Value", ""))
        for tag in listed(client, LIST_TAGS, "Tags", ResourceId=account)
    }


def account_of(account: Mapping[str, Any], units: tuple[str, ...]) -> OrganizationAccount:
    """An account as a listing gives it.

    Args:
        account: What the listing says.
        units: What it lies in, the outermost first.
    """
    return OrganizationAccount(
        id=str(account["Id"]),
        name=str(account.get("Name") or ""),
        # `State` replaces `Status`, which knows fewer words; an older endpoint has only the latter.
        state=str(account.get("State") or account.get("Status") or "UNKNOWN"),
        joined_at=account.get("JoinedTimestamp"),
        units=units,
    )


def listed(client: Any, action: str, key: str, **of: str) -> Iterator[dict[str, Any]]:
    """What a listing of AWS Organizations gives, page by page. Pages may be empty and still not be the last.

    Args:
        client: Of AWS Organizations.
        action: The IAM action of the listing.
        key: What its answer calls what it lists.
        of: What the listing is about.

    Raises:
        NotAdministrator: when the caller may not see it.
        CannotLook: when AWS does not answer.
    """
    operation = {
        LIST_ROOTS: "list_roots",
        LIST_UNITS: "list_organizational_units_for_parent",
        LIST_ACCOUNTS: "list_accounts_for_parent",
        LIST_ALL_ACCOUNTS: "list_accounts",
        LIST_TAGS: "list_tags_for_resource",
    }[action]
    where = ", ".join(of.values()) or "organization"
    token: dict[str, str] = {}
    while True:
        try:
            with asking(action, where):
                page = getattr(client, operation)(**of, **token)
        except AccessDenied as error:
            message = error.why.removeprefix(f"{error.code}: ")
            raise NotAdministrator(action=action, where=where, code=error.code, message=message) from error
        yield from page.get(key, ())
        if not page.get("NextToken"):
            return
        token = {"NextToken": str(page["NextToken"])}
