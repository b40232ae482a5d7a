"""Request parameters and response elements, as CloudTrail writes them.

Members keep the model's names with a lower-case first letter, times read `Nov 22, 2026 1:05:09 PM`, binary
content is left out, and secrets are hidden. More than 100 KB is omitted whole.
Source: CloudTrail user guide, "CloudTrail record contents"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
"""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.awsrequest import HeadersDict
from botocore.parsers import ResponseParserError, create_parser
from moto.core.parse import PROTOCOL_PARSERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.recorder.call import Call

log: Final = logging.getLogger(__name__)

HIDDEN: Final = "HIDDEN_DUE_TO_SECURITY_REASONS"
LARGEST: Final = 100 * 1024
"""Bytes of JSON beyond which parameters or elements are omitted."""

# Secrets that botocore's models do not mark as such.
_SECRET_MEMBERS: Final = frozenset(
    {"SessionToken", "SecretAccessKey", "SAMLAssertion", "WebIdentityToken", "TokenCode"}
)
# S3's records name the bucket so; its model does not.
_RENAMED: Final = {"s3": {"Bucket": "bucketName"}}


def request_parameters(call: Call) -> dict[str, Any] | None:
    """What the caller asked for, or None when the operation takes nothing or what was sent cannot be read."""
    shape = call.operation.input_shape
    if shape is None:
        return None
    request = call.request
    try:
        parsed = PROTOCOL_PARSERS[call.protocol](call.operation).parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": request.data,
                "url_path": request.path,
                "url_params": call.uri_parameters,
            }
        )
        return _bounded(_written(shape, parsed, _RENAMED.get(call.service, {})))
    except (AttributeError, TypeError, ValueError, RecursionError):
        # A body of another shape than the operation's; the service refuses it, and the record says only that.
        return None


def response_elements(call: Call, parsed: dict[str, Any]) -> dict[str, Any] | None:
    """What the service answered, or None when it answered with nothing."""
    shape = call.operation.output_shape
    if shape is None:
        return None
    answer = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    return _bounded(_written(shape, answer, _RENAMED.get(call.service, {}))) or None


def parsed_response(
    call: Call, *, status: int, headers: Iterable[tuple[str, str]], body: bytes
) -> dict[str, Any]:
    """The answer as a client of botocore's sees it: members, or `Error` with `Code` and `Message`."""
    parser: Any = create_parser(call.protocol)
    response = {"status_code": status, "headers": HeadersDict(headers), "body": body}
    try:
        return parser.parse(response, call.operation.output_shape)
    except ResponseParserError:  # an answer of moto's that is none of AWS's
        log.warning("The answer to %s %s cannot be read", call.service, call.operation.name, exc_info=True)
        return {"Error": {"Code": f"HTTP{status}"}}


def timestamp(value: datetime) -> str:
    """A time inside parameters or elements, e.g. `Oct 18, 2019 3:00:49 PM`."""
    hour = value.hour % 12 or 12
    return f"{value:%b} {value.day}, {value.year} {hour}:{value:%M:%S %p}"


def _written(shape: Any, value: Any, renamed: dict[str, str]) -> Any:
    if value is not None and shape.metadata.get("sensitive"):
        return HIDDEN
    match shape.type_name, value:
        case "structure", dict():
            return _written_structure(shape, value, renamed)
        case "list", list():
            return [_written(shape.member, item, {}) for item in value]
        case "map", dict():
            return {str(key): _written(shape.value, item, {}) for key, item in value.items()}
        case "timestamp", datetime():
            return timestamp(value)
        case _:
            return value


def _written_structure(shape: Any, value: dict[Any, Any], renamed: dict[str, str]) -> Any:
    if shape.is_document_type:
        return value
    written: dict[str, Any] = {}
    for name, item in value.items():
        member = shape.members.get(name)
        if member is None or item is None or member.type_name == "blob":
            continue
        key = renamed.get(name) or name[:1].lower() + name[1:]
        written[key] = HIDDEN if name in _SECRET_MEMBERS else _written(member, item, {})
    return written


def _bounded(document: dict[str, Any] | None) -> dict[str, Any] | None:
    if document is None or len(json.dumps(document, default=str).encode()) > LARGEST:
        return None
    return document
