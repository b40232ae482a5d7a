"""What CloudTrail accepts in advanced event selectors: one table, and the limits.

Which field may be asked about, with which operators and values, depends on where the events go and on their
category. The table is read from https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html
(fields), API_AdvancedFieldSelector.html beside it (operators and values), and the user guide's pages on
management, data and network activity events. The consequence that matters most here: on a trail, management
events cannot be chosen by service or by name, so no trail can be "for App Mesh".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cloudtrail.selectors.event import DATA, MANAGEMENT, NETWORK_ACTIVITY
from cloudtrail.selectors.types import OPERATORS, Destination

_API: Final = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference"
_GUIDE: Final = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide"

FIELD_PAGE: Final = f"{_API}/API_AdvancedFieldSelector.html"
SELECTOR_PAGE: Final = f"{_API}/API_AdvancedEventSelector.html"
CLASSIC_PAGE: Final = f"{_API}/API_EventSelector.html"
DATA_RESOURCE_PAGE: Final = f"{_API}/API_DataResource.html"
PUT_PAGE: Final = f"{_API}/API_PutEventSelectors.html"
STORE_PAGE: Final = f"{_API}/API_CreateEventDataStore.html"
LIMITS_PAGE: Final = f"{_GUIDE}/WhatIsCloudTrail-Limits.html"
MANAGEMENT_PAGE: Final = f"{_GUIDE}/logging-management-events-with-cloudtrail.html"
DATA_PAGE: Final = f"{_GUIDE}/filtering-data-events.html"
NETWORK_PAGE: Final = f"{_GUIDE}/logging-network-events-with-cloudtrail.html"

MAX_VALUES: Final = 500
"""Values in all conditions of all advanced selectors of one trail or event data store."""

MAX_VALUE_LENGTH: Final = 2048
MAX_FIELD_LENGTH: Final = 1000
MAX_NAME_LENGTH: Final = 1000

MAX_STORE_SELECTORS: Final = 5
"""Advanced event selectors of one event data store. A trail has no such limit, only that on values."""

MAX_CLASSIC_SELECTORS: Final = 5
MAX_DATA_RESOURCES: Final = 250
"""ARNs in all classic selectors of a trail; an ARN that means a whole service does not count."""

EXCLUDABLE_SOURCES: Final = ("kms.amazonaws.com", "rdsdata.amazonaws.com")
"""The only services whose management events a trail can leave out."""

CLASSIC_RESOURCE_TYPES: Final = ("AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::S3::Object")

STORE_ONLY_CATEGORIES: Final = ("Insight", "ConfigurationItem", "Evidence", "ActivityAuditLog")
"""Categories that only an event data store takes, and that cannot be filtered any further."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What may be asked of one field.

    Attributes:
        page: The AWS page that says so.
        operators: API names of the allowed operators.
        values: The allowed values; empty means any.
        required: The selector is refused without the field.
        single: Exactly one value.
    """

    page: str
    operators: tuple[str, ...]
    values: tuple[str, ...] = ()
    required: bool = False
    single: bool = False


_ANY: Final = tuple(operator.wire for operator in OPERATORS)
_EQUALS: Final = ("Equals",)


def _category(name: str) -> FieldRule:
    return FieldRule(FIELD_PAGE, _EQUALS, (name,), required=True, single=True)


def _read_only(page: str) -> FieldRule:
    return FieldRule(page, _EQUALS, ("true", "false"), single=True)


def _console(page: str) -> FieldRule:
    return FieldRule(page, ("Equals", "NotEquals"), ("true",))


def _any(page: str) -> FieldRule:
    return FieldRule(page, _ANY)


_TRAIL_MANAGEMENT: Final = {
    "eventCategory": _category(MANAGEMENT),
    "readOnly": _read_only(MANAGEMENT_PAGE),
    "eventSource": FieldRule(FIELD_PAGE, ("NotEquals",), EXCLUDABLE_SOURCES),
}

_STORE_MANAGEMENT: Final = {
    "eventCategory": _category(MANAGEMENT),
    "readOnly": _read_only(MANAGEMENT_PAGE),
    "eventSource": _any(MANAGEMENT_PAGE),
    "eventName": _any(MANAGEMENT_PAGE),
    "eventType": _any(MANAGEMENT_PAGE),
    "userIdentity.arn": _any(MANAGEMENT_PAGE),
    "sessionCredentialFromConsole": _console(MANAGEMENT_PAGE),
}

_DATA: Final = {
    "eventCategory": _category(DATA),
    "resources.type": FieldRule(DATA_PAGE, _EQUALS, required=True, single=True),
    "readOnly": _read_only(DATA_PAGE),
    "eventSource": _any(DATA_PAGE),
    "eventName": _any(DATA_PAGE),
    "eventType": _any(DATA_PAGE),
    "resources.ARN": _any(DATA_PAGE),
    "userIdentity.arn": _any(DATA_PAGE),
    "sessionCredentialFromConsole": _console(DATA_PAGE),
}

_STORE_NETWORK: Final = {
    "eventCategory": _category(NETWORK_ACTIVITY),
    "eventSource": FieldRule(NETWORK_PAGE, _EQUALS, required=True, single=True),
    "eventName": _any(NETWORK_PAGE),
    "errorCode": FieldRule(NETWORK_PAGE, _EQUALS, ("VpceAccessDenied",)),
    "vpcEndpointId": _any(NETWORK_PAGE),
}

_TRAIL_NETWORK: Final = _STORE_NETWORK | {"userIdentity.arn": _any(FIELD_PAGE)}

FIELD_RULES: Final[dict[Destination, dict[str, dict[str, FieldRule]]]] = {
    Destination.TRAIL: {MANAGEMENT: _TRAIL_MANAGEMENT, DATA: _DATA, NETWORK_ACTIVITY: _TRAIL_NETWORK},
    Destination.EVENT_DATA_STORE: {
        MANAGEMENT: _STORE_MANAGEMENT,
        DATA: _DATA,
        NETWORK_ACTIVITY: _STORE_NETWORK,
        **{category: {"eventCategory": _category(category)} for category in STORE_ONLY_CATEGORIES},
    },
}
"""Destination, then event category, then field: what may be asked. A field that is not there may not be used."""

_LINE_BREAK: Final = re.compile("[\n\r\u0085\u2028\u2029]")


def is_one_line(text: str) -> bool:
    """Whether the text holds nothing that a dot does not match in the API's patterns for names and values."""
    return not _LINE_BREAK.search(text)
