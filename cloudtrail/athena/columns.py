"""The fields of a CloudTrail record as Athena's columns: the names in lower case, and what is open is text of JSON.

Source: Athena user guide, "Create a table for CloudTrail logs in Athena using partition projection". Columns that AWS's
statement leaves out (`managementevent`, `sourceidentity`) are added: the SerDe ignores what a table does not name.
"""

from __future__ import annotations

from typing import Final


def _struct(*names: str, **nested: str) -> str:
    fields = [f"{name}:string" for name in names]
    return f"struct<{','.join([*fields, *(f'{name}:{kind}' for name, kind in nested.items())])}>"


_SESSION_CONTEXT: Final = _struct(
    "sourceidentity",
    "ec2roledelivery",
    attributes=_struct("mfaauthenticated", "creationdate"),
    sessionissuer=_struct("type", "principalid", "arn", "accountid", "username"),
    webidfederationdata=_struct("federatedprovider", attributes="map<string,string>"),
)
_USER_IDENTITY: Final = _struct(
    *("type", "principalid", "arn", "accountid", "invokedby", "accesskeyid", "username", "identityprovider"),
    onbehalfof=_struct("userid", "identitystorearn"),
    sessioncontext=_SESSION_CONTEXT,
)
_TEXT: Final = (
    *("eventtime", "eventsource", "eventname", "awsregion", "sourceipaddress", "useragent", "errorcode"),
    *("errormessage", "requestparameters", "responseelements", "additionaleventdata", "requestid", "eventid"),
    *("readonly", "eventtype", "apiversion", "recipientaccountid", "serviceeventdetails", "sharedeventid"),
    *("vpcendpointid", "vpcendpointaccountid", "eventcategory", "sessioncredentialfromconsole"),
    *("edgedevicedetails", "managementevent"),
)

COLUMNS: Final[tuple[tuple[str, str], ...]] = (
    ("eventversion", "string"),
    ("useridentity", _USER_IDENTITY),
    *((name, "string") for name in _TEXT),
    ("resources", f"array<{_struct('arn', 'accountid', 'type')}>"),
    ("addendum", _struct("reason", "updatedfields", "originalrequestid", "originaleventid")),
    ("tlsdetails", _struct("tlsversion", "ciphersuite", "clientprovidedhostheader")),
)
"""Each column's name and Hive type; `readonly` and its like are the texts `true` and `false`."""
