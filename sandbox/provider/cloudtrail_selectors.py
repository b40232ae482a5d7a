"""Event selectors in the provider's words, and the rules the provider has for them.

The provider knows the fields by name, the same ones in a trail and in an event data store. What each field
and operator is legal for is CloudTrail's own matter, and its answer.
Names: `startsWiths` here is `StartsWith` in the CloudTrail API.
"""

from __future__ import annotations

from typing import Any, Final

from sandbox.provider.casing import from_aws, to_aws
from sandbox.provider.properties import Block, Flag, ListOf, Property, Text

FIELDS: Final = (
    *("errorCode", "eventCategory", "eventName", "eventSource", "eventType", "readOnly"),
    *("resources.ARN", "resources.type", "sessionCredentialFromConsole", "userIdentity.arn", "vpcEndpointId"),
)
"""What the provider takes for a field: since its version 7 (that is, terraform-provider-aws 6.1; pull request
43091 there) every field CloudTrail's reference names, though its own documentation lists six."""

_NAMES: Final = {
    "startsWiths": "StartsWith",
    "notStartsWiths": "NotStartsWith",
    "endsWiths": "EndsWith",
    "notEndsWiths": "NotEndsWith",
}
_VALUES: Final = Property(kind=ListOf(item=Text(shortest=1, longest=2048), fewest=1))
"""A list to the provider, unlike the field selectors, which are a set: values in another order are a difference."""

ADVANCED: Final = ListOf(
    item=Block(
        {
            "fieldSelectors": Property(
                kind=ListOf(
                    item=Block(
                        {
                            "field": Property(kind=Text(choices=FIELDS), required=True),
                            **dict.fromkeys(
                                (
                                    *("equals", "notEquals", "startsWiths"),
                                    *("notStartsWiths", "endsWiths", "notEndsWiths"),
                                ),
                                _VALUES,
                            ),
                        }
                    ),
                    fewest=1,
                    unordered=True,
                ),
                required=True,
            ),
            "name": Property(kind=Text(longest=1000)),
        }
    )
)

CLASSIC: Final = ListOf(
    item=Block(
        {
            "dataResources": Property(
                kind=ListOf(
                    item=Block(
                        {
                            "type": Property(
                                kind=Text(
                                    choices=(
                                        "AWS::S3::Object",
                                        "AWS::Lambda::Function",
                                        "AWS::DynamoDB::Table",
                                    )
                                ),
                                required=True,
                            ),
                            "values": Property(kind=ListOf(item=Text(), most=250), required=True),
                        }
                    )
                )
            ),
            "excludeManagementEventSources": Property(
                kind=ListOf(item=Text(choices=("kms.amazonaws.com", "rdsdata.amazonaws.com")), unordered=True)
            ),
            "includeManagementEvents": Property(kind=Flag(), default=True),
            "readWriteType": Property(kind=Text(choices=("All", "ReadOnly", "WriteOnly")), default="All"),
        }
    ),
    most=5,
)

INSIGHTS: Final = ListOf(
    item=Block(
        {
            "insightType": Property(
                kind=Text(choices=("ApiCallRateInsight", "ApiErrorRateInsight")), required=True
            )
        }
    ),
    unordered=True,
)


def to_api(selectors: list[Any]) -> list[Any]:
    """Selectors, of any of the three sorts, as the CloudTrail API takes them."""
    return to_aws(selectors, _NAMES)


def from_api(selectors: list[Any]) -> list[Any]:
    """Selectors as the CloudTrail API gives them, in the provider's words; empty lists are left out."""
    return [_without_empty(selector) for selector in from_aws(selectors, _NAMES)]


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_empty(item) for key, item in value.items() if item not in ([], None, "")}
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value
