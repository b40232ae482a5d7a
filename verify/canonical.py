"""A record as every store should agree on it, and what two copies of one really differ in. Pure.

Stores write the same event in their own way: keys in another order, nulls left out, `1.0` for `1`. And AWS itself makes
copies differ, which is no alteration:

- A field beyond its limit is left out or cut, and an event data store for large events has other limits than a trail.
- A record may be delivered again with an `addendum`, which names the fields that AWS has updated.
- `eventContext` exists in event data stores only.

Sources: CloudTrail user guide, "CloudTrail record contents for management, data, and network activity events"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html), and "Quotas in
AWS CloudTrail".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtrail.record import Record

_ONLY_IN_LAKE: Final = frozenset({"eventContext"})

_FLAGS: Final = frozenset({"readOnly", "managementEvent", "sessionCredentialFromConsole", "mfaAuthenticated"})
"""Fields that are true or false, which some eventVersions write as text."""

_LEFT_OUT_BEYOND: Final = {
    "requestParameters": 100_000,
    "responseElements": 100_000,
    "serviceEventDetails": 100_000,
    "additionalEventData": 28_000,
}
"""Bytes of a field's JSON: 100 KB and 28 KB, whichever kilobyte AWS means."""
_CUT_BEYOND: Final = {"userAgent": 1000, "errorCode": 1000, "errorMessage": 1000, "requestID": 1000}
"""Characters of a text: 1 KB."""
_LARGE_EVENT: Final = 256_000
"""Bytes of a whole record, 256 KB: beyond it, any of these fields may be shortened."""

_BEYOND_UPDATE: Final = frozenset(
    {
        "eventTime",
        "eventSource",
        "eventName",
        "awsRegion",
        "recipientAccountId",
        "userIdentity",
        "sourceIPAddress",
    }
)
"""Who did what, when, from where: an addendum that names these excuses nothing, for it may be forged."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What a copy of a record differs in from the one that is believed, by top-level field.

    Attributes:
        altered: Fields that say something else.
        updated: Fields that AWS updated, as an addendum says.
        shortened: Fields that one of the two has only in part, or not at all, because they are too large.
    """

    altered: frozenset[str] = frozenset()
    updated: frozenset[str] = frozenset()
    shortened: frozenset[str] = frozenset()

    def __or__(self, other: Differences) -> Differences:
        """What either has."""
        return Differences(
            self.altered | other.altered, self.updated | other.updated, self.shortened | other.shortened
        )

    def unexcused(self) -> Differences:
        """The same where an addendum is no excuse."""
        return Differences(self.altered | self.updated, frozenset(), self.shortened)


_NONE: Final = Differences()


def differences(copy: Record, believed: Record) -> Differences:
    """What a copy of a record differs in from the one that is believed."""
    if copy.raw == believed.raw:
        return _NONE
    ours, theirs = canonical_record(copy), canonical_record(believed)
    differing = {key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)}
    updated = differing & (_updated(copy) | _updated(believed))
    # Not of the bytes as they came: whoever may write a copy can fill it up with blanks.
    large = max(_size(ours), _size(theirs)) > _LARGE_EVENT
    shortened = {
        key for key in differing - updated if _is_shortened(key, ours.get(key), theirs.get(key), large=large)
    }
    return Differences(frozenset(differing - updated - shortened), frozenset(updated), frozenset(shortened))


def canonical_record(record: Record) -> dict[str, str]:
    """A record's top-level fields, each as the one text that stands for what it says."""
    fields = {
        key: _text(key, value)
        for key, value in record.document().items()
        if value is not None and key not in _ONLY_IN_LAKE
    }
    fields["eventTime"] = _text("eventTime", record.event_time.isoformat())  # however it was written
    return fields


def original_event_id(record: Record) -> str | None:
    """The `eventID` of the event that this record is AWS's update of, if it is one."""
    original = _addendum(record).get("originalEventID")
    return original if isinstance(original, str) and original else None


def is_update(record: Record) -> bool:
    """Whether a record says that AWS has updated it."""
    return bool(_updated(record) - {"addendum"})


def _updated(record: Record) -> frozenset[str]:
    """The fields in which a record may differ from an earlier delivery of it."""
    addendum = _addendum(record)
    if not addendum:
        return frozenset()
    named = addendum.get("updatedFields")
    texts = cast("list[object]", named) if isinstance(named, list) else [named]
    fields = {
        name.partition(".")[0]
        for text in texts
        if isinstance(text, str)
        for name in re.findall(r"[\w.]+", text)
    }
    own = {"eventID", "requestID"} if original_event_id(record) else set[str]()
    return frozenset({"addendum"} | own | (fields - _BEYOND_UPDATE))


def _addendum(record: Record) -> dict[str, Any]:
    if b'"addendum"' not in record.raw:
        return {}
    addendum = record.document().get("addendum")
    return cast("dict[str, Any]", addendum) if isinstance(addendum, dict) else {}


def _is_shortened(key: str, one: str | None, other: str | None, *, large: bool) -> bool:
    short, long = sorted((one or "", other or ""), key=len)
    if key in _LEFT_OUT_BEYOND:
        return (large or len(long) > _LEFT_OUT_BEYOND[key]) and (not short or _is_left_out(short))
    if key in _CUT_BEYOND:
        if large and not short:
            return True
        kept = short.rstrip('"').rstrip(".")
        return len(kept) > _CUT_BEYOND[key] and long.startswith(kept)
    return False


def _size(said: Mapping[str, str]) -> int:
    """How many bytes a record has at least, written without blanks."""
    return sum(len(key) + len(text) + len('"":,') for key, text in said.items())


def _is_left_out(text: str) -> bool:
    """Whether CloudTrail wrote into a field's place that it left it out, along with size and reason."""
    value: Any = json.loads(text)
    return isinstance(value, dict) and cast("dict[str, Any]", value).get("omitted") is True


def _text(key: str, value: Any) -> str:
    return json.dumps(_canonical(key, value), sort_keys=True, separators=(",", ":"))


def _canonical(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        items = cast("Mapping[str, Any]", value).items()
        return {name: _canonical(name, item) for name, item in items if item is not None}
    if isinstance(value, list):
        return [_canonical("", item) for item in cast("list[Any]", value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if key in _FLAGS and value in ("true", "false"):
        return value == "true"
    return value
