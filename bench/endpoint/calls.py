"""The calls of CloudTrail and STS that readers of a trail make. Everything else is refused, as a policy would."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from bench.corpus import ACCOUNT, REGION, TRAIL, TRAIL_ARN
from bench.endpoint.buckets import Answer, answer

if TYPE_CHECKING:
    from bench.corpus import Signer

_JSON: Final = "application/x-amz-json-1.1"
_EPOCH: Final = datetime(2013, 11, 13, tzinfo=UTC).timestamp()
"""Since when everything has been as it is."""
_STS: Final = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    f"<Arn>arn:aws:iam::{ACCOUNT}:user/bench</Arn><UserId>AIDABENCH</UserId><Account>{ACCOUNT}</Account>"
    "</GetCallerIdentityResult><ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata>"
    "</GetCallerIdentityResponse>"
).encode()


class Calls:
    """Answers calls to CloudTrail and STS.

    Args:
        signer: Whose public key ListPublicKeys gives.
    """

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self.bucket = ""

    def answer(self, target: str, body: bytes) -> Answer:
        """Answer a POST.

        Args:
            target: Its header `X-Amz-Target`; empty for STS, which is asked by form.
            body: Its body.
        """
        if not target:
            known = b"Action=GetCallerIdentity" in body
            return answer("200 OK", _STS, kind="text/xml") if known else answer("403 Forbidden")
        said = self._said(target.rpartition(".")[2])
        if said is None:
            refusal = {"__type": "AccessDeniedException", "Message": "The bench answers no such call."}
            return answer("400 Bad Request", json.dumps(refusal).encode(), kind=_JSON)
        return answer("200 OK", json.dumps(said).encode(), kind=_JSON)

    def _said(self, operation: str) -> dict[str, Any] | None:
        if operation == "DescribeTrails":
            return {"trailList": [self._trail()]}
        if operation == "GetTrail":
            return {"Trail": self._trail()}
        if operation == "GetTrailStatus":
            return {"IsLogging": True, "StartLoggingTime": _EPOCH}
        if operation == "ListPublicKeys":
            return {"PublicKeyList": [self._public_key()]}
        if operation == "LookupEvents":
            return {"Events": []}
        return None

    def _trail(self) -> dict[str, Any]:
        return {
            "Name": TRAIL,
            "TrailARN": TRAIL_ARN,
            "S3BucketName": self.bucket,
            "HomeRegion": REGION,
            "IsMultiRegionTrail": False,
            "IncludeGlobalServiceEvents": False,
            "IsOrganizationTrail": False,
            "LogFileValidationEnabled": True,
            "HasCustomEventSelectors": False,
            "HasInsightSelectors": False,
        }

    def _public_key(self) -> dict[str, Any]:
        return {
            "Value": base64.b64encode(self._signer.public).decode(),
            "Fingerprint": self._signer.fingerprint,
            "ValidityStartTime": _EPOCH,
            "ValidityEndTime": _EPOCH + 50 * 365 * 86_400,
        }
