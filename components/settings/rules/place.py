"""Where a stack is and what it spans: organization, Regions, partitions."""

from collections.abc import Iterator
from typing import Final

from cloudtrail.catalog import APP_MESH, SUCCESSORS
from cloudtrail.errors import Problem
from cloudtrail.partitions import APP_MESH_REGIONS, Arn, partition_of
from components.settings.root import Settings
from components.settings.rules.rule import Rule, problem


def _organization(settings: Settings) -> Iterator[Problem]:
    given = settings.organization.id is not None
    if settings.scope == "organization" and not given:
        yield problem(
            "organization.id",
            "is required with scope: organization, because the trail's files lie below it.",
            "Add the id that `aws organizations describe-organization` prints.",
        )
    used = (
        settings.scope == "organization"
        or settings.store_organization
        or settings.sets_up_organization
        or settings.verifier_role.deploy != "off"
    )
    if not used and (given or settings.organization.management_account is not None):
        yield problem(
            "organization",
            f"has no meaning with scope: {settings.scope}.",
            "Remove it, or write scope: organization.",
        )


def _regions(settings: Settings) -> Iterator[Problem]:
    home = settings.home_region
    for index, region in enumerate(settings.regions):
        if partition_of(region) != partition_of(home):
            yield problem(
                f"regions[{index}]",
                f"{region} is in the partition {partition_of(region)}, but {home} is in {partition_of(home)}; "
                "no trail crosses partitions.",
                "Give each partition a stack of its own.",
            )
    if settings.scope == "single-region" and set(settings.expected_regions) != {home}:
        yield problem(
            "regions",
            f"a single-Region trail in {home} sees that Region only, but events are expected in "
            f"{', '.join(settings.regions)}.",
            f"Write scope: multi-region, or expect events in {home} only.",
        )


def _app_mesh_regions(settings: Settings) -> Iterator[Problem]:
    if APP_MESH not in settings.event_sources:
        return
    for index, region in enumerate(settings.expected_regions):
        if region not in APP_MESH_REGIONS:
            yield problem(
                f"regions[{index}]" if settings.regions else "regions",
                f"App Mesh was never offered in {region}, so its events cannot be expected there.",
                "Name Regions that have App Mesh, or choose other eventSources, "
                f"e.g. App Mesh's successors {', '.join(SUCCESSORS)}.",
            )


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
            yield problem(
                path,
                f"is in the partition {partition}, but {settings.home_region} is in {home}.",
                f"Name one that begins with arn:{home}:.",
            )


RULES: Final = (
    Rule(
        ("scope", "organization", "eventDataStore.organization", "verifierRole.deploy"),
        _organization,
    ),
    Rule(("aws:region", "scope", "regions"), _regions),
    Rule(("aws:region", "regions", "eventSources"), _app_mesh_regions),
    Rule(
        ("aws:region", "bucket.existing", "key.existing", "eventDataStore.arn", "eventDataStore.key"),
        _partitions,
    ),
)
