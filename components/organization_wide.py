"""What a stack has beyond the record itself: the organization set up, and the verifier let in."""

import pulumi

from components.accounts import Accounts
from components.organization_access import OrganizationAccess
from components.settings import Settings
from components.verifier_role import VerifierRole
from components.verifier_stack_set import VerifierStackSet

Tags = dict[str, str]


def set_up_organization(
    name: str, settings: Settings, accounts: Accounts, tags: Tags
) -> list[pulumi.Resource]:
    """Set up what the settings ask for in the organization; gives what a trail of it comes after."""
    if not settings.sets_up_organization:
        return []
    chosen = settings.organization
    return [
        OrganizationAccess(
            f"{name}-organization",
            {
                "trusted_access": chosen.trusted_access,
                "delegated_administrator": chosen.delegated_administrator,
                "service_linked_role": chosen.service_linked_role,
                "tags": tags,
            },
            accounts.options(accounts.others.management),
        )
    ]


def let_verifier_in(name: str, settings: Settings, accounts: Accounts, tags: Tags) -> None:
    """Make the verifier's role where the settings want it."""
    role = settings.verifier_role
    if role.deploy == "off" or role.external_id is None:
        return
    # A StackSet leaves the management account out, so that account's role is made beside it.
    everywhere = role.deploy == "organization"
    options = accounts.options(accounts.others.management if everywhere else None)
    VerifierRole(
        f"{name}-verifier",
        {
            "role_name": role.name,
            "region": settings.home_region,
            "account": accounts.management if everywhere else accounts.own,
            "trusted": role.trusted,
            "external_id": role.external_id,
            "organization_id": settings.organization.id,
            "tags": tags,
        },
        options,
    )
    if everywhere and settings.organization.id is not None:
        VerifierStackSet(
            f"{name}-verifiers",
            {
                "stack_set_name": role.name,
                "role_name": role.name,
                "region": settings.home_region,
                "trusted": role.trusted,
                "external_id": role.external_id,
                "organization_id": settings.organization.id,
                "organizational_units": role.organizational_units,
                "tags": tags,
            },
            options,
        )
