"""Records that cannot have been delivered under the key they lie under. Pure.

CloudTrail writes a log file for one account and Region, and its records say both: `recipientAccountId` and `awsRegion`.
Source: CloudTrail user guide, "CloudTrail record contents"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Container

GLOBAL_REGIONS: Final = frozenset({"us-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1"})
"""The Regions in which global services log. Trails of one Region that were created before November 2021 take their
events along, into the folder of their own Region."""


class _Place(msgspec.Struct, gc=False, rename="camel"):
    aws_region: str | None = None
    recipient_account_id: str | None = None


class _Envelope(msgspec.Struct):
    records: list[msgspec.Raw] = msgspec.field(name="Records")


_decode_envelope: Final = msgspec.json.Decoder(_Envelope).decode
_decode_place: Final = msgspec.json.Decoder(_Place).decode
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def contradiction(content: bytes, *, account: str, region: str, also: Container[str] = ()) -> str:
    """What in a log file belongs to another account or Region, in words; empty when nothing does.

    What cannot be read as a record contradicts nothing.

    Args:
        content: The log file, inflated.
        account: The account in its key.
        region: The Region in its key.
        also: Regions whose records it may hold as well.
    """
    try:
        records = _decode_envelope(content).records
    except _UNREADABLE:
        return ""
    for index, raw in enumerate(records):
        try:
            place = _decode_place(raw)
        except _UNREADABLE:
            continue
        if place.recipient_account_id not in (None, account):
            return f"its record {index} was recorded for account {place.recipient_account_id}, not {account}"
        if place.aws_region not in (None, region) and place.aws_region not in also:
            return f"its record {index} was recorded in Region {place.aws_region}, not {region}"
    return ""
