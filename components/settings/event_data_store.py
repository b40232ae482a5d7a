"""Settings of the event data store in CloudTrail Lake."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator

from cloudtrail.catalog import by_name
from cloudtrail.event_data_store import BillingMode
from components.settings.section import (
    EventDataStoreArnText,
    Section,
    StoreName,
    broken,
    distinct,
    is_key_arn,
    rule,
)


def _off(value: object) -> object:
    # YAML 1.1 readers take a bare `off` for false.
    return "off" if value is False or value == "false" else value


def _operation(name: str) -> str:
    if by_name(name) is None:
        raise broken(
            f"{name!r} is not an event of App Mesh.",
            "Use API operations such as CreateMesh, or StreamAggregatedResources.",
        )
    return name


class EventDataStoreSettings(Section):
    """The event data store, which can select App Mesh's events alone and be queried with SQL.

    CloudTrail Lake takes no new customers since 2026-05-31: AWS refuses to create the first store of an
    account that had none before.
    """

    mode: Annotated[Literal["off", "create", "adopt"], BeforeValidator(_off)] = "off"
    """`off`: none. `create`: one of this stack's own. `adopt`: rely on one that is already there, unchanged."""
    arn: EventDataStoreArnText | None = None
    """The store to adopt. Only with `mode: adopt`, and then required."""
    name: StoreName | None = None
    """The store's name. Not given: the stack's `name`. Changing it would replace the store, so it is refused."""
    capture: Literal["all", "write-only"] = "all"
    """Which of the event sources' management events to keep."""
    operations: Annotated[
        tuple[Annotated[str, AfterValidator(_operation)], ...],
        rule(distinct, "names an operation twice.", "Name each once."),
    ] = ()
    """Only these App Mesh events, by name. Empty: every one that `capture` lets in."""
    envoy_connections: bool = True
    """Whether to keep `StreamAggregatedResources`, which every Envoy causes at least twice in 30 minutes."""
    selectors: tuple[dict[str, Any], ...] | None = None
    """Advanced event selectors as the CloudTrail API writes them, instead of `capture`, `operations` and
    `envoyConnections`."""
    price: Literal["extendable", "seven-year"] = "extendable"
    """The price option: one year included and extendable to ten, or seven years included. An existing store
    can go from seven-year to extendable, never back."""
    retention_days: int | None = None
    """Days the store keeps events: 7 to 3653 extendable, 7 to 2557 seven-year. Not given: 366 or 2557.
    Lowering it deletes older events; crossing 2555 needs the steps of docs/how-to-change-retention.md."""
    multi_region: bool | None = None
    """Whether the store takes events of every Region. Not given: as the stack's `scope` says."""
    organization: bool | None = None
    """Whether the store takes events of every account of the organization. Not given: as `scope` says."""
    key: Annotated[
        str,
        rule(
            lambda text: text in {"audit", "aws-owned"} or is_key_arn(text),
            "is not a key.",
            "Use audit (the stack's own key), aws-owned, or the ARN of a KMS key.",
        ),
    ] = "audit"
    """What encrypts the store: `audit`, the stack's key; `aws-owned`; or the ARN of another KMS key. It can never be
    changed afterwards."""
    termination_protection: bool = True
    """Whether AWS itself refuses to delete the store."""
    ingestion: bool = True
    """Whether the store takes new events."""
    protect: bool = True
    """Whether `pulumi` refuses to delete or replace the store, and leaves it in place when the stack goes."""

    @property
    def billing_mode(self) -> BillingMode:
        """The price option by its API name."""
        return BillingMode.FIXED if self.price == "seven-year" else BillingMode.EXTENDABLE
