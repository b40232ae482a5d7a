"""AWS Account Management's operations on Regions, which moto lacks, and EC2's DescribeRegions by account.

Sources: AWS Account Management API reference, EnableRegion and ListRegions
(docs.aws.amazon.com/accounts/latest/reference/API_EnableRegion.html), and EC2 API reference, DescribeRegions
(docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html): without `AllRegions` only those enabled for
the account are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

import moto.account.urls
from moto.account.responses import AccountResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.responses import EC2Response

from cloudtrail.partitions import partition_of
from sandbox.api.errors import AwsError
from sandbox.delivery.organizations import organization_of
from sandbox.regions import OLDEST

if TYPE_CHECKING:
    from sandbox.state import SandboxState

_OPERATIONS: Final = ("enableRegion", "disableRegion", "getRegionOptStatus", "listRegions")


def register() -> None:
    """Let moto's server route the operations on Regions. May be called any number of times."""
    paths: Any = moto.account.urls.url_paths
    paths |= {f"{{0}}/{name}$": AccountResponse.dispatch for name in _OPERATIONS}


class RegionsOfAccount(AccountResponse):
    """Account Management, with what it says of Regions.

    Attributes:
        state: The sandbox; set on the class that `sandbox.api.responses` makes for it.
    """

    state: ClassVar[SandboxState]

    def enable_region(self) -> EmptyResult:
        """Enable an opt-in Region; on AWS that takes minutes to hours, here it is done."""
        return self._choose(enabled=True)

    def disable_region(self) -> EmptyResult:
        """Disable an opt-in Region: its calls are refused from now on."""
        return self._choose(enabled=False)

    def get_region_opt_status(self) -> ActionResult:
        """Whether one Region is enabled."""
        region = str(self._get_param("RegionName"))
        return ActionResult({"RegionName": region, "RegionOptStatus": self._status(region)})

    def list_regions(self) -> ActionResult:
        """Every Region that EC2 knows, each with its status, on one page."""
        asked = self._get_param("RegionOptStatusContains") or []
        names = sorted(region.name for region in _regions(self.partition))
        found = [{"RegionName": name, "RegionOptStatus": self._status(name)} for name in names]
        return ActionResult(
            {"Regions": [each for each in found if not asked or each["RegionOptStatus"] in asked]}
        )

    def _choose(self, *, enabled: bool) -> EmptyResult:
        region = str(self._get_param("RegionName"))
        if region in OLDEST:
            raise AwsError("ValidationException", f"{region} is enabled by default and cannot be changed.")
        self.state.regions.choose(self._account(), region, enabled=enabled)
        return EmptyResult()

    def _status(self, region: str) -> str:
        if region in OLDEST:
            return "ENABLED_BY_DEFAULT"
        chosen = self.state.regions.chosen(self._account(), region)
        return "ENABLED" if chosen else "DISABLED"

    def _account(self) -> str:
        account = str(self._get_param("AccountId") or self.current_account)
        if account != self.current_account:
            organization = organization_of(account, partition=self.partition)
            if organization is None or not organization.answers(self.current_account):
                raise AwsError("AccessDeniedException", f"You may not ask about account {account}.")
        return account


class RegionsOfEc2(EC2Response):
    """EC2, whose Regions are those of the account that asks.

    Attributes:
        state: The sandbox; set on the class that `sandbox.api.responses` makes for it.
    """

    state: ClassVar[SandboxState]

    def describe_regions(self) -> ActionResult:
        """The Regions enabled in the account, or with `AllRegions`, or by name, the others too."""
        names = self._get_param("RegionNames", [])
        everything = self._get_bool_param("AllRegions") or bool(names)
        found = [
            {"RegionName": each.name, "Endpoint": each.endpoint, "OptInStatus": self._status(each)}
            for each in _regions(self.partition)
            if not names or each.name in names
        ]
        return ActionResult(
            {"Regions": [each for each in found if everything or each["OptInStatus"] != "not-opted-in"]}
        )

    def _status(self, region: Any) -> str:
        chosen = self.state.regions.chosen(self.current_account, region.name)
        if chosen is None:
            return region.opt_in_status
        return "opted-in" if chosen else "not-opted-in"


def _regions(partition: str) -> list[Any]:
    """The Regions of a partition. EC2's backend tells them as well, once it has given the account a network."""
    known: list[Any] = RegionsAndZonesBackend.regions
    return [region for region in known if partition_of(region.name) == partition]
