"""Building one CloudTrail record from a call and its answer."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sandbox.ledger import CapturedEvent
from sandbox.recorder.classification import is_read_only
from sandbox.recorder.elements import parsed_response, request_parameters, response_elements
from sandbox.recorder.sources import GLOBAL_SERVICES, event_name, event_region, event_source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.callers import Caller
    from sandbox.recorder.call import Call

EVENT_VERSION: Final = "1.11"
LONGEST: Final = 1024
"""Bytes that a user agent, an error or a request id is truncated to."""

_REQUEST_ID_HEADERS: Final = ("x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id")
# STS is asked to give credentials out: that answer is logged although it changes nothing.
_READS_WITH_ELEMENTS: Final = frozenset(
    {
        *("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot"),
        *("GetFederationToken", "GetSessionToken"),
    }
)


def event_time(moment: datetime) -> str:
    """`eventTime`: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def build(
    call: Call,
    *,
    caller: Caller,
    region: str,
    moment: datetime,
    status: int,
    headers: Iterable[tuple[str, str]],
    body: bytes,
) -> list[CapturedEvent]:
    """The events of one answered call: one, or two when a role of another account was assumed.

    Args:
        call: The recognised call.
        caller: Who made it.
        region: The Region it was made in.
        moment: When it arrived, aware.
        status: The answer's HTTP status.
        headers: The answer's headers.
        body: The answer's body.
    """
    headers = list(headers)
    model = call.operation.service_model
    read_only = is_read_only(call.service, call.operation)
    parsed = parsed_response(call, status=status, headers=headers, body=body)
    error = parsed.get("Error") if status >= 300 else None  # noqa: PLR2004 - HTTP: everything from 300 is no success
    environ = call.request.environ
    answered = {name.lower(): value for name, value in headers}
    request_id = next((answered[name] for name in _REQUEST_ID_HEADERS if name in answered), None)
    withheld = error is not None or (read_only and call.operation.name not in _READS_WITH_ELEMENTS)
    record: dict[str, Any] = {
        "eventVersion": EVENT_VERSION,
        "userIdentity": caller.identity,
        "eventTime": event_time(moment),
        "eventSource": event_source(model),
        "eventName": event_name(call.service, call.operation.name),
        "awsRegion": event_region(call.service, region),
        "sourceIPAddress": caller.source_ip or _address(environ),
        "userAgent": (caller.user_agent or environ.get("HTTP_USER_AGENT", ""))[:LONGEST],
        **(_failure(call, error) if error is not None else {}),
        "requestParameters": request_parameters(call),
        "responseElements": None if withheld else response_elements(call, parsed),
        "requestID": request_id or str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": read_only,
        "eventType": "AwsApiCall",
        "apiVersion": model.api_version,
        "managementEvent": True,
        "recipientAccountId": caller.account,
        "eventCategory": "Management",
    }
    return [
        CapturedEvent.of(each, moment=moment, global_service=call.service in GLOBAL_SERVICES)
        for each in _with_the_roles_account(record)
    ]


def _with_the_roles_account(record: dict[str, Any]) -> list[dict[str, Any]]:
    # Both accounts log a role that is assumed across them, and a shared id ties the two together.
    role = (record["requestParameters"] or {}).get("roleArn")
    if record["eventName"] != "AssumeRole" or "errorCode" in record or not isinstance(role, str):
        return [record]
    account = role.split(":")[4]
    if account == record["recipientAccountId"]:
        return [record]
    shared = {"sharedEventID": str(uuid.uuid4())}
    identity = record["userIdentity"]
    outsider = {
        "type": "AWSAccount",
        "principalId": identity.get("principalId"),
        "accountId": identity["accountId"],
    }
    theirs = {
        **record,
        **shared,
        "userIdentity": outsider,
        "eventID": str(uuid.uuid4()),
        "recipientAccountId": account,
    }
    return [{**record, **shared}, theirs]


def _failure(call: Call, error: dict[str, Any]) -> dict[str, Any]:
    code = str(error.get("Code", "")) or "UnknownError"
    if call.service == "ec2":
        code = f"Client.{code}"
    else:
        # On the wire IAM says NoSuchEntity; in the record it is NoSuchEntityException, the model's name.
        named = (
            shape.name
            for shape in call.operation.error_shapes
            if shape.metadata.get("error", {}).get("code") == code
        )
        code = next(named, code)
    failure = {"errorCode": code[:LONGEST]}
    message = str(error.get("Message") or "")
    return {**failure, "errorMessage": message[:LONGEST]} if message else failure


def _address(environ: dict[str, Any]) -> str:
    # The sandbox listens on the loopback only; a test may say where it pretends to be.
    return environ.get("HTTP_X_FORWARDED_FOR", "").split(",")[0].strip() or environ.get("REMOTE_ADDR", "")
