"""The event data store in CloudTrail Lake, which can select App Mesh's events alone."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from cloudtrail.event_data_store import TYPED_RESOURCE_MAX_DAYS, BillingMode
from cloudtrail.selectors import AdvancedEventSelector, Destination, check_legal
from components.selector_args import for_event_data_store

CLOUD_CONTROL_TYPE = "AWS::CloudTrail::EventDataStore"

_CLOSED = (
    "Should AWS answer that CloudTrail Lake is no longer accepting new customers: write mode: off in "
    "meshtrail:eventDataStore and run `pulumi up` again, which makes what is missing. The bucket keeps the record."
)
"""AWS's own answer does not say what to do, and comes in the middle of an update: nothing can ask for it before."""


class EventDataStoreSpec(TypedDict):
    """What a created event data store is."""

    store_name: str
    """Its name, unique in the account and Region. Another name is another store."""
    region: str
    """Its home Region."""
    selectors: Sequence[AdvancedEventSelector]
    """What it keeps."""
    retention_days: int
    """Days it keeps events."""
    billing_mode: BillingMode
    """Its price option."""
    multi_region: bool
    """Whether it takes events of every Region."""
    organization: bool
    """Whether it takes events of every account of the organization."""
    key_arn: NotRequired[pulumi.Input[str] | None]
    """The key that encrypts it, for ever. Default: a key AWS owns."""
    termination_protection: NotRequired[bool]
    """Whether AWS refuses to delete it. Default: yes."""
    ingestion: NotRequired[bool]
    """Whether it takes new events. Default: yes."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete or replace it, and leaves it in AWS when told to forget it. Default: yes."""
    tags: NotRequired[dict[str, str]]
    """Its tags."""


class MeshEventDataStoreArgs(TypedDict):
    """Either a store to create or one to adopt."""

    create: NotRequired[EventDataStoreSpec]
    """Create this store."""
    adopt_arn: NotRequired[str]
    """Rely on this store, which is already there; it is neither read nor changed."""


class MeshEventDataStore(pulumi.ComponentResource):
    """An event data store, created or adopted.

    Up to 2555 days of retention it is an `aws.cloudtrail.EventDataStore`; that resource refuses more, so
    above it is an `aws.cloudcontrol.Resource`. The two cannot become each other. A change of retention across
    the line therefore asks Pulumi for a second store and for the deletion of the first, and three things stand
    in the way of losing one silently: the first is protected, AWS refuses a second store of the same name, and
    a store that was unprotected in the state only is left in AWS (retain on delete). The way over the line is
    docs/how-to-change-retention.md.
    """

    store_arn: pulumi.Output[str]
    """The store's ARN."""

    def __init__(
        self, name: str, args: MeshEventDataStoreArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        spec, adopted = args.get("create"), args.get("adopt_arn")
        if spec is not None and adopted is None:
            check_legal(
                spec["selectors"],
                Destination.EVENT_DATA_STORE,
                where=f"event data store {spec['store_name']}, {spec['region']}",
            )
            super().__init__("meshtrail:index:MeshEventDataStore", name, {}, opts)
            self.store_arn = self._create(name, spec)
        elif adopted is not None and spec is None:
            super().__init__("meshtrail:index:MeshEventDataStore", name, {}, opts)
            self.store_arn = pulumi.Output.from_input(adopted)
        else:
            raise ValueError("An event data store is either created (`create`) or adopted (`adopt_arn`).")
        self.register_outputs({"storeArn": self.store_arn})

    def _create(self, name: str, spec: EventDataStoreSpec) -> pulumi.Output[str]:
        if not pulumi.runtime.is_dry_run():
            pulumi.log.info(_CLOSED, resource=self)
        protect = spec.get("protect", True)
        opts = pulumi.ResourceOptions(parent=self, protect=protect, retain_on_delete=protect)
        if spec["retention_days"] > TYPED_RESOURCE_MAX_DAYS:
            return aws.cloudcontrol.Resource(
                f"{name}-long-term-store",
                type_name=CLOUD_CONTROL_TYPE,
                desired_state=pulumi.Output.json_dumps(desired_state(spec), sort_keys=True),
                region=spec["region"],
                opts=opts,
            ).id
        return aws.cloudtrail.EventDataStore(
            f"{name}-store",
            name=spec["store_name"],
            advanced_event_selectors=for_event_data_store(spec["selectors"]),
            retention_period=spec["retention_days"],
            billing_mode=spec["billing_mode"].value,
            multi_region_enabled=spec["multi_region"],
            organization_enabled=spec["organization"],
            kms_key_id=spec.get("key_arn"),
            termination_protection_enabled=spec.get("termination_protection", True),
            # Always said: the provider never reads it back, so leaving it out would not start ingestion again.
            suspend="false" if spec.get("ingestion", True) else "true",
            region=spec["region"],
            tags=spec.get("tags"),
            opts=opts,
        ).arn


def desired_state(spec: EventDataStoreSpec) -> dict[str, Any]:
    """The store as CloudFormation describes it; the key's ARN may be an Output.

    Source: CloudFormation template reference, AWS::CloudTrail::EventDataStore
    (docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-eventdatastore.html).
    """
    key_arn = spec.get("key_arn")
    return {
        "Name": spec["store_name"],
        "AdvancedEventSelectors": [selector.to_api() for selector in spec["selectors"]],
        "RetentionPeriod": spec["retention_days"],
        "BillingMode": spec["billing_mode"].value,
        "MultiRegionEnabled": spec["multi_region"],
        "OrganizationEnabled": spec["organization"],
        "TerminationProtectionEnabled": spec.get("termination_protection", True),
        "IngestionEnabled": spec.get("ingestion", True),
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(spec.get("tags", {}).items())],
        **({} if key_arn is None else {"KmsKeyId": key_arn}),
    }
