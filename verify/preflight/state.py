"""What preflight asks AWS, each question once, and only when a check needs the answer.

Sources: AWS Organizations API reference, ListAWSServiceAccessForOrganization and ListDelegatedAdministrators
(docs.aws.amazon.com/organizations/latest/APIReference/), EC2 API reference, DescribeRegions
(docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from cloudtrail.partitions import trail_arn
from cloudtrail.preflight_rules import CLOUDTRAIL_ACCESS, NOT_OPTED_IN, Standing, standing_of
from verify.aws import asking
from verify.discovery.event_data_stores import store_arns
from verify.discovery.trails import visible_trails
from verify.organization.accounts import NotInOrganization, organization_of
from verify.preflight.caller import GET_CALLER_IDENTITY, Caller
from verify.preflight.once import once
from verify.preflight.paging import pages
from verify.preflight.plan import Scope
from verify.threads import threads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from verify.aws import Aws
    from verify.organization.accounts import Organization
    from verify.preflight.plan import Plan

Answer = TypeVar("Answer")

LIST_SERVICE_ACCESS: Final = "organizations:ListAWSServiceAccessForOrganization"
LIST_ADMINISTRATORS: Final = "organizations:ListDelegatedAdministrators"
_SIDE_BY_SIDE: Final = 8
"""How many Regions are asked at a time; CloudTrail allows ten such calls a second in each."""


class PreflightState:
    """The account as it is before anything is provisioned.

    Every property and method raises `CannotLook` when AWS does not answer.

    Args:
        plan: What is about to be provisioned.
        aws: The session that would provision it, or one that may read in its place.
    """

    def __init__(self, plan: Plan, *, aws: Aws) -> None:
        self.plan = plan
        self.aws = aws

    @once
    def caller(self) -> Caller:
        """Who asks."""
        home = self.plan.home_region
        with asking(GET_CALLER_IDENTITY, home):
            answer = self.aws.client("sts", home).get_caller_identity()
        return Caller(str(answer["Account"]), str(answer["Arn"]))

    @once
    def organization(self) -> Organization | None:
        """The account's organization; None: it is in none."""
        try:
            return organization_of(self.aws, self.plan.home_region)
        except NotInOrganization:
            return None

    @once
    def service_access(self) -> frozenset[str]:
        """The service principals that have trusted access in the organization."""
        client: Any = self.aws.client("organizations", self.plan.home_region)
        found = pages(
            client.list_aws_service_access_for_organization,
            "EnabledServicePrincipals",
            action=LIST_SERVICE_ACCESS,
            where="organization",
        )
        return frozenset(str(one["ServicePrincipal"]) for one in found)

    @once
    def administrators(self) -> frozenset[str]:
        """The delegated administrators for CloudTrail."""
        client: Any = self.aws.client("organizations", self.plan.home_region)
        found = pages(
            client.list_delegated_administrators,
            "DelegatedAdministrators",
            action=LIST_ADMINISTRATORS,
            where="organization",
            ServicePrincipal=CLOUDTRAIL_ACCESS,
        )
        return frozenset(str(one["Id"]) for one in found)

    def standing(self, organization: Organization) -> Standing:
        """What the caller's account is in its organization; only of a member is more than its number asked."""
        account, management = self.caller.account, organization.management_account
        delegated = frozenset[str]() if account == management else self.administrators
        return standing_of(account, management_account=management, delegated=delegated)

    @property
    def owner(self) -> str:
        """The account in the ARN of the trail: of an organization's trail, the management account."""
        spanning = self.organization if self.plan.spans_organization else None
        return spanning.management_account if spanning else self.caller.account

    @property
    def trail_arn(self) -> str:
        """The ARN that the trail is to have."""
        return trail_arn(region=self.plan.home_region, account=self.owner, name=self.plan.name)

    @once
    def opt_in(self) -> Mapping[str, str]:
        """The opt-in status of every Region of the partition, in the caller's account."""
        with asking("ec2:DescribeRegions", self.plan.home_region):
            answer: Any = self.aws.client("ec2", self.plan.home_region).describe_regions(AllRegions=True)
        return {str(one["RegionName"]): str(one.get("OptInStatus") or "") for one in answer["Regions"]}

    @property
    def regions(self) -> tuple[str, ...]:
        """The Regions in which the trail is to show: for more than one, every one that is enabled."""
        home = self.plan.home_region
        if self.plan.scope is Scope.SINGLE_REGION:
            return (home,)
        return tuple(sorted({home, *(one for one, status in self.opt_in.items() if status != NOT_OPTED_IN)}))

    @once
    def trails(self) -> Mapping[str, list[dict[str, Any]]]:
        """The trails that show in each of `regions`, shadows included."""
        return self._by_region(self.regions, lambda region: visible_trails(self.aws, region))

    @once
    def stores_at_home(self) -> list[str]:
        """The ARNs of the home Region's event data stores."""
        return store_arns(self.aws, self.plan.home_region)

    @once
    def stores_elsewhere(self) -> list[str]:
        """The ARNs of the event data stores of the other `regions`."""
        others = tuple(region for region in self.regions if region != self.plan.home_region)
        found = self._by_region(others, lambda region: store_arns(self.aws, region))
        return [arn for arns in found.values() for arn in arns]

    @staticmethod
    def _by_region(
        regions: tuple[str, ...], question: Callable[[str], list[Answer]]
    ) -> dict[str, list[Answer]]:
        with threads(min(_SIDE_BY_SIDE, len(regions)), name="preflight") as pool:
            return dict(zip(regions, pool.map(question, regions), strict=True))
