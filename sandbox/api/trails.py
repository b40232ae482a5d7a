"""Trails: moto's, with what AWS checks and tells besides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.cloudtrail.models import cloudtrail_backends

from sandbox.api.base import StatefulCloudTrailResponse
from sandbox.api.errors import AwsError
from sandbox.api.trail_checks import check_new, check_whole
from sandbox.api.trail_lookup import find_trail, find_trail_to_change, trails_seen_from
from sandbox.delivery.organizations import organization_of

if TYPE_CHECKING:
    from datetime import datetime

    from moto.cloudtrail.models import CloudTrailBackend, Trail

    from sandbox.delivery.desk import Outcome


class TrailResponses(StatefulCloudTrailResponse):
    """Everything about trails but their selectors."""

    @property
    def cloudtrail_backend(self) -> CloudTrailBackend:
        """Where the trail a request names is kept: a delegated administrator works on the management account's."""
        return cloudtrail_backends[self._keeper()][self.region]

    def create_trail(self) -> str:
        """Make a trail, not logging yet, if it could deliver."""
        request = self.parameters()
        name = str(request.get("Name", ""))
        owner = self._owner_to_be(request)
        check_new(name, account=owner, region=self.region)
        backend = cloudtrail_backends[owner][self.region]
        trail = backend.create_trail(
            name=name,
            bucket_name=request.get("S3BucketName", ""),
            s3_key_prefix=request.get("S3KeyPrefix") or "",
            sns_topic_name=_topic_name(request.get("SnsTopicName")),
            is_global=request.get("IncludeGlobalServiceEvents", True),
            is_multi_region=request.get("IsMultiRegionTrail", False),
            log_validation=request.get("EnableLogFileValidation", False),
            is_org_trail=request.get("IsOrganizationTrail", False),
            cw_log_group_arn=request.get("CloudWatchLogsLogGroupArn") or "",
            cw_role_arn=request.get("CloudWatchLogsRoleArn") or "",
            kms_key_id=request.get("KmsKeyId") or "",
            tags_list=request.get("TagsList") or [],
        )
        try:
            check_whole(trail)
        except AwsError:
            del backend.trails[name]
            raise
        return json.dumps(_settings(trail))

    def update_trail(self) -> str:
        """Change a trail from its home Region, if it could still deliver."""
        request = self.parameters()
        trail = self._to_change(request.get("Name"))
        before = dict(vars(trail))
        try:
            trail.update(
                s3_bucket_name=request.get("S3BucketName"),
                s3_key_prefix=request.get("S3KeyPrefix"),
                sns_topic_name=None
                if "SnsTopicName" not in request
                else _topic_name(request["SnsTopicName"]),
                include_global_service_events=request.get("IncludeGlobalServiceEvents"),
                is_multi_region_trail=request.get("IsMultiRegionTrail"),
                enable_log_file_validation=request.get("EnableLogFileValidation"),
                is_organization_trail=request.get("IsOrganizationTrail"),
                cw_log_group_arn=request.get("CloudWatchLogsLogGroupArn"),
                cw_role_arn=request.get("CloudWatchLogsRoleArn"),
                kms_key_id=request.get("KmsKeyId"),
            )
            trail.check_topic_exists()
            check_whole(trail)
        except Exception:
            vars(trail).update(before)
            raise
        if trail.log_validation != before["log_validation"]:
            self.state.courier.validation_changed(trail)
        return json.dumps(_settings(trail))

    def delete_trail(self) -> str:
        """Delete a trail; what it has captured is still delivered."""
        trail = self._to_change(self.parameters().get("Name"))
        del cloudtrail_backends[trail.account_id][trail.region_name].trails[trail.trail_name]
        trail.stop_logging()
        self.state.courier.trail_deleted(trail)
        return "{}"

    def get_trail(self) -> str:
        """One trail, by name in its home Region or by ARN from wherever it is seen."""
        return json.dumps({"Trail": _described(self._seen(self.parameters().get("Name")))})

    def describe_trails(self) -> str:
        """The trails seen from here, shadow trails included unless the request leaves them out."""
        request = self.parameters()
        names = set(request.get("trailNameList") or [])
        shadows = request.get("includeShadowTrails", True)
        trails = [
            trail
            for trail in trails_seen_from(self.current_account, self.region)
            if (shadows or self._is_here(trail))
            and (not names or trail.arn in names or (trail.trail_name in names and self._is_here(trail)))
        ]
        return json.dumps({"trailList": [_described(trail) for trail in trails]})

    def list_trails(self) -> str:
        """Name, ARN and home Region of the trails seen from here."""
        trails = trails_seen_from(self.current_account, self.region)
        return json.dumps({"Trails": [trail.short() for trail in trails]})

    def start_logging(self) -> str:
        """Record from now on."""
        trail = self._to_change(self.parameters().get("Name"))
        if not trail.status.is_logging:
            trail.start_logging()
            self.state.courier.logging_started(trail)
        return "{}"

    def stop_logging(self) -> str:
        """Record no more; what was captured is still delivered."""
        trail = self._to_change(self.parameters().get("Name"))
        if trail.status.is_logging:
            trail.stop_logging()
            self.state.courier.logging_stopped(trail)
        return "{}"

    def get_trail_status(self) -> str:
        """Whether a trail is logging, and how its last deliveries from the caller's account and Region went."""
        trail = self._seen(self.parameters().get("Name"))
        desk, here = self.state.courier.desk(trail), (self.current_account, self.region)
        status: dict[str, Any] = {
            "IsLogging": trail.status.is_logging,
            "StartLoggingTime": _seconds(desk.logging_since),
            "StopLoggingTime": _seconds(desk.stopped_at),
            "TimeLoggingStarted": _text(desk.logging_since),
            "TimeLoggingStopped": _text(desk.stopped_at),
            **_outcome("Delivery", desk.logs[here]),
            **_outcome("DigestDelivery", desk.digests[here]),
            **_outcome("CloudWatchLogsDelivery", desk.log_group),
            **_outcome("Notification", desk.notifications),
        }
        return json.dumps({key: value for key, value in status.items() if value is not None})

    def _owner_to_be(self, request: dict[str, Any]) -> str:
        """Whose trail a new one will be: a delegated administrator makes the management account's."""
        organization = organization_of(self.current_account, partition=self.partition)
        account = self.current_account
        if organization is None or account not in organization.administrators:
            return account
        return organization.management if request.get("IsOrganizationTrail") else account

    def _keeper(self) -> str:
        """The account whose trail a request names by its ARN, if the caller may work on it; else the caller's."""
        request = self.parameters()
        resources: list[object] = request.get("ResourceIdList") or []
        named = request.get("ResourceId") or request.get("TrailName") or next(iter(resources), None)
        owner = str(named).split(":")[4] if _is_trail_arn(named) else self.current_account
        organization = organization_of(self.current_account, partition=self.partition)
        if organization is None or self.current_account not in organization.administrators:
            return self.current_account
        return owner if owner == organization.management else self.current_account

    def _is_here(self, trail: Trail) -> bool:
        """Whether a trail is the caller's own, made in this Region, and no shadow."""
        return trail.region_name == self.region and trail.account_id == self.current_account

    def _seen(self, name: object) -> Trail:
        return find_trail(str(name), account=self.current_account, region=self.region)

    def _to_change(self, name: object) -> Trail:
        return find_trail_to_change(str(name), account=self.current_account, region=self.region)


