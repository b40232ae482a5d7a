"""The settings of one stack."""

from typing import Annotated, Literal

from pydantic import Field

from cloudtrail.catalog import APP_MESH
from cloudtrail.event_data_store import RETENTION
from components.settings.athena import AthenaSettings
from components.settings.event_data_store import EventDataStoreSettings
from components.settings.organization import LogArchiveSettings, OrganizationSettings, VerifierRoleSettings
from components.settings.section import (
    AccountId,
    BaseName,
    EventSource,
    RegionName,
    Section,
    distinct,
    rule,
)
from components.settings.storage import BucketSettings, KeySettings
from components.settings.trail import TrailSettings

_MAX_TAGS = 40
"""AWS allows 50 a resource; the stack adds its own."""

_TagText = rule(
    lambda tags: (
        all(
            0 < len(key) <= 128 and len(value) <= 256 and not key.lower().startswith("aws:")  # noqa: PLR2004
            for key, value in tags.items()
        )
        and len(tags) <= _MAX_TAGS
    ),
    "holds a tag AWS would refuse.",
    "Use at most 40 tags, keys of 1 to 128 characters not beginning with aws:, values of up to 256.",
)


class Settings(Section):
    """Everything a stack can decide. Read with `components.settings.read_settings`."""

    home_region: Annotated[RegionName, Field(alias="aws:region")]
    """The stack's Region: home of the trail, of the created bucket and key, and of the event data store."""
    allowed_accounts: Annotated[
        tuple[AccountId, ...],
        Field(alias="aws:allowedAccountIds"),
        rule(distinct, "names an account twice.", "Name each once."),
    ] = ()
    """The accounts the stack's credentials may belong to: with others the provider refuses to do anything. One, and
    required, where the stack touches an organization or a second account."""
    name: BaseName = "meshtrail"
    """What resources are named after. Two stacks of one account and Region need two names."""
    scope: Literal["single-region", "multi-region", "organization"] = "multi-region"
    """What the trail records: one Region, every Region of the account, or every account of the organization."""
    regions: Annotated[
        tuple[RegionName, ...], rule(distinct, "names a Region twice.", "Name each once.")
    ] = ()
    """Regions in which events are expected, for `meshtrail verify`. Empty: the stack's Region."""
    event_sources: Annotated[
        tuple[EventSource, ...],
        rule(distinct, "names an event source twice.", "Name each once."),
        rule(
            len, "names no event source, so there is nothing to keep.", f"Name at least one, e.g. {APP_MESH}."
        ),
    ] = (APP_MESH,)
    """Services whose events the event data store selects and `meshtrail verify` looks for."""
    organization: OrganizationSettings = OrganizationSettings()
    """The organization, for `scope: organization`."""
    log_archive: LogArchiveSettings | None = None
    """Another account for bucket and key. Not given: they lie in the stack's own."""
    trail: TrailSettings = TrailSettings()
    """The trail: what it records and where else it delivers."""
    bucket: BucketSettings = BucketSettings()
    """The bucket of the log files: `create` or `existing`."""
    key: KeySettings = KeySettings()
    """The KMS key: `create` or `existing`."""
    event_data_store: EventDataStoreSettings = EventDataStoreSettings()
    """The event data store in CloudTrail Lake: off, created or adopted."""
    athena: AthenaSettings = AthenaSettings()
    """Tables of Athena over the log files: none, unless asked for."""
    verifier_role: VerifierRoleSettings = VerifierRoleSettings()
    """The role `meshtrail verify` assumes, in this account or in all of the organization."""
    tags: Annotated[dict[str, str], _TagText] = Field(default_factory=dict[str, str])
    """Tags for every resource, besides the stack's own."""

    @property
    def expected_regions(self) -> tuple[str, ...]:
        """The Regions in which events are expected, the stack's own when none is named."""
        return self.regions or (self.home_region,)

    @property
    def delegated(self) -> bool:
        """Whether the stack is deployed to a delegated administrator, and not to the management account."""
        management = self.organization.management_account
        return management is not None and management not in self.allowed_accounts

    @property
    def sets_up_organization(self) -> bool:
        """Whether the stack changes the organization itself."""
        chosen = self.organization
        return bool(chosen.trusted_access or chosen.delegated_administrator or chosen.service_linked_role)

    @property
    def trail_name(self) -> str:
        """The trail's name."""
        return self.trail.name or self.name

    @property
    def store_name(self) -> str:
        """The name of a created event data store."""
        return self.event_data_store.name or self.name

    @property
    def store_retention_days(self) -> int:
        """The retention of a created event data store."""
        store = self.event_data_store
        if store.retention_days is None:
            return RETENTION[store.billing_mode].default
        return store.retention_days

    @property
    def store_multi_region(self) -> bool:
        """Whether a created event data store takes events of every Region."""
        chosen = self.event_data_store.multi_region
        return self.scope != "single-region" if chosen is None else chosen

    @property
    def store_organization(self) -> bool:
        """Whether a created event data store takes events of every account of the organization."""
        chosen = self.event_data_store.organization
        return self.scope == "organization" if chosen is None else chosen
