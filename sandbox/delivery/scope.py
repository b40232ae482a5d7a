"""Which trails an event is for: by account, Region, logging state and selectors.

Source: CloudTrail user guide, "Understanding multi-Region trails and opt-in Regions" and "Global service
events" (docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html).
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from moto.cloudtrail.models import Trail, cloudtrail_backends

from cloudtrail.partitions import partition_of
from cloudtrail.selectors.event import SelectableEvent
from cloudtrail.selectors.matching import matches
from cloudtrail.selectors.reading import read_selectors
from sandbox.delivery.organizations import organization_of

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtrail.selectors.reading import Selectors
    from sandbox.delivery.organizations import Organization
    from sandbox.ledger import CapturedEvent


def all_trails() -> list[Trail]:
    """Every trail of every account, in its home Region."""
    return [
        trail
        for account in list(cloudtrail_backends.values())
        for backend in list(account.values())
        for trail in list(backend.trails.values())
    ]


def trail_wants(trail: Trail, event: CapturedEvent, *, stopped_at: datetime | None) -> bool:
    """Whether a trail records an event: it was logging, the event is in its scope, and its selectors take it.

    Args:
        trail: The trail, as it is now.
        event: The event.
        stopped_at: When logging was last stopped: the call that stops it is the last to be recorded.
    """
    logging = trail.status.is_logging or (stopped_at is not None and event.captured_at <= stopped_at)
    return logging and _in_scope(trail, event) and _selects(trail, event)


def _in_scope(trail: Trail, event: CapturedEvent) -> bool:
    if partition_of(event.region) != trail.partition or event.account not in accounts_of(trail):
        return False
    if trail.is_multi_region:
        return True
    # Global services log in one Region, so a trail there sees them unless it leaves them out.
    return event.region == trail.region_name and (
        trail.include_global_service_events or not event.global_service
    )


def accounts_of(trail: Trail) -> frozenset[str]:
    """The accounts whose events a trail records."""
    organization = _organization_of(trail)
    return organization.members if organization else frozenset({trail.account_id})


def organization_id_of(trail: Trail) -> str | None:
    """The organization whose id the trail's keys carry, or None for a trail of one account."""
    organization = _organization_of(trail)
    return organization.identifier if organization else None


def _organization_of(trail: Trail) -> Organization | None:
    return organization_of(trail.account_id, partition=trail.partition) if trail.is_org_trail else None


def _selects(trail: Trail, event: CapturedEvent) -> bool:
    wire = {
        "EventSelectors": trail.event_selectors,
        "AdvancedEventSelectors": trail.advanced_event_selectors,
    }
    return matches(_selectors(json.dumps(wire)), SelectableEvent.from_document(event.record))


@lru_cache(maxsize=64)
def _selectors(text: str) -> Selectors:
    # Every event asks for them, and they change when somebody puts others.
    return read_selectors(json.loads(text))
