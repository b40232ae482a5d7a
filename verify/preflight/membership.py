"""The organization: is it the right one, may it have an organization trail, and may this account create it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from cloudtrail.preflight_rules import CLOUDTRAIL_ACCESS, STACK_SETS_ACCESS
from verify.aws import AccessDenied
from verify.controls.base import Control
from verify.finding import cannot_tell, does_not_apply, fails, holds
from verify.organization.accounts import DESCRIBE_ORGANIZATION
from verify.preflight.state import LIST_ADMINISTRATORS, LIST_SERVICE_ACCESS, PreflightState
from verify.report.parts import Severity

if TYPE_CHECKING:
    from verify.finding import Finding

NOT_SPANNING: Final = "The trail is not to be an organization's."
NOT_A_MEMBER: Final = "The account belongs to no organization; see preflight.all-features."


class RightOrganization(Control[PreflightState]):
    """The account belongs to the organization that is meant."""

    id = "preflight.right-organization"
    title = "The account belongs to the organization that is meant"
    severity = Severity.CRITICAL
    actions = (DESCRIBE_ORGANIZATION,)
    remedy = (
        "Sign in to an account of the organization that is meant, or correct --organization-id. Nothing should be "
        "provisioned before: the trail's files lie below the organization's id."
    )

    def look(self, subject: PreflightState) -> Finding:
        """Compare with what DescribeOrganization tells."""
        meant = subject.plan.organization_id
        if meant is None:
            return does_not_apply("No organization is named: give --organization-id to have it compared.")
        found = subject.organization
        account = ("account", subject.caller.account)
        if found is None:
            return fails(f"The account belongs to no organization, and {meant} is meant.", account)
        facts = (account, ("organization", found.id), ("meant", meant))
        if found.id != meant:
            return fails(f"The account belongs to {found.id}, and {meant} is meant.", *facts)
        return holds(f"The account belongs to {meant}.", *facts)


class AllFeatures(Control[PreflightState]):
    """The organization has all features enabled."""

    id = "preflight.all-features"
    title = "The account belongs to an organization that has all features enabled"
    severity = Severity.CRITICAL
    actions = (DESCRIBE_ORGANIZATION,)
    remedy = (
        "Sign in to the management account or to a delegated administrator of the organization, and enable all "
        "features there (`aws organizations enable-all-features`; invited accounts have to agree). Without, "
        "provision a trail in each account: --scope multi-region."
    )

    def look(self, subject: PreflightState) -> Finding:
        """Read the feature set."""
        if not subject.plan.spans_organization:
            return does_not_apply(NOT_SPANNING)
        found = subject.organization
        if found is None:
            return fails(f"Account {subject.caller.account} belongs to no organization.")
        facts = (("organization", found.id), ("management account", found.management_account))
        if not found.all_features:
            return fails(f"{found.id} has consolidated billing only.", *facts)
        return holds(f"{found.id} has.", *facts)


class _TrustedAccess(Control[PreflightState]):
    """A service may act in the organization's accounts."""

    actions = (DESCRIBE_ORGANIZATION, LIST_SERVICE_ACCESS)
    principal: ClassVar[str]

    def look(self, subject: PreflightState) -> Finding:
        """Look for the service among those that have trusted access."""
        if not subject.plan.spans_organization:
            return does_not_apply(NOT_SPANNING)
        found = subject.organization
        if found is None:
            return does_not_apply(NOT_A_MEMBER)
        facts = (("service principal", self.principal), ("organization", found.id))
        if self.principal not in subject.service_access:
            return fails(f"Trusted access of {self.principal} is off in {found.id}.", *facts)
        return holds(f"Trusted access of {self.principal} is on in {found.id}.", *facts)


class CloudTrailAccess(_TrustedAccess):
    """CloudTrail has trusted access."""

    id = "preflight.trusted-access"
    title = "CloudTrail has trusted access in the organization"
    severity = Severity.HIGH
    principal = CLOUDTRAIL_ACCESS
    remedy = (
        "In the management account: `aws organizations enable-aws-service-access --service-principal "
        f"{CLOUDTRAIL_ACCESS}`. Without it CloudTrail answers CloudTrailAccessNotEnabledException."
    )


class StackSetsAccess(_TrustedAccess):
    """CloudFormation StackSets have trusted access."""

    id = "preflight.trusted-access-stack-sets"
    title = "CloudFormation StackSets have trusted access in the organization"
    severity = Severity.MEDIUM
    principal = STACK_SETS_ACCESS
    remedy = (
        "In the management account: `aws cloudformation activate-organizations-access`. Without it the verifier role "
        "cannot be deployed by a service-managed StackSet; a stack in each account can still bring it."
    )


class MaySpan(Control[PreflightState]):
    """The caller's account may create the organization's trail."""

    id = "preflight.may-span"
    title = "The account may create a trail for the organization"
    severity = Severity.CRITICAL
    actions = (DESCRIBE_ORGANIZATION, LIST_ADMINISTRATORS)
    remedy = (
        "Sign in to the management account, or have it register this one: `aws cloudtrail "
        "register-organization-delegated-admin --member-account-id ACCOUNT`. Three can be registered at most."
    )

    def look(self, subject: PreflightState) -> Finding:
        """Tell the management account, a delegated administrator and a member apart."""
        if not subject.plan.spans_organization:
            return does_not_apply(NOT_SPANNING)
        found = subject.organization
        if found is None:
            return does_not_apply(NOT_A_MEMBER)
        account = subject.caller.account
        facts = (("account", account), ("management account", found.management_account))
        try:
            standing = subject.standing(found)
        except AccessDenied as error:
            # A member may not ask, and neither may somebody whom nobody allowed to: the refusal does not say which.
            return cannot_tell(
                f"Account {account} is not the management account, {found.management_account}; whether it is a "
                "delegated administrator for CloudTrail was refused.",
                ("needs", LIST_ADMINISTRATORS),
                *facts,
                reason=(
                    f"{error.why} Only the management account and delegated administrators may ask: a plain member "
                    f"is refused whatever its policies say. Sign in to {found.management_account}, or allow "
                    f"{LIST_ADMINISTRATORS} in a delegated administrator."
                ),
            )
        facts = (*facts, ("may", standing.rights))
        if not standing.may_span:
            return fails(
                f"Account {account} is a member: neither the management account, {found.management_account}, nor a "
                "delegated administrator for CloudTrail.",
                *facts,
            )
        return holds(f"Account {account} is the organization's {standing}.", *facts)


MEMBERSHIP: tuple[Control[PreflightState], ...] = (
    RightOrganization(),
    AllFeatures(),
    CloudTrailAccess(),
    StackSetsAccess(),
    MaySpan(),
)
"""What is decided of the organization itself."""
