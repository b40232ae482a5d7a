"""What App Mesh itself reports: an Envoy proxy that connects to its control plane, or leaves it.

Source: App Mesh user guide, "Logging App Mesh API calls with AWS CloudTrail"
(docs.aws.amazon.com/app-mesh/latest/userguide/logging-using-cloudtrail.html).
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from cloudtrail import catalog
from cloudtrail.errors import MeshtrailError
from cloudtrail.partitions import Arn, MalformedArn
from sandbox.recorder.event import EVENT_VERSION, event_time

if TYPE_CHECKING:
    from collections.abc import Mapping

STATUSES: Final = ("ConnectionEstablished", "ConnectionGracefullyTerminated", "ConnectionTerminated")
_ROLE: Final = "EnvoyTaskRole"


class UnknownEnvoyEvent(MeshtrailError):
    """An Envoy event that App Mesh would not report."""


def stream_record(document: Mapping[str, Any]) -> dict[str, Any]:
    """The `StreamAggregatedResources` record of one proxy.

    Args:
        document: `{"nodeArn": "arn:aws:appmesh:...:mesh/M/virtualNode/N", "status"?: one of `STATUSES`,
            "region"?: the ARN's, "failureReason"?, "connectionId"?, "roleName"?}`.

    Raises:
        UnknownEnvoyEvent: when the ARN or the status is none of App Mesh's.
    """
    status = document.get("status", STATUSES[0])
    try:
        node = Arn.parse(str(document.get("nodeArn")))
    except MalformedArn as error:
        raise _refused(error.what) from error
    if node.service != "appmesh" or not node.account:
        raise _refused(f"{node} is not the ARN of a virtual node or gateway.")
    if status not in STATUSES:
        raise _refused(f"`status` has to be one of {', '.join(STATUSES)}, not {status!r}.")
    connection = str(document.get("connectionId") or uuid.uuid4())
    details = {"connectionId": connection, "nodeArn": str(node), "eventStatus": status}
    if status == "ConnectionTerminated":
        details["failureReason"] = str(document.get("failureReason") or "The proxy went away.")
    now = datetime.now(UTC)
    return {
        "eventVersion": EVENT_VERSION,
        "userIdentity": _identity(node, role=str(document.get("roleName") or _ROLE), moment=now),
        "eventTime": event_time(now),
        "eventSource": catalog.APP_MESH,
        "eventName": catalog.STREAM_AGGREGATED_RESOURCES.name,
        "awsRegion": str(document.get("region") or node.region),
        "sourceIPAddress": catalog.APP_MESH,
        "userAgent": catalog.APP_MESH,
        "requestParameters": None,
        "responseElements": None,
        "eventID": str(uuid.uuid4()),
        "readOnly": catalog.STREAM_AGGREGATED_RESOURCES.read_only,
        "eventType": catalog.STREAM_AGGREGATED_RESOURCES.event_type,
        "managementEvent": True,
        "recipientAccountId": node.account,
        "serviceEventDetails": details,
        "eventCategory": "Management",
    }


def _identity(node: Arn, *, role: str, moment: datetime) -> dict[str, Any]:
    session = "i-1234567890abcdef0"
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLEENVOYROLEX:{session}",
        "arn": str(Arn(node.partition, "sts", "", node.account, f"assumed-role/{role}/{session}")),
        "accountId": node.account,
        "accessKeyId": "ASIAEXAMPLEENVOYPROXY"[:20],
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLEENVOYROLEX",
                "arn": str(Arn(node.partition, "iam", "", node.account, f"role/{role}")),
                "accountId": node.account,
                "userName": role,
            },
            "attributes": {"creationDate": event_time(moment), "mfaAuthenticated": "false"},
        },
        "invokedBy": catalog.APP_MESH,
    }


def _refused(why: str) -> UnknownEnvoyEvent:
    return UnknownEnvoyEvent(
        "App Mesh would not report this",
        where="POST /_sandbox/envoy",
        why=why,
        remedy='Send {"nodeArn": "arn:aws:appmesh:eu-west-1:123456789012:mesh/M/virtualNode/N", "status": "..."}.',
    )
