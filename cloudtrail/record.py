"""CloudTrail's event record, read from the bytes of a log file, whatever its `eventVersion`.

Only what meshtrail asks about is typed; the exact JSON of the record stays beside it in `Record.raw`, so an
unknown field is never lost. Every field is optional that some eventVersion lacks (1.05 has no
`managementEvent`), and what cannot be read is set aside with a reason, never dropped and never raised from
the middle of a file.

Source: CloudTrail user guide, "CloudTrail record contents"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec.structs import force_setattr

from cloudtrail.errors import MeshtrailError
from cloudtrail.nesting import is_nested_deeper

EXCERPT: Final = 200
"""How many characters of an unreadable record are shown; the rest is evidence for the file, not for a report."""


SCRAPS: Final = 10_000
"""How many records a file may have that are smaller than a record can be; a larger file of scraps is not listed."""
_SMALLEST: Final = 80
"""No record is smaller, in bytes: it takes as many to write the four fields that every event has."""


DEEPEST: Final = 100
"""How many objects and lists of a record may lie in each other. The deepest that AWS's services take, DynamoDB's items,
are below 70; what lies much deeper could be read here, and would exhaust the stack of whoever looks at it later."""


class MalformedRecord(MeshtrailError):
    """Bytes that should hold a CloudTrail record do not."""


class SessionIssuer(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """Who gave out temporary credentials: a role, a user, or the account's root."""

    type: str | None = None
    principal_id: str | None = None
    arn: str | None = None
    account_id: str | None = None
    user_name: str | None = None


