"""An organization that answers from memory: every account sees one organization trail in each of its Regions.

Answers are of the form boto3 gives, so the survey reads them as it reads AWS's. Here and there App Mesh events
happened, in some Regions more than LookupEvents hands out at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from verify.lookup_events import EVENTS_PER_PAGE
from verify.organization.accounts import OrganizationAccount
from verify.organization.landing import Bucket
from verify.organization.shared import Shared, Trail
from verify.s3_objects import GET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtrail.errors import MeshtrailError
    from verify.aws import Aws
    from verify.discovery.event_data_stores import FoundStore
    from verify.organization.questions import Questions
    from verify.stores.base import Place

REGIONS: Final = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"),
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
)
"""The seventeen Regions that every account has from its beginning."""
MANAGEMENT: Final = "111111111111"
ORGANIZATION: Final = "o-exampleorgid"
NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
TRAIL: Final = f"arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:trail/mesh-audit"

_BUSY: Final = 20
"""One account and Region in so many had App Mesh events."""
_PAGES: Final = (1, 1, 3)
"""How many pages of them, by turns."""
_DESCRIBED: Final = {
    "TrailARN": TRAIL,
    "Name": "mesh-audit",
    "S3BucketName": "mesh-audit-logs",
    "IsOrganizationTrail": True,
    "IsMultiRegionTrail": True,
    "HomeRegion": "us-east-1",
}


def accounts(count: int) -> list[OrganizationAccount]:
    """So many active accounts."""
    return [
        OrganizationAccount(
            id=f"{123456789012 + number:012d}",
            name=f"workload-{number}",
            state="ACTIVE",
            joined_at=NOW - timedelta(days=400),
            units=("r-exmp", "ou-exmp-workload"),
        )
        for number in range(count)
    ]


def pages_of(account: str, region: str) -> int:
    """How many pages of Event history an account and Region fills; an empty one is asked for, too."""
    place = int(account) * len(REGIONS) + REGIONS.index(region)
    return 1 if place % _BUSY else _PAGES[place // _BUSY % len(_PAGES)]


def is_busy(account: str, region: str) -> bool:
    """Whether App Mesh events happened there."""
    return (int(account) * len(REGIONS) + REGIONS.index(region)) % _BUSY == 0


def shared() -> Shared:
    """What belongs to the whole organization: its trail, which records everything."""
    bucket = Bucket(name="mesh-audit-logs", region="us-east-1", prefix=None, organization=ORGANIZATION)
    return Shared(trails={TRAIL: Trail(arn=TRAIL, missed=frozenset(), bucket=bucket)}, stores=(), unknown=())


class Sessions:
    """Sessions in every account."""

    def of(self, account: str, region: str | None = None) -> Aws:
        """A session in an account, whichever Region's STS is asked."""
        del region
        return cast("Aws", _Account(account))

    def forget(self, account: str) -> None:
        """There is nothing to be let go."""


class AllLanded:
    """A bucket that holds every event; looking costs the call it costs."""

    async def missing(
        self,
        questions: Questions,
        wanted: Mapping[str, datetime],
        place: Place,
        store: Trail | FoundStore,
    ) -> frozenset[str] | MeshtrailError:
        """None of them."""
        del wanted, store
        return await questions.ask(GET, place.region, frozenset[str])


class _Account:
    """The session of one account."""

    def __init__(self, account: str) -> None:
        self._account = account

    def cloudtrail(self, region: str) -> _CloudTrail:
        return _CloudTrail(self._account, region)

    def client(self, service: str, region: str) -> _Ec2:
        del service, region
        return _Ec2()


class _Ec2:
    def describe_regions(self) -> dict[str, Any]:
        return {
            "Regions": [{"RegionName": region, "OptInStatus": "opt-in-not-required"} for region in REGIONS]
        }


class _CloudTrail:
    """CloudTrail in one account and Region."""

    def __init__(self, account: str, region: str) -> None:
        self._account = account
        self._region = region

    def describe_trails(self, **request: Any) -> dict[str, Any]:
        del request
        return {"trailList": [dict(_DESCRIBED)]}

    def get_trail_status(self, **request: Any) -> dict[str, Any]:
        del request
        return {"IsLogging": True}

    def list_event_data_stores(self, **request: Any) -> dict[str, Any]:
        del request
        return {"EventDataStores": []}

    def lookup_events(self, **request: Any) -> dict[str, Any]:
        if not is_busy(self._account, self._region):
            return {"Events": []}
        page = int(request.get("NextToken", 0))
        events = [
            {
                "EventId": f"{self._account}-{self._region}-{page}-{number}",
                "EventTime": NOW - timedelta(hours=1),
            }
            for number in range(EVENTS_PER_PAGE)
        ]
        more = {"NextToken": str(page + 1)} if page + 1 < pages_of(self._account, self._region) else {}
        return {"Events": events, **more}
