"""What a stack's own program can find before it makes anything, as problems of its settings. Pure.

A program asks AWS only through its provider's functions: for the organization (`aws.organizations.get_organization`,
which every member may ask with `return_organization_only`), for the account (`aws.get_caller_identity`) and for Regions
(`aws.get_regions(all_regions=True)`). The rules are those of `meshtrail preflight`, which can ask for more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.errors import Problem
from cloudtrail.preflight_rules import why_region_unusable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ALL_FEATURES: Final = "ALL"
"""The feature set of an organization that may have a trail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationTold:
    """What AWS tells every member about its organization.

    Attributes:
        id: As `o-exampleorgid`.
        management_account: Twelve digits.
        feature_set: `ALL` or `CONSOLIDATED_BILLING`.
    """

    id: str
    management_account: str
    feature_set: str


def organization_problems(
    found: OrganizationTold, *, account: str, meant: str, management_account: str | None
) -> Iterator[Problem]:
    """Why a stack must not make an organization's trail from this account, in this organization.

    Args:
        found: The organization that the account is in.
        account: The account that is to call CreateTrail.
        meant: What the stack's `organization.id` says.
        management_account: What its `organization.managementAccount` says.
    """
    if found.id != meant:
        yield Problem(
            "organization.id",
            f"is {meant}, but account {account} belongs to {found.id}.",
            "Deploy with credentials of the organization that is meant, or correct the id.",
        )
        return
    if found.feature_set != ALL_FEATURES:
        yield Problem(
            "scope",
            f"is organization, but {found.id} has consolidated billing only.",
            "Enable all features (`aws organizations enable-all-features`), or write scope: multi-region.",
        )
    owner = management_account or account
    if owner != found.management_account:
        given = "is" if management_account else "is not given, so it is taken to be"
        yield Problem(
            "organization.managementAccount",
            f"{given} {owner}, but the management account of {found.id} is {found.management_account}.",
            f'Write managementAccount: "{found.management_account}". A trail of the organization can then be made '
            "there, or by a delegated administrator for CloudTrail.",
        )


def region_problems(states: Mapping[str, str], *, home: str, expected: Iterable[str]) -> Iterator[Problem]:
    """Why nothing can be recorded in a Region that a stack names.

    Args:
        states: The opt-in status of every Region of the account.
        home: The stack's Region.
        expected: Its `regions`.
    """
    for key, region in (("aws:region", home), *(("regions", one) for one in expected if one != home)):
        why = why_region_unusable(region, states)
        if why is not None:
            yield Problem(
                key,
                f"names {region}: {why}.",
                f"Enable it (`aws account enable-region --region-name {region}`), or name another.",
            )
