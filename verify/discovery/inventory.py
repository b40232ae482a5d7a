"""Every trail and event data store that may hold App Mesh's events, as a manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from cloudtrail.catalog import EVENTS
from cloudtrail.errors import MeshtrailError
from cloudtrail.manifest import Manifest
from cloudtrail.partitions import is_region, partition_of
from cloudtrail.selectors import explain
from verify.aws import asking
from verify.discovery.event_data_stores import FoundStore, read_store, store_arns
from verify.discovery.regions import enabled_regions
from verify.discovery.trails import FoundTrail, read_trail, visible_trails
from verify.progress import Silent
from verify.threads import threads
from verify.unforeseen import surviving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cloudtrail.selectors import Selectors
    from verify.aws import Aws
    from verify.progress import Watcher

ASKED_SIDE_BY_SIDE: Final = 8
"""How many Regions are asked at a time; CloudTrail allows ten such calls a second in each."""

DESCRIBE_ORGANIZATION: Final = "organizations:DescribeOrganization"

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


class NotARegion(MeshtrailError):
    """A Region is asked for that is none, or there is none to ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What there is.

    Attributes:
        account: The account that was asked.
        regions: The Regions that were asked.
        organization_id: The account's organization, where it was told.
        trails: The trails that record at least some App Mesh events, by ARN.
        stores: The event data stores that do, by ARN.
        others: ARNs of trails and event data stores that record none.
        unknown: What could not be asked, and why.
    """

    account: str
    regions: tuple[str, ...]
    organization_id: str | None
    trails: tuple[FoundTrail, ...]
    stores: tuple[FoundStore, ...]
    others: tuple[str, ...]
    unknown: tuple[MeshtrailError, ...]

    def manifest(self, *, event_sources: Sequence[str]) -> Manifest:
        """The same as a manifest: what is there now, as if it had been promised.

        Args:
            event_sources: The event sources to look for.
        """
        homes = [trail.promise.home_region for trail in self.trails]
        groups = [trail.promise.log_group_arn for trail in self.trails if trail.promise.log_group_arn]
        return Manifest(
            account=self.account,
            partition=partition_of(self.regions[0]),
            home_region=homes[0] if homes else self.regions[0],
            organization_id=self.organization_id,
            event_sources=tuple(event_sources),
            regions=self.regions,
            trails=tuple(trail.promise for trail in self.trails),
            event_data_stores=tuple(store.promise for store in self.stores),
            log_group=groups[0].rpartition(":")[2] if groups else None,
            discovered=True,
        )


def discover(aws: Aws, *, regions: Sequence[str] = (), watcher: Watcher | None = None) -> Inventory:
    """Find every trail and event data store, Region by Region.

    Args:
        aws: The session to ask with.
        regions: The Regions to ask; none: every one that is enabled and had App Mesh.
        watcher: Who watches the progress.

    Raises:
        CannotLook: when not even the account, or its Regions, can be told.
        NotARegion: naming what is none; or when there is no Region to ask.
    """
    wrong = [region for region in regions if not is_region(region)]
    if wrong:
        raise NotARegion(
            f"{', '.join(wrong)} is no Region", where="--region", remedy="Write it as us-east-1."
        )
    asked = tuple(dict.fromkeys(regions)) or enabled_regions(aws)
    if not asked:
        raise NotARegion(
            "None of the Regions that are enabled had App Mesh",
            where="ec2:DescribeRegions",
            remedy="Name those to look in with --region, or set the Region of the partition to ask: AWS_REGION.",
        )
    account = aws.account(asked[0])
    unknown: list[MeshtrailError] = []
    watched = (watcher or Silent()).step("Trails and event data stores of every Region")
    shown = _ask(lambda region: visible_trails(aws, region), asked, unknown, watched)
    listed = _ask(lambda region: store_arns(aws, region), asked, unknown, watched)
    described = {str(one["TrailARN"]): one for found in shown for one in found}
    trails = _ask(lambda one: read_trail(aws, one), described.values(), unknown, watched)
    stores = _ask(
        lambda arn: read_store(aws, arn), {arn for arns in listed for arn in arns}, unknown, watched
    )
    organization = any(trail.promise.scope == "organization" for trail in trails)
    organizations = _ask(
        lambda region: _organization(aws, region), asked[: int(organization)], unknown, watched
    )
    return Inventory(
        account=account,
        regions=asked,
        organization_id=next(iter(organizations), None),
        trails=tuple(sorted((t for t in trails if _records_any(t.selectors)), key=lambda t: t.promise.arn)),
        stores=tuple(sorted((s for s in stores if _records_any(s.selectors)), key=lambda s: s.promise.arn)),
        others=tuple(
            sorted(one.promise.arn for one in (*trails, *stores) if not _records_any(one.selectors))
        ),
        unknown=tuple(unknown),
    )


def _ask(
    question: Callable[[Asked], Answered],
    of: Iterable[Asked],
    unknown: list[MeshtrailError],
    watched: Callable[[int], None],
) -> list[Answered]:
    """The answers there are; why there is none for the others is noted."""

    def one(subject: Asked) -> Answered | MeshtrailError:
        try:
            with surviving("discovery"):
                return question(subject)
        except MeshtrailError as error:
            return error
        finally:
            watched(1)

    with threads(ASKED_SIDE_BY_SIDE, name="discovery") as pool:
        answers = list(pool.map(one, of))
    unknown += [answer for answer in answers if isinstance(answer, MeshtrailError)]
    return [answer for answer in answers if not isinstance(answer, MeshtrailError)]


def _organization(aws: Aws, region: str) -> str:
    with asking(DESCRIBE_ORGANIZATION, region):
        return str(aws.client("organizations", region).describe_organization()["Organization"]["Id"])


def _records_any(selectors: Selectors) -> bool:
    """Whether selectors take any App Mesh event in any circumstances."""
    always_missed = {
        name for group in explain(selectors).missed if group.always for name in group.event_names
    }
    return len(always_missed) < len(EVENTS)
