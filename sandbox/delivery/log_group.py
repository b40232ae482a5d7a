"""Sending events to CloudWatch Logs and notices of log files to SNS, for trails that have them.

Source: CloudTrail user guide, "Sending events to CloudWatch Logs" and "Configuring Amazon SNS notifications"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from moto.iam.models import iam_backends
from moto.logs.models import logs_backends
from moto.sns.models import sns_backends

from cloudtrail.resource_policies import allows, topic_policy
from sandbox.delivery.refusal import DeliveryRefused
from sandbox.delivery.scope import organization_id_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moto.cloudtrail.models import Trail

LARGEST_EVENT: Final = 256 * 1024
"""Bytes: CloudTrail does not send larger events to CloudWatch Logs."""


def send(trail: Trail, *, account: str, region: str, records: Sequence[dict[str, Any]]) -> None:
    """Put records into the trail's log group, in the stream of their account and Region.

    Raises:
        DeliveryRefused: when the group or the role is not there.
    """
    _, _, _, group_region, group_account, _, group, *_ = trail.cw_log_group_arn.split(":")
    if not _role_exists(trail.cw_role_arn):
        raise DeliveryRefused("AccessDenied")
    backend: Any = logs_backends[group_account][group_region]
    if group not in backend.groups:
        raise DeliveryRefused("ResourceNotFoundException")
    stream = "_".join(part for part in (organization_id_of(trail), account, "CloudTrail", region) if part)
    backend.ensure_log_stream(group, stream)
    texts = [(_milliseconds(record), json.dumps(record, separators=(",", ":"))) for record in records]
    events = [
        {"timestamp": time, "message": text}
        for time, text in sorted(texts)
        if len(text.encode()) <= LARGEST_EVENT
    ]
    if events:
        backend.put_log_events(group, stream, events)


def notify(trail: Trail, keys: Sequence[str]) -> None:
    """Tell the trail's topic which log files have arrived.

    Raises:
        DeliveryRefused: when the topic is not there, or its policy does not let the trail publish.
    """
    topic = sns_backends[trail.account_id][trail.region_name].topics.get(trail.topic_arn or "")
    if topic is None:
        raise DeliveryRefused("NotFound")
    if not may_announce(trail):
        raise DeliveryRefused("AuthorizationError")
    topic.publish(json.dumps({"s3Bucket": trail.bucket_name, "s3ObjectKey": list(keys)}))


def may_announce(trail: Trail) -> bool:
    """Whether the trail's topic is there, and its policy lets CloudTrail publish for this trail."""
    arn = trail.topic_arn or ""
    topic = sns_backends[trail.account_id][trail.region_name].topics.get(arn)
    needs = topic_policy(topic_arn=arn, trail_arn=trail.arn)["Statement"]
    return topic is not None and allows(json.loads(topic.policy), needs)


def _role_exists(arn: str | None) -> bool:
    if not arn:
        return False
    _, partition, _, _, account, _ = arn.split(":", 5)
    return any(role.arn == arn for role in list(iam_backends[account][partition].roles.values()))


def _milliseconds(record: dict[str, Any]) -> int:
    try:
        time = datetime.fromisoformat(str(record["eventTime"]))
    except (KeyError, ValueError):
        time = datetime.now(UTC)
    return int(time.timestamp() * 1000)
