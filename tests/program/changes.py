"""Every setting that can be changed in place: one change of it alone, and all that follows from that.

The settings that cannot, and why, are in `NOT_IN_PLACE`. Some are in both tables: what can be made longer, or added,
cannot always be made shorter, or taken away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from components.settings import Settings
from components.settings.shape import section_in

from .plans import MANIFEST, Plan
from .shapes import BROUGHT_ALONG, DELEGATED, EVERYTHING, LONG_TERM, MANAGED, REMOVED, SMALL, Made, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Change:
    """One setting, changed.

    Attributes:
        path: The setting.
        shape: The stack it is changed in.
        value: Its new value.
        plan: What follows: all of it.
        also: Other settings that the rules want changed with it.
        provider: Whether what follows is another configuration of the stack's own provider.
    """

    path: str
    shape: Shape
    value: Any
    plan: Plan
    also: Mapping[str, Any] = field(default_factory=dict[str, Any])
    provider: bool = False

    @property
    def settings(self) -> dict[str, Any]:
        """Everything that is set."""
        return {self.path: self.value, **self.also}


def leaves(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[str]:
    """The paths of all settings there are that hold no others."""
    for name, field_ in model.model_fields.items():
        path = f"{prefix}{field_.alias or name}"
        section = section_in(field_.annotation)
        if section is None:
            yield path
        else:
            yield from leaves(section, f"{path}.")


def _inputs(*names: str) -> frozenset[str]:
    return frozenset(names)


_PROMISE: Final[Plan] = {MANIFEST: "update"}
_KEY, _BUCKET, _POLICY = "audit-encryption-key", "audit-storage-bucket", "audit-storage-policy"
_LOCK, _AGES, _ACCESS = "audit-storage-object-lock", "audit-storage-lifecycle", "audit-storage-access-log"
_TRAIL, _LOGS, _TOPIC = "audit-recording-trail", "audit-recording-log-group", "audit-recording-topic"
_STORE, _LONG_STORE = "audit-lake-store", "audit-lake-long-term-store"
_ROLE, _ROLE_POLICY = "audit-verifier-role", "audit-verifier-policy"
_TABLES = ("audit-athena-log-files", "audit-athena-records")
_ATHENA: Final = (
    *(f"audit-athena-{name}" for name in ("database", "log-files", "records", "workgroup")),
    *(f"audit-athena-results{end}" for end in ("", "-public-access", "-encryption", "-lifecycle")),
    *(f"audit-athena-{name}" for name in ("who-changed-which-mesh", "envoy-connections", "refused-calls")),
    "audit-athena-events-by-account-and-region",
)
_TAGGED: Final = (
    *(_KEY, _BUCKET, _TRAIL, _LOGS, "audit-recording-log-role", _TOPIC, _STORE, _ROLE),
    *("audit-athena-database", "audit-athena-results", "audit-athena-workgroup"),
)
_GUARDS: Final = ("public-access", "ownership", "versioning", "encryption", "policy", "object-lock")
_VERIFIER: Final = {"verifierRole.externalId": "meshtrail-example", "verifierRole.trusted": ["333333333333"]}
_MANAGEMENT_ONLY: Final = {"Field": "eventCategory", "Equals": ["Management"]}
_WRITES: Final = {"Field": "readOnly", "Equals": ["false"]}
_APP_MESH: Final = {"Field": "eventSource", "Equals": ["appmesh.amazonaws.com"]}


def _trail(*names: str) -> Plan:
    return {_TRAIL: _inputs(*names)}


def _store(*names: str) -> Plan:
    return {_STORE: _inputs(*names)}


IN_PLACE: Final = (
    # The stack
    Change("aws:allowedAccountIds", EVERYTHING, ["123456789012"], {}, provider=True),
    Change("scope", SMALL, "multi-region", _trail("isMultiRegionTrail") | _PROMISE),
    Change("scope", BROUGHT_ALONG, "multi-region", _trail("isMultiRegionTrail") | _PROMISE),
    Change(
        "scope",
        MANAGED,
        "multi-region",
        _trail("isOrganizationTrail")
        | _store("organizationEnabled")
        | {_POLICY: _inputs("policy")}
        | _PROMISE,
    ),
    Change("regions", EVERYTHING, ["us-east-1", "eu-west-1", "eu-central-1"], _PROMISE),
    Change(
        "eventSources",
        EVERYTHING,
        ["appmesh.amazonaws.com", "ecs.amazonaws.com"],
        _store("advancedEventSelectors") | _PROMISE,
    ),
    Change("tags", EVERYTHING, {"purpose": "audit"}, dict.fromkeys(_TAGGED, _inputs("tags"))),
    # The organization
    Change(
        "organization.id",
        EVERYTHING,
        "o-exampleorgid",
        {_ROLE: _inputs("assumeRolePolicy")} | _PROMISE,
    ),
    Change("organization.managementRole", DELEGATED, "AnotherRole", {"management": _inputs("assumeRoles")}),
    Change(
        "organization.trustedAccess",
        MANAGED,
        value=False,
        plan={"audit-organization-trusted-access": "delete"},
    ),
    Change(
        "organization.delegatedAdministrator",
        MANAGED,
        "333333333333",
        {"audit-organization-delegated-administrator": "create"},
    ),
    Change(
        "organization.serviceLinkedRole",
        MANAGED,
        value=True,
        plan={"audit-organization-service-linked-role": "create"},
    ),
    Change("logArchive.role", MANAGED, "AnotherRole", {"log-archive": _inputs("assumeRoles")}),
    Change("logArchive.externalId", MANAGED, "meshtrail-example", {"log-archive": _inputs("assumeRoles")}),
    # The trail
    Change("trail.managementEvents", EVERYTHING, "write-only", _trail("advancedEventSelectors") | _PROMISE),
    Change("trail.exclude", EVERYTHING, ["kms.amazonaws.com"], _trail("advancedEventSelectors") | _PROMISE),
    Change(
        "trail.selectors",
        EVERYTHING,
        [{"Name": "Writes", "FieldSelectors": [_MANAGEMENT_ONLY, _WRITES]}],
        _trail("advancedEventSelectors") | _PROMISE,
    ),
    Change(
        "trail.prefix",
        EVERYTHING,
        "audit",
        _trail("s3KeyPrefix")
        | {_POLICY: _inputs("policy")}
        | dict.fromkeys(_TABLES, _inputs("parameters", "storageDescriptor"))
        | _PROMISE,
    ),
    Change(
        "trail.cloudWatchLogs.enabled",
        SMALL,
        value=True,
        plan=_trail("cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn")
        | {_LOGS: "create", "audit-recording-log-role": "create", "audit-recording-log-role-policy": "create"}
        | _PROMISE,
    ),
    Change(
        "trail.cloudWatchLogs.retentionDays", EVERYTHING, 30, {_LOGS: _inputs("retentionInDays")} | _PROMISE
    ),
    Change(
        "trail.sns.enabled",
        EVERYTHING,
        value=False,
        plan=_trail("snsTopicName") | {_TOPIC: "delete", f"{_TOPIC}-policy": "delete"},
    ),
    Change("trail.insights", EVERYTHING, ["api-error-rate"], _trail("insightSelectors")),
    Change("trail.protect", EVERYTHING, value=False, plan=_trail("protect") | {_LOGS: _inputs("protect")}),
    # The bucket and the key
    Change("bucket.create.objectLock.mode", EVERYTHING, "COMPLIANCE", {_LOCK: _inputs("rule")} | _PROMISE),
    Change("bucket.create.objectLock.days", EVERYTHING, 2, {_LOCK: _inputs("rule")} | _PROMISE),
    Change("bucket.create.objectLock.days", SMALL, 2, {_LOCK: "create"} | _PROMISE),
    Change("bucket.create.lifecycle.glacierInstantRetrievalDays", EVERYTHING, 60, {_AGES: _inputs("rules")}),
    Change(
        "bucket.create.lifecycle.glacierFlexibleRetrievalDays", EVERYTHING, 210, {_AGES: _inputs("rules")}
    ),
    Change("bucket.create.lifecycle.deepArchiveDays", EVERYTHING, REMOVED, {_AGES: _inputs("rules")}),
    Change("bucket.create.lifecycle.expireDays", EVERYTHING, 3650, {_AGES: _inputs("rules")} | _PROMISE),
    Change("bucket.create.lifecycle.expireDays", SMALL, 3650, {_AGES: "create"} | _PROMISE),
    Change(
        "bucket.create.accessLog.bucket",
        EVERYTHING,
        "example-other-logs",
        {_ACCESS: _inputs("targetBucket")} | _PROMISE,
    ),
    Change("bucket.create.accessLog.prefix", EVERYTHING, "other", {_ACCESS: _inputs("targetPrefix")}),
    Change(
        "bucket.create.protect",
        EVERYTHING,
        value=False,
        plan=dict.fromkeys((_BUCKET, *(f"audit-storage-{guard}" for guard in _GUARDS)), _inputs("protect")),
    ),
    Change("bucket.existing.name", BROUGHT_ALONG, Made("bucket second"), _trail("s3BucketName") | _PROMISE),
    Change(
        "bucket.existing.region",
        BROUGHT_ALONG,
        "eu-west-2",
        _trail("s3BucketName", "kmsKeyId") | _PROMISE,
        also={"bucket.existing.name": Made("bucket elsewhere"), "key.existing.arn": Made("key elsewhere")},
    ),
    Change("key.create.deletionWindowDays", EVERYTHING, 30, {_KEY: _inputs("deletionWindowInDays")}),
    Change("key.create.protect", EVERYTHING, value=False, plan={_KEY: _inputs("protect")}),
    Change("key.existing.arn", BROUGHT_ALONG, Made("key second"), _trail("kmsKeyId") | _PROMISE),
    # The event data store
    Change(
        "eventDataStore.mode",
        SMALL,
        "create",
        {_KEY: _inputs("policy"), _STORE: "create"} | _PROMISE,
    ),
    Change("eventDataStore.arn", BROUGHT_ALONG, Made("store second"), _PROMISE),
    Change("eventDataStore.name", LONG_TERM, "other", {_LONG_STORE: _inputs("desiredState")} | _PROMISE),
    Change("eventDataStore.capture", EVERYTHING, "write-only", _store("advancedEventSelectors") | _PROMISE),
    Change(
        "eventDataStore.operations",
        EVERYTHING,
        ["CreateMesh"],
        _store("advancedEventSelectors") | _PROMISE,
    ),
    Change(
        "eventDataStore.envoyConnections",
        EVERYTHING,
        value=False,
        plan=_store("advancedEventSelectors") | _PROMISE,
    ),
    Change(
        "eventDataStore.selectors",
        EVERYTHING,
        [{"Name": "App Mesh's writes", "FieldSelectors": [_MANAGEMENT_ONLY, _APP_MESH, _WRITES]}],
        _store("advancedEventSelectors") | _PROMISE,
    ),
    Change("eventDataStore.price", EVERYTHING, "extendable", _store("billingMode") | _PROMISE),
    Change("eventDataStore.retentionDays", EVERYTHING, 2555, _store("retentionPeriod") | _PROMISE),
    Change(
        "eventDataStore.retentionDays",
        LONG_TERM,
        3653,
        {_LONG_STORE: _inputs("desiredState")} | _PROMISE,
    ),
    Change(
        "eventDataStore.multiRegion", EVERYTHING, value=False, plan=_store("multiRegionEnabled") | _PROMISE
    ),
    Change(
        "eventDataStore.organization",
        MANAGED,
        value=False,
        plan=_store("organizationEnabled") | _PROMISE,
    ),
    Change(
        "eventDataStore.terminationProtection",
        EVERYTHING,
        value=False,
        plan=_store("terminationProtectionEnabled") | _PROMISE,
    ),
    Change("eventDataStore.ingestion", EVERYTHING, value=False, plan=_store("suspend") | _PROMISE),
    Change("eventDataStore.protect", EVERYTHING, value=False, plan=_store("protect")),
    # Who asks and who verifies
    Change("athena.enabled", SMALL, value=True, plan=dict.fromkeys(_ATHENA, "create") | _PROMISE),
    Change(  # the log archive lets Athena read what lies there
        "athena.enabled",
        MANAGED,
        value=True,
        plan=dict.fromkeys(_ATHENA, "create")
        | {_POLICY: _inputs("policy"), _KEY: _inputs("policy")}
        | _PROMISE,
    ),
    Change("athena.enabled", EVERYTHING, value=REMOVED, plan=dict.fromkeys(_ATHENA, "delete") | _PROMISE),
    Change(
        "athena.maxScanGigabytes",
        EVERYTHING,
        60,
        {"audit-athena-workgroup": _inputs("configuration")} | _PROMISE,
    ),
    Change("athena.resultsDays", EVERYTHING, 6, {"audit-athena-results-lifecycle": _inputs("rules")}),
    Change("verifierRole.deploy", SMALL, "stack", {_ROLE: "create", _ROLE_POLICY: "create"}, also=_VERIFIER),
    Change("verifierRole.name", EVERYTHING, "Other", {_ROLE: "replace", _ROLE_POLICY: "replace"}),
    Change("verifierRole.externalId", EVERYTHING, "another-example", {_ROLE: _inputs("assumeRolePolicy")}),
    Change("verifierRole.trusted", EVERYTHING, ["444455556666"], {_ROLE: _inputs("assumeRolePolicy")}),
    Change(
        "verifierRole.organizationalUnits",
        MANAGED,
        [Made("Security"), Made("Sandbox")],
        {"audit-verifiers-stacks-{Sandbox}": "create"},
    ),
)
"""One change, or more, of each setting that can be changed without replacing anything that holds the record."""

NOT_IN_PLACE: Final[Mapping[str, str]] = {
    "aws:region": "A key, a bucket, a trail and an event data store stay in the Region they were made in.",
    "name": "Bucket, trail, event data store and log group are called by it, and AWS renames none of them.",
    "organization.managementAccount": "It says whose the trail is: only the right account is accepted.",
    "logArchive.account": "Bucket and key stay in the account they were made in.",
    "trail.name": "AWS renames no trail.",
    "bucket.create.name": "S3 renames no bucket.",
    "eventDataStore.name": "The provider renames no event data store of up to 2555 days.",
    "eventDataStore.key": "The key of an event data store is for ever.",
}
"""The settings that cannot, and why."""
