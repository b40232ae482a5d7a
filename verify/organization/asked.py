"""What is asked of an organization's verification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.session import get_session

from cloudtrail.errors import MeshtrailError
from cloudtrail.partitions import APP_MESH_REGIONS, is_account, is_region, partition_of
from cloudtrail.verifier_permissions import ROLE_NAME
from verify.discovery.inventory import NotARegion
from verify.organization.budget import WORKERS
from verify.organization.claims import IDS, NO_EVENT_LOST
from verify.organization.sources import APP_MESH_ALONE, refuse_strange_sources

if TYPE_CHECKING:
    from collections.abc import Sequence


class NotAnAccount(MeshtrailError):
    """An account is asked for by something that is no account id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationOptions:
    """How to look.

    Attributes:
        role_name: The verifier's role in each account.
        external_id: What its trust asks for, if anything.
        accounts: The accounts to look at; none: all of the organization.
        regions: The Regions to look at; none: every one of the partition in which events may happen.
        log_archive_account: The account whose role reads the bucket of the organization's trail; None: the caller does.
        workers: How many calls are made at a time.
        organization: The organization that is meant, where that is known.
        sources: Whose events are looked for.
        decided: The ids of the claims that are asked for.
    """

    role_name: str = ROLE_NAME
    external_id: str | None = None
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    log_archive_account: str | None = None
    workers: int = WORKERS
    organization: str | None = None
    sources: tuple[str, ...] = APP_MESH_ALONE
    decided: tuple[str, ...] = IDS

    @property
    def asks_regions(self) -> bool:
        """Whether something is claimed of Regions; else no account is asked for more than its role."""
        return NO_EVENT_LOST.id in self.decided


def regions_of(asked: Sequence[str], home: str, sources: Sequence[str] = APP_MESH_ALONE) -> tuple[str, ...]:
    """The Regions of the matrix: those asked for, or every one of the partition in which events may happen.

    App Mesh was in some Regions only; where other services are, boto3 does not tell for certain, so that of these no
    Region of the partition is left out.

    Args:
        asked: Those asked for.
        home: A Region of the partition.
        sources: Whose events are looked for.

    Raises:
        NotARegion: when one of them is none of the partition. No account has such a Region enabled: its column would
            look like one where no event can happen.
    """
    partition = partition_of(home)
    of_app_mesh = {region for region in APP_MESH_REGIONS if partition_of(region) == partition}
    strange = sorted(set(asked) - of_app_mesh)
    others = set(sources) != set(APP_MESH_ALONE)
    known = set[str]()
    if strange or others:
        known |= {*get_session().get_available_regions("ec2", partition_name=partition)}
    if strange:
        wrong = [region for region in strange if not is_region(region) or region not in known]
        if wrong:
            raise NotARegion(
                f"{', '.join(wrong)} is no Region of the partition {partition}",
                where="--region",
                remedy="Write it as us-east-1; the partition is that of the session's Region.",
            )
    return tuple(sorted(set(asked) or (of_app_mesh | known if others else of_app_mesh)))


def refuse_strange(options: OrganizationOptions) -> None:
    """Refuse accounts and event sources that are none.

    Raises:
        NotAnAccount: naming them.
        NotASource: naming them.
    """
    refuse_strange_sources(options.sources)
    asked = (*options.accounts, *([options.log_archive_account] if options.log_archive_account else []))
    strange = [account for account in asked if not is_account(account)]
    if strange:
        raise NotAnAccount(
            f"{', '.join(strange)} is no account",
            where="--account, --log-archive-account",
            remedy="An account is twelve digits.",
        )
