"""AWS Organizations, as moto knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.organizations.models import organizations_backends


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization.

    Attributes:
        identifier: `o-...`.
        management: The management account.
        members: Every account in it, the management account included.
        trusts_cloudtrail: Whether trusted access for CloudTrail is on.
        all_features: Whether it has all features, not consolidated billing alone.
    """

    identifier: str
    management: str
    members: frozenset[str]
    trusts_cloudtrail: bool
    all_features: bool


def organization_of(account: str, *, partition: str = "aws") -> Organization | None:
    """The organization an account belongs to, or None."""
    management, partition = organizations_backends.master_accounts.get(account, (account, partition))
    if management not in organizations_backends:
        return None
    backend: Any = organizations_backends[management][partition]
    if backend.org is None:
        return None
    cloudtrail = "cloudtrail.amazonaws.com"
    return Organization(
        identifier=backend.org.id,
        management=management,
        members=frozenset({management, *(each.id for each in list(backend.accounts))}),
        trusts_cloudtrail=any(each["ServicePrincipal"] == cloudtrail for each in list(backend.services)),
        all_features=backend.org.feature_set == "ALL",
    )
