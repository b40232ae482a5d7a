"""Advanced event selectors in the forms the two resources take."""

from collections.abc import Sequence

import pulumi_aws as aws

from cloudtrail.selectors import AdvancedEventSelector, FieldSelector


def for_trail(
    selectors: Sequence[AdvancedEventSelector],
) -> list[aws.cloudtrail.TrailAdvancedEventSelectorArgs]:
    """As `aws.cloudtrail.Trail` takes them."""
    return [
        aws.cloudtrail.TrailAdvancedEventSelectorArgs(
            name=selector.name or None,
            field_selectors=[
                aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs(
                    field=each.field, **_operators(each)
                )
                for each in selector.field_selectors
            ],
        )
        for selector in selectors
    ]


def for_event_data_store(
    selectors: Sequence[AdvancedEventSelector],
) -> list[aws.cloudtrail.EventDataStoreAdvancedEventSelectorArgs]:
    """As `aws.cloudtrail.EventDataStore` takes them."""
    return [
        aws.cloudtrail.EventDataStoreAdvancedEventSelectorArgs(
            name=selector.name or None,
            field_selectors=[
                aws.cloudtrail.EventDataStoreAdvancedEventSelectorFieldSelectorArgs(
                    field=each.field, **_operators(each)
                )
                for each in selector.field_selectors
            ],
        )
        for selector in selectors
    ]


def _operators(conditions: FieldSelector) -> dict[str, list[str] | None]:
    # The provider's names are plural where the API's are not.
    return {
        "equals": list(conditions.equals) or None,
        "not_equals": list(conditions.not_equals) or None,
        "starts_withs": list(conditions.starts_with) or None,
        "not_starts_withs": list(conditions.not_starts_with) or None,
        "ends_withs": list(conditions.ends_with) or None,
        "not_ends_withs": list(conditions.not_ends_with) or None,
    }
