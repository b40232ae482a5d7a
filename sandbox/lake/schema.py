"""The table an event data store is: documented columns, and how a CloudTrail record becomes a row of it.

Source: CloudTrail user guide, "Supported SQL schemas for event data stores"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html), section "CloudTrail
event record fields". Column and field names are lower case, as there; SQL finds them whatever the case.
Fields of a record that the schema does not list (`eventContext`, `credentialId`, ...) are in `eventjson` only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa

RESOURCE_FIELDS: Final = ("accountid", "type", "arn", "arnprefix")
"""The fields of one row of `resources`."""

_TEXT: Final = pa.string()
_TIME: Final = pa.timestamp("ms")
_MAP: Final = pa.map_(_TEXT, _TEXT)


def _struct(*names: str, **nested: pa.DataType) -> pa.DataType:
    return pa.struct([*((name, _TEXT) for name in names), *nested.items()])


_SESSION_CONTEXT: Final = pa.struct(
    [
        ("attributes", pa.struct([("creationdate", _TIME), ("mfaauthenticated", _TEXT)])),
        ("sessionissuer", _struct("type", "principalid", "arn", "accountid", "username")),
        ("webidfederationdata", _struct("federatedprovider", attributes=_MAP)),
        ("sourceidentity", _TEXT),
        ("ec2roledelivery", _TEXT),
        ("ec2issuedinvpc", _TEXT),
    ]
)
_USER_IDENTITY: Final = pa.struct(
    [
        *((name, _TEXT) for name in ("type", "principalid", "arn", "accountid", "accesskeyid", "username")),
        ("sessioncontext", _SESSION_CONTEXT),
        ("onbehalfof", _struct("userid", "identitystorearn")),
        # "credentiaisissuedto" is AWS's own spelling in this schema.
        ("inscopeof", _struct("sourcearn", "sourceaccount", "issuertype", "credentiaisissuedto")),
        ("invokedby", _TEXT),
        ("identityprovider", _TEXT),
    ]
)

SCHEMA: Final = pa.schema(
    [
        ("eventversion", _TEXT),
        ("useridentity", _USER_IDENTITY),
        ("eventtime", _TIME),
        ("eventsource", _TEXT),
        ("eventname", _TEXT),
        ("awsregion", _TEXT),
        ("sourceipaddress", _TEXT),
        ("useragent", _TEXT),
        ("errorcode", _TEXT),
        ("errormessage", _TEXT),
        ("requestparameters", _MAP),
        ("responseelements", _MAP),
        ("additionaleventdata", _MAP),
        ("requestid", _TEXT),
        ("eventid", _TEXT),
        ("readonly", pa.bool_()),
        ("resources", pa.list_(_struct(*RESOURCE_FIELDS))),
        ("eventtype", _TEXT),
        ("apiversion", _TEXT),
        ("managementevent", pa.bool_()),
        ("recipientaccountid", _TEXT),
        ("sharedeventid", _TEXT),
        ("annotation", _TEXT),
        ("vpcendpointid", _TEXT),
        ("vpcendpointaccountid", _TEXT),
        ("serviceeventdetails", _MAP),
        ("addendum", _MAP),
        ("edgedevicedetails", _MAP),
        ("insightdetails", _MAP),
        ("eventcategory", _TEXT),
        ("tlsdetails", _struct("tlsversion", "ciphersuite", "clientprovidedhostheader")),
        ("sessioncredentialfromconsole", _TEXT),
        ("eventjson", _TEXT),
        ("eventjsonchecksum", _TEXT),
    ]
)
"""One event, as Lake shows it. Times are UTC without a zone, to the millisecond."""

COLUMNS: Final = frozenset(SCHEMA.names)
MAP_COLUMNS: Final = frozenset(field.name for field in SCHEMA if pa.types.is_map(field.type))
BOOLEAN_COLUMNS: Final = frozenset(field.name for field in SCHEMA if pa.types.is_boolean(field.type))
TEXT_COLUMNS: Final = frozenset(field.name for field in SCHEMA if pa.types.is_string(field.type))

_RECORD_SPELLING: Final = {"credentiaisissuedto": "credentialsissuedto"}
_COMPACT: Final = (",", ":")
_YEARS: Final = (1700, 2200)
"""What ORC's nanoseconds can hold, with room to spare; a forged record may claim any year."""


def row(record: Mapping[str, Any]) -> dict[str, Any]:
    """One record as a row of `SCHEMA`.

    Maps hold text only: a nested object or list becomes compact JSON, a number or boolean its JSON
    spelling. What does not fit its column (a list where a struct belongs, an unreadable time) is null,
    never an error: the record as it came is in `eventjson`. `eventjsonchecksum` stays null: how AWS
    computes it is not documented.
    """
    fields = _lowered(record)
    fields["eventjson"] = json.dumps(record, separators=_COMPACT, ensure_ascii=False)
    fields.pop("eventjsonchecksum", None)
    return {field.name: _value(fields.get(field.name), field.type) for field in SCHEMA}


def event_time(text: object) -> datetime | None:
    """A record's time as naive UTC, or None when it is not one."""
    if not isinstance(text, str):
        return None
    try:
        time = datetime.fromisoformat(text)
        time = time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    except (ValueError, OverflowError):
        return None
    return time if _YEARS[0] <= time.year <= _YEARS[1] else None


def _value(value: Any, kind: pa.DataType) -> Any:  # noqa: PLR0911 # one return for each kind of column
    if value is None:
        return None
    if pa.types.is_string(kind):
        return _text(value)
    if pa.types.is_timestamp(kind):
        return event_time(value)
    if pa.types.is_boolean(kind):
        return {"true": True, "false": False}.get(str(value).lower())
    if pa.types.is_list(kind):
        return [_value(item, kind.value_type) for item in value] if isinstance(value, list) else None
    if not isinstance(value, Mapping):
        return None
    if pa.types.is_map(kind):
        return [(_text(key), None if item is None else _text(item)) for key, item in value.items()]
    fields = _lowered(value)
    return {field.name: _value(fields.get(_spelling(field.name)), field.type) for field in kind.fields}


def _spelling(name: str) -> str:
    return _RECORD_SPELLING.get(name, name)


def _lowered(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in mapping.items()}


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, separators=_COMPACT, ensure_ascii=False)
    # JSON may hold half a surrogate pair, which no UTF-8 column can.
    return text.encode("utf-8", "replace").decode("utf-8")
