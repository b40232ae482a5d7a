"""AWS Organizations, as moto knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from moto.organizations.models import organizations_backends

CLOUDTRAIL: Final = "cloudtrail.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization.

    Attributes:
        identifier: `o-...`.
        management: The management account.
        members: Every account in it, the management account included.
        trusts_cloudtrail: Whether trusted access for CloudTrail is on.
        all_features: Whether it has all features, not consolidated billing alone.
        delegated: The accounts that are delegated administrators of any service.
        administrators: The ones that are CloudTrail's.
    """

    identifier: str
    management: str
    members: frozenset[str]
    trusts_cloudtrail: bool
    all_features: bool
    delegated: frozenset[str] = frozenset()
    administrators: frozenset[str] = frozenset()

    def answers(self, account: str) -> bool:
        """Whether an account is told about the others: the management account and delegated administrators are."""
        return account == self.management or account in self.delegated

    def may_own_stores(self, account: str) -> bool:
        """Whether an account may make and change what CloudTrail has of the whole organization."""
        return account == self.management or account in self.administrators


def organization_of(account: str, *, partition: str = "aws") -> Organization | None:
    """The organization an account belongs to, or None."""
    management, partition = organizations_backends.master_accounts.get(account, (account, partition))
    if management not in organizations_backends:
        return None
    backend: Any = organizations_backends[management][partition]
    if backend.org is None:
        return None
    admins = list(backend.admins)
    return Organization(
        identifier=backend.org.id,
        management=management,
        members=frozenset({management, *(each.id for each in list(backend.accounts))}),
        trusts_cloudtrail=any(each["ServicePrincipal"] == CLOUDTRAIL for each in list(backend.services)),
        all_features=backend.org.feature_set == "ALL",
        delegated=frozenset(each.account.id for each in admins),
        administrators=frozenset(each.account.id for each in admins if CLOUDTRAIL in each.services),
    )


def state_of(account: str, *, partition: str = "aws") -> str:
    """An account's state, as its organization tells it; `ACTIVE` for one in no organization."""
    management, partition = organizations_backends.master_accounts.get(account, (account, partition))
    if management not in organizations_backends:
        return "ACTIVE"
    backend: Any = organizations_backends[management][partition]
    return next((str(each.state) for each in list(backend.accounts) if each.id == account), "ACTIVE")
