"""What each trail and event data store would do with an event, from what AWS says of it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cloudtrail.errors import MeshtrailError
from verify.aws import Gone, NotThere
from verify.organization.cell import Candidate
from verify.organization.matrix import Catcher
from verify.organization.sources import missed_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verify.discovery.event_data_stores import FoundStore
    from verify.organization.shared import Trail

START_REMEDY: Final = "Start it (`aws cloudtrail start-logging`), and ask whoever stopped it why."
DELIVERY_REMEDY: Final = (
    "The code is S3's or KMS's answer to CloudTrail: mend the policy of the bucket or of the key; CloudTrail tries "
    "again for 30 days."
)
GONE_REMEDY: Final = "Provision it again: `pulumi up`."
INGESTION_REMEDY: Final = "Start it (`aws cloudtrail start-event-data-store-ingestion`), or restore it."


def of_trail(
    described: Mapping[str, Any], trail: Trail, status: Mapping[str, Any] | MeshtrailError
) -> Candidate:
    """What a trail would do with an event of a Region.

    Args:
        described: What DescribeTrails shows of it.
        trail: What is known of it from its home.
        status: Its status in the Region; or why that is not known.
    """
    catcher = Catcher(
        kind="trail", arn=trail.arn, organization=bool(described.get("IsOrganizationTrail", False))
    )
    if isinstance(status, Gone):
        return Candidate(catcher=catcher, idle="it does not exist", remedy=GONE_REMEDY)
    if isinstance(status, MeshtrailError):
        return Candidate(catcher=catcher, doubt=status)
    why = _why_idle(trail, status)
    if why is not None:
        idle, remedy = why
        return Candidate(catcher=catcher, idle=idle, remedy=remedy)
    if isinstance(trail.missed, MeshtrailError):
        return Candidate(catcher=catcher, doubt=trail.missed)
    return Candidate(catcher=catcher, missed=trail.missed)


def _why_idle(trail: Trail, status: Mapping[str, Any]) -> tuple[str, str] | None:
    """Why a trail takes nothing in, or its deliveries fail, and what to do about that; None: neither."""
    if not status.get("IsLogging"):
        return "it is not logging", START_REMEDY
    error = status.get("LatestDeliveryError")
    if error:
        return f"its last delivery failed with {error}", DELIVERY_REMEDY
    if isinstance(trail.bucket, NotThere):  # HeadBucket's 404: the status tells only of the last delivery
        return "its bucket does not exist", GONE_REMEDY
    return None


def of_store(store: FoundStore, sources: tuple[str, ...]) -> Candidate:
    """What an event data store would do with an event of these sources."""
    return Candidate(
        catcher=Catcher(
            kind="event-data-store", arn=store.promise.arn, organization=bool(store.promise.organization)
        ),
        missed=missed_by(store.selectors, sources),
        idle=store.why_idle,
        remedy=INGESTION_REMEDY,
    )
