"""Rules that hold between settings, and advice on legal settings that cost something.

Each rule names the settings it reads. While one of those has a problem of its own, the rule is not asked:
its answer would rest on a value nobody wrote.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cloudtrail.catalog import APP_MESH, SUCCESSORS
from cloudtrail.errors import Problem
from cloudtrail.event_data_store import RETENTION, BillingMode, EventDataStoreArn
from cloudtrail.partitions import APP_MESH_REGIONS, Arn, partition_of, why_no_lake
from components.settings.root import Settings

Rule = Callable[[Settings], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class _Rule:
    reads: tuple[str, ...]
    check: Rule


_RULES: Final[list[_Rule]] = []
_ADVICE: Final[list[_Rule]] = []


def _reads(*paths: str, register: list[_Rule] = _RULES) -> Callable[[Rule], Rule]:
    def enter(check: Rule) -> Rule:
        register.append(_Rule(paths, check))
        return check

    return enter


def problems(settings: Settings, *, doubtful: Iterable[str] = ()) -> list[Problem]:
    """Everything in the settings that cannot be provisioned together.

    Args:
        settings: The settings.
        doubtful: Paths such as `bucket.existing.region` whose values are stand-ins for unusable ones.
    """
    unsure = tuple(doubtful)
    return [
        problem
        for rule in _RULES
        if not any(_overlap(read, path) for read in rule.reads for path in unsure)
        for problem in rule.check(settings)
    ]


def advice(settings: Settings) -> list[Problem]:
    """What the settings cost: legal choices with consequences a person should have heard of."""
    return [note for rule in _ADVICE for note in rule.check(settings)]


def _overlap(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer == shorter or longer.startswith((f"{shorter}.", f"{shorter}["))


def _problem(path: str, message: str, remedy: str) -> Problem:
    return Problem(f"meshtrail:{path}", message, remedy)


@_reads("scope", "organization", "eventDataStore.organization")
def _organization(settings: Settings) -> Iterator[Problem]:
    given = settings.organization.id is not None
    if settings.scope == "organization" and not given:
        yield _problem(
            "organization.id",
            "is required with scope: organization, because the trail's files lie below it.",
            "Add the id that `aws organizations describe-organization` prints.",
        )
    used = settings.scope == "organization" or settings.store_organization
    if not used and (given or settings.organization.management_account is not None):
        yield _problem(
            "organization",
            f"has no meaning with scope: {settings.scope}.",
            "Remove it, or write scope: organization.",
        )


@_reads("aws:region", "scope", "regions")
def _regions(settings: Settings) -> Iterator[Problem]:
    home = settings.home_region
    for index, region in enumerate(settings.regions):
        if partition_of(region) != partition_of(home):
            yield _problem(
                f"regions[{index}]",
                f"{region} is in the partition {partition_of(region)}, but {home} is in {partition_of(home)}; "
                "no trail crosses partitions.",
                "Give each partition a stack of its own.",
            )
    if settings.scope == "single-region" and set(settings.expected_regions) != {home}:
        yield _problem(
            "regions",
            f"a single-Region trail in {home} sees that Region only, but events are expected in "
            f"{', '.join(settings.regions)}.",
            f"Write scope: multi-region, or expect events in {home} only.",
        )


@_reads("aws:region", "regions", "eventSources")
def _app_mesh_regions(settings: Settings) -> Iterator[Problem]:
    if APP_MESH not in settings.event_sources:
        return
    for index, region in enumerate(settings.expected_regions):
        if region not in APP_MESH_REGIONS:
            yield _problem(
                f"regions[{index}]" if settings.regions else "regions",
                f"App Mesh was never offered in {region}, so its events cannot be expected there.",
                "Name Regions that have App Mesh, or choose other eventSources, "
                f"e.g. App Mesh's successors {', '.join(SUCCESSORS)}.",
            )


@_reads("aws:region", "bucket.existing", "key.existing")
def _bucket_and_key(settings: Settings) -> Iterator[Problem]:
    existing_bucket, existing_key = settings.bucket.existing, settings.key.existing
    bucket_region = (existing_bucket and existing_bucket.region) or settings.home_region
    key_region = Arn.parse(existing_key.arn).region if existing_key else settings.home_region
    if bucket_region != key_region:
        yield _problem(
            "bucket.existing.region" if existing_bucket else "key.existing.arn",
            f"the bucket is in {bucket_region} and the key in {key_region}; "
            "CloudTrail needs both in the same Region.",
            f"Bring a bucket of {key_region}, or a key of {bucket_region} (key.existing.arn).",
        )


@_reads("aws:region", "bucket.existing", "key.existing", "eventDataStore.arn", "eventDataStore.key")
def _partitions(settings: Settings) -> Iterator[Problem]:
    home = partition_of(settings.home_region)
    store, existing_key = settings.event_data_store, settings.key.existing
    arns = {
        "key.existing.arn": existing_key.arn if existing_key else None,
        "eventDataStore.arn": store.arn,
        "eventDataStore.key": store.key if store.key.startswith("arn:") else None,
    }
    for path, arn in arns.items():
        if arn is not None and (partition := Arn.parse(arn).partition) != home:
            yield _problem(
                path,
                f"is in the partition {partition}, but {settings.home_region} is in {home}.",
                f"Name one that begins with arn:{home}:.",
            )


@_reads("bucket.create")
def _object_lock_and_expiry(settings: Settings) -> Iterator[Problem]:
    create = settings.bucket.create
    if create is None or create.object_lock is None or create.lifecycle is None:
        return
    expiry, lock = create.lifecycle.expire_days, create.object_lock.days
    if expiry is not None and expiry < lock:
        yield _problem(
            "bucket.create.lifecycle.expireDays",
            f"files would expire after {expiry} days while Object Lock keeps them for {lock}.",
            f"Write {lock} or more.",
        )


@_reads("bucket.create")
def _access_log(settings: Settings) -> Iterator[Problem]:
    create = settings.bucket.create
    if create and create.access_log and create.access_log.bucket == create.name:
        yield _problem(
            "bucket.create.accessLog.bucket",
            "is the audit bucket itself, so that every log would cause another.",
            "Name another bucket.",
        )


@_reads("trail")
def _trail_selectors(settings: Settings) -> Iterator[Problem]:
    trail = settings.trail
    if trail.selectors is not None and (trail.management_events != "all" or trail.exclude):
        yield _problem(
            "trail.selectors",
            "cannot stand beside managementEvents or exclude.",
            "Say everything in selectors, or remove them.",
        )
    if trail.management_events == "read-only" and "api-call-rate" in trail.insights:
        yield _problem(
            "trail.insights",
            "api-call-rate needs write events, but managementEvents is read-only.",
            "Write managementEvents: all, or keep api-error-rate only.",
        )


@_reads("eventDataStore.mode", "eventDataStore.arn")
def _store_mode(settings: Settings) -> Iterator[Problem]:
    store = settings.event_data_store
    if store.mode == "adopt" and store.arn is None:
        yield _problem(
            "eventDataStore.arn",
            "is required with mode: adopt.",
            "Add the ARN that `aws cloudtrail list-event-data-stores` prints.",
        )
    allowed = {"create": type(store).model_fields.keys() - {"arn"}, "adopt": {"mode", "arn"}, "off": {"mode"}}
    fields = type(store).model_fields
    for name in sorted(store.model_fields_set - allowed[store.mode]):
        remedy = "Remove it, or write mode: " + ("adopt." if name == "arn" else "create.")
        yield _problem(
            f"eventDataStore.{fields[name].alias}", f"has no meaning with mode: {store.mode}.", remedy
        )


@_reads("aws:region", "eventDataStore.mode")
def _lake(settings: Settings) -> Iterator[Problem]:
    reason = why_no_lake(settings.home_region)
    if settings.event_data_store.mode != "off" and reason:
        yield _problem(
            "eventDataStore.mode",
            f"there can be no event data store in {settings.home_region}. {reason}",
            "Write mode: off. The trail's bucket keeps the record, and Athena can query it.",
        )


@_reads("eventDataStore.mode", "eventDataStore.price", "eventDataStore.retentionDays")
def _retention(settings: Settings) -> Iterator[Problem]:
    store = settings.event_data_store
    bounds = RETENTION[store.billing_mode]
    if store.mode != "create" or store.retention_days is None or bounds.allows(store.retention_days):
        return
    longer = RETENTION[BillingMode.EXTENDABLE]
    way_out = (
        f" For {store.retention_days} days write price: extendable."
        if store.price == "seven-year" and longer.allows(store.retention_days)
        else ""
    )
    yield _problem(
        "eventDataStore.retentionDays",
        f"{store.retention_days} days are not offered with {bounds.title}.",
        f"Write {bounds.minimum} to {bounds.maximum}.{way_out}",
    )


@_reads("eventDataStore", "eventSources")
def _store_selection(settings: Settings) -> Iterator[Problem]:
    store = settings.event_data_store
    chosen = store.model_fields_set & {"capture", "operations", "envoy_connections"}
    if store.selectors is not None and chosen:
        yield _problem(
            "eventDataStore.selectors",
            "cannot stand beside capture, operations or envoyConnections.",
            "Say everything in selectors, or remove them.",
        )
    if store.operations and APP_MESH not in settings.event_sources:
        yield _problem(
            "eventDataStore.operations",
            f"names App Mesh operations, but eventSources does not hold {APP_MESH}.",
            f"Add {APP_MESH} to eventSources, or remove operations.",
        )
    if store.operations and {"capture", "envoy_connections"} & store.model_fields_set:
        yield _problem(
            "eventDataStore.operations",
            "already says which events to keep.",
            "Remove capture and envoyConnections, or remove operations.",
        )


@_reads("aws:region", "key.existing", "eventDataStore.mode", "eventDataStore.key")
def _store_key(settings: Settings) -> Iterator[Problem]:
    store, existing_key = settings.event_data_store, settings.key.existing
    if store.mode != "create" or store.key == "aws-owned":
        return
    arn = store.key if store.key != "audit" else existing_key.arn if existing_key else None
    if arn is not None and (region := Arn.parse(arn).region) != settings.home_region:
        yield _problem(
            "eventDataStore.key",
            f"the event data store is in {settings.home_region}, but its key is in {region}.",
            f"Name a key of {settings.home_region}, or write aws-owned.",
        )


@_reads("trail.exclude", register=_ADVICE)
def _excluded_sources(settings: Settings) -> Iterator[Problem]:
    if settings.trail.exclude:
        yield _problem(
            "trail.exclude",
            f"leaves out {' and '.join(settings.trail.exclude)}; Security Hub control CloudTrail.1 then fails.",
            "App Mesh's events are not affected.",
        )


@_reads("trail.managementEvents", register=_ADVICE)
def _partial_management_events(settings: Settings) -> Iterator[Problem]:
    if settings.trail.management_events != "all":
        yield _problem(
            "trail.managementEvents",
            f"{settings.trail.management_events} loses the rest of App Mesh's events, "
            "and Security Hub control CloudTrail.1 then fails.",
            "Write all to keep every call.",
        )


@_reads("bucket.create", register=_ADVICE)
def _storage_choices(settings: Settings) -> Iterator[Problem]:
    create = settings.bucket.create
    if create is None:
        return
    if create.object_lock is not None and create.object_lock.mode == "COMPLIANCE":
        yield _problem(
            "bucket.create.objectLock.mode",
            f"nobody, not even the root user, can delete a file for {create.object_lock.days} days, "
            "nor shorten that.",
            "Try GOVERNANCE first.",
        )
    lifecycle = create.lifecycle
    if lifecycle and (lifecycle.glacier_flexible_retrieval_days or lifecycle.deep_archive_days):
        yield _problem(
            "bucket.create.lifecycle",
            "files in Glacier Flexible Retrieval or Deep Archive cannot be verified until they are restored.",
            "glacierInstantRetrievalDays keeps them readable.",
        )


@_reads("eventDataStore", register=_ADVICE)
def _store_advice(settings: Settings) -> Iterator[Problem]:
    store = settings.event_data_store
    if store.mode == "adopt" and store.arn is not None:
        arn = EventDataStoreArn.parse(store.arn)
        if arn.region != settings.home_region:
            yield _problem(
                "eventDataStore.arn",
                f"the adopted store is in {arn.region}, not in {settings.home_region}.",
                "That is fine when it takes events of every Region.",
            )
