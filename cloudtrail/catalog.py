"""Every event App Mesh writes to CloudTrail, frozen as data.

The list is not read from botocore: SDKs drop the services that AWS ends, and the record of App Mesh
outlives its API. Sources: App Mesh API version 2019-01-25 (38 operations) and the App Mesh user guide,
"Logging App Mesh API calls with AWS CloudTrail"
(docs.aws.amazon.com/app-mesh/latest/userguide/logging-using-cloudtrail.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

APP_MESH: Final = "appmesh.amazonaws.com"
"""The `eventSource` of every App Mesh event."""

API_VERSION: Final = "2019-01-25"

_RESOURCES: Final = (
    ("GatewayRoute", "GatewayRoutes"),
    ("Mesh", "Meshes"),
    ("Route", "Routes"),
    ("VirtualGateway", "VirtualGateways"),
    ("VirtualNode", "VirtualNodes"),
    ("VirtualRouter", "VirtualRouters"),
    ("VirtualService", "VirtualServices"),
)


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of App Mesh event.

    Attributes:
        name: The `eventName`.
        read_only: The `readOnly` flag CloudTrail gives it.
        event_type: `AwsApiCall` for an API operation, `AwsServiceEvent` for what the service itself reports.
    """

    name: str
    read_only: bool
    event_type: str = "AwsApiCall"


_READS: Final = tuple(
    Event(name, read_only=True)
    for singular, plural in _RESOURCES
    for name in (f"Describe{singular}", f"List{plural}")
)
_WRITES: Final = tuple(
    Event(f"{verb}{singular}", read_only=False)
    for singular, _ in _RESOURCES
    for verb in ("Create", "Update", "Delete")
)

OPERATIONS: Final[tuple[Event, ...]] = tuple(
    sorted(
        (
            *_READS,
            Event("ListTagsForResource", read_only=True),
            *_WRITES,
            Event("TagResource", read_only=False),
            Event("UntagResource", read_only=False),
        ),
        key=lambda event: event.name,
    )
)
"""The 38 operations of the App Mesh API: 15 reads and 23 writes, by name."""

STREAM_AGGREGATED_RESOURCES: Final = Event(
    "StreamAggregatedResources", read_only=False, event_type="AwsServiceEvent"
)
"""An Envoy proxy connected to, or left, App Mesh's control plane. CloudTrail counts it as a write."""

EVENTS: Final[tuple[Event, ...]] = (*OPERATIONS, STREAM_AGGREGATED_RESOURCES)
"""Everything App Mesh can write to CloudTrail: 39 events."""

SUCCESSORS: Final = ("ecs.amazonaws.com", "servicediscovery.amazonaws.com", "vpc-lattice.amazonaws.com")
"""Where AWS moves App Mesh users: ECS Service Connect, Cloud Map, VPC Lattice."""

_BY_NAME: Final = {event.name: event for event in EVENTS}


def by_name(name: str) -> Event | None:
    """The catalog's event of that `eventName`, or None."""
    return _BY_NAME.get(name)
