"""Credentials that are good no more, and Regions that do not know them: refused before anything else is looked at.

Neither is recorded: CloudTrail writes what a principal did, and here there is none.
Sources: IAM user guide, "Troubleshoot IAM" (the token included in the request is expired), and AWS Account Management
reference guide, "Enable or disable AWS Regions in your account"
(docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sandbox.faults import Refusal
from sandbox.recorder.sources import GLOBAL_SERVICES

if TYPE_CHECKING:
    from sandbox.callers import Caller
    from sandbox.recorder.call import Call
    from sandbox.regions import RegionChoices

_EXPIRED: Final = {
    "json": ("ExpiredTokenException", 400),
    "rest-json": ("ExpiredTokenException", 403),
    "smithy-rpc-v2-cbor": ("ExpiredTokenException", 400),
    "query": ("ExpiredToken", 403),
    "rest-xml": ("ExpiredToken", 400),
    "ec2": ("RequestExpired", 400),
}
_UNKNOWN: Final = {
    "json": ("UnrecognizedClientException", 400),
    "rest-json": ("UnrecognizedClientException", 403),
    "smithy-rpc-v2-cbor": ("UnrecognizedClientException", 400),
    "query": ("InvalidClientTokenId", 403),
    "rest-xml": ("InvalidAccessKeyId", 403),
    "ec2": ("AuthFailure", 401),
}


def refusal_of(call: Call, caller: Caller, *, region: str, regions: RegionChoices) -> Refusal | None:
    """How AWS refuses credentials, or None when they are good here and now."""
    if caller.expires is not None and datetime.now(UTC) >= caller.expires:
        code, status = _EXPIRED.get(call.protocol, _EXPIRED["json"])
        return Refusal(code, "The security token included in the request is expired", status)
    if call.service not in GLOBAL_SERVICES and regions.refuses(caller.account, region):
        code, status = _UNKNOWN.get(call.protocol, _UNKNOWN["json"])
        return Refusal(code, "The security token included in the request is invalid.", status)
    return None
