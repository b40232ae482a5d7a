"""What a caller may choose about an event data store, and which choices AWS accepts.

Source: CloudTrail API reference, CreateEventDataStore and UpdateEventDataStore
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateEventDataStore.html); CloudTrail user guide,
"Create, update, and manage event data stores with the AWS CLI".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from cloudtrail.event_data_store import NAME, RETENTION, BillingMode
from cloudtrail.selectors import (
    AdvancedEventSelector,
    Destination,
    FieldSelector,
    IllegalSelectors,
    MalformedSelector,
    check_legal,
)
from sandbox.lake.errors import (
    InvalidEventDataStoreCategoryException,
    InvalidEventSelectorsException,
    InvalidParameterException,
)
from sandbox.lake.limits import SELECTORS_PER_STORE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.lake.parameters import Parameters

DEFAULT_SELECTORS: Final = (
    AdvancedEventSelector(
        name="Default management events",
        field_selectors=(FieldSelector(field="eventCategory", equals=("Management",)),),
    ),
)
"""What a store created without selectors records: all management events."""

_Value = TypeVar("_Value")
_STOPPABLE: Final = frozenset({"Management", "Data", "ConfigurationItem"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreOptions:
    """The choices in force.

    Attributes:
        name: Unique in its account and Region.
        selectors: What it records, 1 to 5; an event is recorded when any of them takes it.
        multi_region: Whether it records every Region's events or its own Region's only.
        organization: Whether it records every account of its organization.
        billing_mode: The price option.
        retention_days: How long it keeps an event, counted from `eventTime`.
        termination_protection: Whether it cannot be deleted.
        kms_key_arn: The key that encrypts it; None is a key of CloudTrail's.
    """

    name: str
    selectors: tuple[AdvancedEventSelector, ...]
    multi_region: bool
    organization: bool
    billing_mode: BillingMode
    retention_days: int
    termination_protection: bool
    kms_key_arn: str | None

    @property
    def categories(self) -> frozenset[str]:
        """The categories of events its selectors name."""
        return frozenset(
            value
            for selector in self.selectors
            for condition in selector.field_selectors
            if condition.field == "eventCategory"
            for value in condition.equals
        )


def chosen(parameters: Parameters, kms_key_arn: str | None) -> StoreOptions:
    """The options of a CreateEventDataStore request, with AWS's defaults for what it leaves out.

    Raises:
        InvalidEventSelectorsException: when the selectors are not legal on an event data store.
        InvalidParameterException: when anything else is out of bounds.
    """
    billing_mode = _billing_mode(parameters) or BillingMode.EXTENDABLE
    options = StoreOptions(
        name=parameters.required_text("Name"),
        selectors=_selectors(parameters) or DEFAULT_SELECTORS,
        multi_region=_or(parameters.flag("MultiRegionEnabled"), default=True),
        organization=_or(parameters.flag("OrganizationEnabled"), default=False),
        billing_mode=billing_mode,
        retention_days=_or(parameters.number("RetentionPeriod"), default=RETENTION[billing_mode].default),
        termination_protection=_or(parameters.flag("TerminationProtectionEnabled"), default=True),
        kms_key_arn=kms_key_arn,
    )
    _check(options)
    return options


def changed(current: StoreOptions, parameters: Parameters, kms_key_arn: str | None) -> StoreOptions:
    """The options after an UpdateEventDataStore request; what it leaves out stays.

    Raises:
        InvalidEventSelectorsException: when the selectors are not legal on an event data store.
        InvalidParameterException: when anything else is out of bounds, the key of an encrypted store is
            changed, or seven-year pricing is asked for a store that has the other.
    """
    billing_mode = _billing_mode(parameters) or current.billing_mode
    if current.billing_mode is BillingMode.EXTENDABLE and billing_mode is BillingMode.FIXED:
        raise InvalidParameterException(
            "BillingMode cannot change from EXTENDABLE_RETENTION_PRICING to FIXED_RETENTION_PRICING. "
            "Stop ingestion on this event data store and create another."
        )
    if kms_key_arn is not None and current.kms_key_arn not in {None, kms_key_arn}:
        raise InvalidParameterException("The KMS key of an event data store cannot be changed or removed.")
    options = StoreOptions(
        name=_or(parameters.text("Name"), default=current.name),
        selectors=_selectors(parameters) or current.selectors,
        multi_region=_or(parameters.flag("MultiRegionEnabled"), default=current.multi_region),
        organization=_or(parameters.flag("OrganizationEnabled"), default=current.organization),
        billing_mode=billing_mode,
        retention_days=_or(parameters.number("RetentionPeriod"), default=current.retention_days),
        termination_protection=_or(
            parameters.flag("TerminationProtectionEnabled"), default=current.termination_protection
        ),
        kms_key_arn=kms_key_arn or current.kms_key_arn,
    )
    _check(options)
    return options


def check_stoppable(options: StoreOptions) -> None:
    """Refuse to start or stop ingestion of events it cannot be started or stopped for.

    Raises:
        InvalidEventDataStoreCategoryException: for any category but Management, Data and ConfigurationItem.
    """
    others = sorted(options.categories - _STOPPABLE)
    if others:
        raise InvalidEventDataStoreCategoryException(
            f"Ingestion can be started and stopped for {', '.join(sorted(_STOPPABLE))} events, "
            f"not for {', '.join(others)}"
        )


def _check(options: StoreOptions) -> None:
    if NAME.fullmatch(options.name) is None:
        raise InvalidParameterException(
            "Name has to have 3 to 128 letters, digits, periods, underscores or dashes"
        )
    bounds = RETENTION[options.billing_mode]
    if not bounds.allows(options.retention_days):
        raise InvalidParameterException(
            f"RetentionPeriod {options.retention_days} is out of range: {options.billing_mode.value} "
            f"allows {bounds.minimum} to {bounds.maximum} days"
        )


def _selectors(parameters: Parameters) -> tuple[AdvancedEventSelector, ...]:
    documents: Sequence[Mapping[str, Any]] = parameters.objects("AdvancedEventSelectors") or ()
    if len(documents) > SELECTORS_PER_STORE:
        raise InvalidEventSelectorsException(
            f"{len(documents)} advanced event selectors were given; "
            f"an event data store may have {SELECTORS_PER_STORE}"
        )
    try:
        selectors = tuple(
            AdvancedEventSelector.from_api(document, path=f"AdvancedEventSelectors[{index}]")
            for index, document in enumerate(documents)
        )
        check_legal(selectors, Destination.EVENT_DATA_STORE)
    except (MalformedSelector, IllegalSelectors) as error:
        raise InvalidEventSelectorsException(str(error)) from error
    return selectors


def _billing_mode(parameters: Parameters) -> BillingMode | None:
    text = parameters.text("BillingMode")
    if text is None:
        return None
    try:
        return BillingMode(text)
    except ValueError:
        raise InvalidParameterException(
            f"BillingMode has to be one of {', '.join(mode.value for mode in BillingMode)}"
        ) from None


def _or(value: _Value | None, *, default: _Value) -> _Value:
    return default if value is None else value
