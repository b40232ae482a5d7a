"""Settings of stacks that span accounts: the organization, the log archive and the verifier's role."""

from typing import Annotated, Literal

from components.settings.section import (
    AccountId,
    ExternalId,
    OrganizationId,
    RoleName,
    Section,
    Trustee,
    UnitId,
    distinct,
    rule,
)


class OrganizationSettings(Section):
    """The AWS organization, for stacks that record more than their own account.

    What is set up in it (trusted access, the delegated administrator, the service-linked role) is the whole
    organization's, so a stack that goes, or no longer asks for it, leaves it as it is.
    """

    id: OrganizationId | None = None
    """The organization's id, `o-...`. Required with `scope: organization`."""
    management_account: AccountId | None = None
    """The organization's management account, which an organization trail's ARN carries. Not given: the account
    the stack is deployed to; give it when that is a delegated administrator."""
    management_role: RoleName | None = None
    """A role of the management account, which a stack of another account assumes for what only that account may
    do. Not given: the stack does it as itself, and has to be the management account's."""
    trusted_access: bool = False
    """Whether to let CloudTrail into the organization (trusted access), without which AWS refuses organization
    trails."""
    delegated_administrator: AccountId | None = None
    """The member account to register as CloudTrail's delegated administrator. Not given: none is registered."""
    service_linked_role: bool = False
    """Whether to create `AWSServiceRoleForCloudTrail` in the management account. AWS creates it by itself with
    the first organization trail, and with a registration above; where it is already there AWS refuses."""


class LogArchiveSettings(Section):
    """Another account, which holds the bucket and the key: who administers the trail cannot delete its files."""

    account: AccountId
    """The log archive's account."""
    role: RoleName
    """A role of that account, which the stack's own identity assumes to create bucket and key."""
    external_id: ExternalId | None = None
    """The external id that role asks for. Not given: none."""


class VerifierRoleSettings(Section):
    """The role `meshtrail verify` assumes: it reads, with exactly the actions `meshtrail permissions` prints."""

    deploy: Literal["off", "stack", "organization"] = "off"
    """`off`: none. `stack`: in the stack's account. `organization`: in the management account, and by a
    service-managed StackSet in every account of `organizationalUnits`, those that join later included. CloudFormation
    needs trusted access for that: `aws cloudformation activate-organizations-access`, once, from the management
    account."""
    name: RoleName = "MeshtrailVerifier"
    """The role's name, the same in every account."""
    external_id: ExternalId | None = None
    """The external id whoever assumes the role has to know. Required unless `deploy: off`."""
    trusted: Annotated[tuple[Trustee, ...], rule(distinct, "names somebody twice.", "Name each once.")] = ()
    """Who may assume it: accounts, or roles by their ARNs. Required unless `deploy: off`. With
    `organization.id` they have to be of that organization as well."""
    organizational_units: Annotated[
        tuple[UnitId, ...], rule(distinct, "names a unit twice.", "Name each once.")
    ] = ()
    """Roots (`r-...`) and organizational units (`ou-...`) whose accounts get the role. Required with
    `deploy: organization`."""