def _is_trail_arn(named: object) -> bool:
    return isinstance(named, str) and named.startswith("arn:") and ":trail/" in named


def _topic_name(name_or_arn: str | None) -> str:
    # moto builds the ARN from the name; AWS takes either.
    return (name_or_arn or "").rpartition(":")[2]


def _settings(trail: Trail) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "Name": trail.trail_name,
        "S3BucketName": trail.bucket_name,
        "S3KeyPrefix": trail.s3_key_prefix or None,
        "SnsTopicName": trail.sns_topic_name or None,
        "SnsTopicARN": trail.topic_arn,
        "IncludeGlobalServiceEvents": trail.include_global_service_events,
        "IsMultiRegionTrail": trail.is_multi_region,
        "TrailARN": trail.arn,
        "LogFileValidationEnabled": trail.log_validation,
        "CloudWatchLogsLogGroupArn": trail.cw_log_group_arn or None,
        "CloudWatchLogsRoleArn": trail.cw_role_arn or None,
        "KmsKeyId": trail.kms_key_id or None,
        "IsOrganizationTrail": trail.is_org_trail,
    }
    return {key: value for key, value in settings.items() if value is not None}


def _described(trail: Trail) -> dict[str, Any]:
    return {
        **_settings(trail),
        "HomeRegion": trail.region_name,
        "HasCustomEventSelectors": bool(trail.event_selectors or trail.advanced_event_selectors),
        "HasInsightSelectors": bool(trail.insight_selectors),
    }


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else round(moment.timestamp(), 3)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _outcome(kind: str, outcome: Outcome) -> dict[str, Any]:
    return {f"Latest{kind}Time": _seconds(outcome.time), f"Latest{kind}Error": outcome.error}
