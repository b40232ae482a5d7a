"""CloudWatch Logs: moto's, with a FilterLogEvents that searches.

moto's leaves `logStreamNamePrefix` out of account, and answers a pattern on JSON fields with everything. Sources:
CloudWatch Logs API reference, FilterLogEvents
(docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html), and its user guide,
"Filter pattern syntax".
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.models import logs_backends
from moto.logs.responses import LogsResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LARGEST_PAGE: Final = 10_000
_TERM: Final = re.compile(r"""\(?\s*\$\.(?P<field>\w+)\s*=\s*"(?P<value>(?:[^"\\]|\\.)*)"\s*\)?""")


class SearchingLogsResponse(LogsResponse):
    """moto's CloudWatch Logs; its log events can be searched by stream and by JSON fields."""

    def filter_log_events(self) -> str:
        """A page of the log events of some streams, of a time, that match a pattern."""
        group = logs_backends[self.current_account][self.region].groups.get(self._get_param("logGroupName"))
        if group is None:
            raise ResourceNotFoundException
        names, prefix = self._get_param("logStreamNames"), self._get_param("logStreamNamePrefix")
        if names and prefix:
            raise InvalidParameterException(
                constraint="logStreamNames and logStreamNamePrefix exclude one another",
                parameter="logStreamNamePrefix",
                value=prefix,
            )
        start, end = self._get_param("startTime") or 0, self._get_param("endTime")
        wanted = terms(self._get_param("filterPattern") or "")
        found = [
            {**event.to_filter_dict(), "logStreamName": stream.log_stream_name}
            for stream in group.streams.values()
            if stream.log_stream_name in (names or [stream.log_stream_name])
            and stream.log_stream_name.startswith(prefix or "")
            for event in stream.events
            if start <= event.timestamp and (end is None or event.timestamp <= end)
            if matches(wanted, event.message)
        ]
        found.sort(key=lambda event: (event["timestamp"], event["eventId"]))
        return json.dumps(self._page(found))

    def _page(self, found: list[dict[str, Any]]) -> dict[str, Any]:
        limit = self._get_param("limit") or LARGEST_PAGE
        first = int(self._get_param("nextToken") or 0)
        more = {"nextToken": str(first + limit)} if first + limit < len(found) else {}
        return {"events": found[first : first + limit], "searchedLogStreams": [], **more}


def terms(pattern: str) -> dict[str, str]:
    """The fields a pattern wants, each with its value: `{ ($.field = "value") && ... }`, or nothing at all.

    Raises:
        InvalidParameterException: for every other pattern: an answer to a question not understood would be none.
    """
    inner = pattern.strip()
    if not inner:
        return {}
    if inner[0] == "{" and inner[-1] == "}":
        found = [_TERM.fullmatch(part.strip()) for part in inner[1:-1].split("&&")]
        if all(found):
            return {
                match["field"]: re.sub(r"\\(.)", r"\1", match["value"])
                for match in found
                if match is not None
            }
    raise InvalidParameterException(
        constraint="the sandbox searches JSON fields for a text", parameter="filterPattern", value=pattern
    )


def matches(wanted: Mapping[str, str], message: str) -> bool:
    """Whether a log event has the fields; one that is no JSON object has none."""
    if not wanted:
        return True
    try:
        said: Any = json.loads(message)
    except ValueError:
        return False
    return isinstance(said, dict) and _has(cast("dict[str, Any]", said), wanted.items())


def _has(said: Mapping[str, Any], wanted: Iterable[tuple[str, str]]) -> bool:
    """`*` stands for any text, as in AWS's patterns."""
    return all(
        isinstance(value := said.get(field), str)
        and re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), value) is not None
        for field, pattern in wanted
    )
