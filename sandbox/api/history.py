"""LookupEvents and ListPublicKeys, which moto lacks."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Final

from sandbox.api.base import StatefulCloudTrailResponse
from sandbox.api.errors import AwsError
from sandbox.history.lookup import lookup

_DEFAULT_PERIOD: Final = timedelta(days=1)


class HistoryResponses(StatefulCloudTrailResponse):
    """What CloudTrail answers about the past."""

    def lookup_events(self) -> str:
        """Event history of the caller's account and the Region called, two calls a second."""
        place = (self.current_account, self.region)
        if not self.state.lookups.take(place):
            raise AwsError("ThrottlingException", "Rate exceeded")
        return json.dumps(lookup(self.state.history.visible(*place), self.parameters()))

    def list_public_keys(self) -> str:
        """The public keys that signed digests in this Region; without times, those of the last day."""
        request = self.parameters()
        now = datetime.now(UTC)
        end = _moment(request.get("EndTime")) or now
        start = _moment(request.get("StartTime")) or end - _DEFAULT_PERIOD
        if start > end:
            raise AwsError("InvalidTimeRangeException", "The start time is after the end time.")
        if request.get("NextToken") is not None:
            raise AwsError("InvalidTokenException", "The token is not one of this operation's.")
        keys = [
            {
                "Value": base64.b64encode(key.public).decode(),
                "Fingerprint": key.fingerprint,
                "ValidityStartTime": key.valid_from.timestamp(),
                "ValidityEndTime": key.valid_to.timestamp(),
            }
            for key in self.state.keys.valid(self.region, start=start, end=end)
        ]
        return json.dumps({"PublicKeyList": keys})


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromtimestamp(float(str(value)), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise AwsError("InvalidTimeRangeException", "The time is not one.") from error