class SessionAttributes(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """When temporary credentials were made, and whether with MFA (`"true"` or `"false"`)."""

    creation_date: str | None = None
    mfa_authenticated: str | bool | None = None


class WebIdFederationData(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """The identity provider behind temporary credentials."""

    federated_provider: str | None = None
    attributes: dict[str, Any] | None = None


class SessionContext(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """Where temporary credentials come from."""

    session_issuer: SessionIssuer | None = None
    attributes: SessionAttributes | None = None
    web_id_federation_data: WebIdFederationData | None = None
    source_identity: str | None = None


class OnBehalfOf(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """The IAM Identity Center user behind a call."""

    user_id: str | None = None
    identity_store_arn: str | None = None


class UserIdentity(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """`userIdentity`: who called, as CloudTrail writes it."""

    type: str | None = None
    principal_id: str | None = None
    arn: str | None = None
    account_id: str | None = None
    access_key_id: str | None = None
    user_name: str | None = None
    invoked_by: str | None = None
    session_context: SessionContext | None = None
    on_behalf_of: OnBehalfOf | None = None
    identity_provider: str | None = None
    credential_id: str | None = None


class Record(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """One CloudTrail event: the fields meshtrail asks about, and all the others in `raw`.

    `event_time` is aware and in UTC. Names that camel case does not give are renamed one by one.

    Attributes:
        raw: The record's own JSON, byte for byte as the store holds it.
    """

    event_time: datetime
    event_source: str
    event_name: str
    aws_region: str
    event_id: str | None = msgspec.field(default=None, name="eventID")
    event_version: str | None = None
    event_type: str | None = None
    event_category: str | None = None
    read_only: bool | str | None = None
    management_event: bool | str | None = None
    recipient_account_id: str | None = None
    source_ip_address: str | None = msgspec.field(default=None, name="sourceIPAddress")
    user_agent: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    request_id: str | None = msgspec.field(default=None, name="requestID")
    shared_event_id: str | None = msgspec.field(default=None, name="sharedEventID")
    api_version: str | None = None
    user_identity: UserIdentity | None = None
    request_parameters: dict[str, Any] | None = None
    response_elements: dict[str, Any] | None = None
    service_event_details: dict[str, Any] | None = None
    vpc_endpoint_id: str | None = None
    session_credential_from_console: str | bool | None = None
    # Not on the wire: no field of CloudTrail's is called so, and read_record() always sets it.
    raw: bytes = msgspec.field(default=b"", name="@raw")

    def document(self) -> dict[str, Any]:
        """The whole record, unknown fields included."""
        return _decode_document(self.raw)

    @property
    def account(self) -> str | None:
        """The account the event belongs to: who received it, else who called."""
        return self.recipient_account_id or (self.user_identity.account_id if self.user_identity else None)

    @property
    def is_read(self) -> bool | None:
        """`readOnly` as a boolean, or None where the record does not say."""
        value = self.read_only
        if isinstance(value, str):
            return {"true": True, "false": False}.get(value.lower())
        return value


class SetAside(msgspec.Struct, frozen=True):
    """Something in a store that is not a readable record, kept with the reason.

    Attributes:
        index: Its place in the file, or None when the file as a whole cannot be read.
        reason: Why it cannot be read.
        excerpt: Its first characters.
    """

    index: int | None
    reason: str
    excerpt: str


class LogFile(msgspec.Struct, frozen=True):
    """What a log file holds: the records, and what is none."""

    records: list[Record]
    set_aside: list[SetAside]


class _Envelope(msgspec.Struct):
    records: list[msgspec.Raw] = msgspec.field(name="Records")


_decode_envelope: Final = msgspec.json.Decoder(_Envelope).decode
_decode_record: Final = msgspec.json.Decoder(Record).decode
_decode_document: Final = msgspec.json.Decoder(dict[str, Any]).decode


def read_record(raw: bytes) -> Record:
    """Read one record from its JSON.

    Raises:
        MalformedRecord: when the bytes are not JSON, not an object, lack what makes an event one (`eventTime`,
            `eventSource`, `eventName` and `awsRegion`), name a time that no calendar has in UTC, or are nested
            deeper than `DEEPEST`.
    """
    try:
        record = _decode_record(raw)
        document = _decode_document(
            raw
        )  # a field that is not typed here may still hold what is no JSON value
        time = _utc(record.event_time)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise MalformedRecord("A record cannot be read", why=str(error)) from error
    if _is_too_deep(raw, document):
        raise MalformedRecord("A record cannot be read", why=f"it is nested deeper than {DEEPEST} levels")
    force_setattr(record, "raw", bytes(raw))
    force_setattr(record, "event_time", time)
    return record


def read_log_file(body: bytes) -> LogFile:
    """Read a log file's JSON (already inflated): `{"Records": [...]}`.

    Never raises for what the file holds. A file that is not CloudTrail's is one `SetAside` without an index.
    """
    raws, whole = split_log_file(body)
    records: list[Record] = []
    set_aside: list[SetAside] = [whole] if whole else []
    for index, raw in enumerate(raws):
        try:
            records.append(read_record(bytes(raw)))
        except MalformedRecord as error:
            set_aside.append(SetAside(index, error.why, excerpt(bytes(raw))))
    return LogFile(records, set_aside)


def split_log_file(body: bytes) -> tuple[list[msgspec.Raw], SetAside | None]:
    """The JSON of each record of a log file, none of them read yet; or why the file as a whole is none."""
    try:
        envelope = _decode_envelope(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return [], SetAside(None, f"not a CloudTrail log file: {error}", excerpt(body))
    if len(envelope.records) > max(SCRAPS, len(body) // _SMALLEST):
        # Millions of scraps in a file that somebody made up would take minutes and gigabytes to list one by one.
        reason = f"not a CloudTrail log file: {len(envelope.records)} records in {len(body)} bytes"
        return [], SetAside(None, reason, excerpt(body))
    return envelope.records, None


def excerpt(raw: bytes) -> str:
    """The first characters of what cannot be read."""
    return raw[:EXCERPT].decode("utf-8", errors="replace")


def _is_too_deep(raw: bytes, document: dict[str, Any]) -> bool:
    # Counting is cheap, and hardly any record has as many brackets at all.
    return raw.count(b"{") + raw.count(b"[") > DEEPEST and is_nested_deeper(document, DEEPEST)


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
