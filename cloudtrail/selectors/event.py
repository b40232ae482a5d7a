"""What of an event a selector can see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

MANAGEMENT: Final = "Management"
DATA: Final = "Data"
NETWORK_ACTIVITY: Final = "NetworkActivity"


@dataclass(frozen=True, slots=True)
class EventResource:
    """A resource an event names.

    Attributes:
        type: `AWS::S3::Object` and the like, or None when the record does not say.
        arn: Its ARN, or None.
    """

    type: str | None = None
    arn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectableEvent:
    """The fields of a CloudTrail event that selectors compare. None means that the event lacks the field.

    Attributes:
        event_category: `Management`, `Data`, `NetworkActivity`, ...
        event_source: The service, e.g. `appmesh.amazonaws.com`.
        event_name: The operation.
        event_type: `AwsApiCall`, `AwsServiceEvent`, ...
        read_only: Whether it only read.
        user_identity_arn: Who made the call; AWS services have no ARN.
        session_credential_from_console: True when the call came from a console session; records say so or
            say nothing.
        resources: The resources it names.
        error_code: Why it failed, when it failed.
        vpc_endpoint_id: The endpoint it came through, if any.
    """

    event_category: str | None = MANAGEMENT
    event_source: str | None = None
    event_name: str | None = None
    event_type: str | None = None
    read_only: bool | None = None
    user_identity_arn: str | None = None
    session_credential_from_console: bool | None = None
    resources: tuple[EventResource, ...] = ()
    error_code: str | None = None
    vpc_endpoint_id: str | None = None

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> SelectableEvent:
        """See a CloudTrail record as selectors see it.

        Nothing in the record is trusted: a field of the wrong type counts as absent. Records of before
        eventVersion 1.07 have no `eventCategory` and those of before 1.06 no `managementEvent`; a record
        that says neither is a management event, which is all that App Mesh writes.

        Args:
            document: One element of a log file's `Records`, parsed.

        Returns:
            The event; never raises.
        """
        return cls(
            event_category=_text(document.get("eventCategory"))
            or (DATA if document.get("managementEvent") is False else MANAGEMENT),
            event_source=_text(document.get("eventSource")),
            event_name=_text(document.get("eventName")),
            event_type=_text(document.get("eventType")),
            read_only=_flag(document.get("readOnly")),
            user_identity_arn=_text(_member(document.get("userIdentity"), "arn")),
            session_credential_from_console=_flag(document.get("sessionCredentialFromConsole")),
            resources=_resources(document.get("resources")),
            error_code=_text(document.get("errorCode")),
            vpc_endpoint_id=_text(document.get("vpcEndpointId")),
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: object) -> bool | None:
    # Log files hold JSON booleans in some fields and the words "true" and "false" in others.
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def _member(value: object, key: str) -> object:
    return cast("Mapping[str, Any]", value).get(key) if isinstance(value, Mapping) else None


def _resources(value: object) -> tuple[EventResource, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return tuple(EventResource(_text(_member(item, "type")), _text(_member(item, "ARN"))) for item in items)
