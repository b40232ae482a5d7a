"""Error answers in the protocol a client speaks, for calls that never reach the service."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from sandbox.faults import Refusal


def answer(protocol: str, refusal: Refusal) -> Response:
    """The response that makes a client of `protocol` raise the refusal's code and message."""
    request_id = str(uuid.uuid4())
    headers = {"x-amzn-RequestId": request_id, "x-amz-request-id": request_id}
    if protocol in ("json", "rest-json", "smithy-rpc-v2-cbor"):
        headers |= {"x-amzn-ErrorType": refusal.code}
        body = json.dumps({"__type": refusal.code, "message": refusal.message})
        kind = "application/x-amz-json-1.1" if protocol == "json" else "application/json"
    else:
        body, kind = _xml(protocol, refusal, request_id), "text/xml"
    return Response(body, status=refusal.status, headers=headers, content_type=kind)


def _xml(protocol: str, refusal: Refusal, request_id: str) -> str:
    error = f"<Code>{escape(refusal.code)}</Code><Message>{escape(refusal.message)}</Message>"
    if protocol == "ec2":
        return (
            f"<Response><Errors><Error>{error}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
        )
    if protocol == "rest-xml":
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><Error>{error}<RequestId>{request_id}</RequestId></Error>'
        )
    error = f"<Error><Type>Sender</Type>{error}</Error>"
    return f"<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>"
