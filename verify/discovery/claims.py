"""What is claimed of the inventory: it is whole, it holds what was promised, and something in it lasts. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudtrail.selectors import explain
from verify.aws import CannotLook
from verify.controls.account_state import DESCRIBE_TRAILS
from verify.controls.store_state import GET_EVENT_DATA_STORE
from verify.controls.trail_state import GET_EVENT_SELECTORS, GET_TRAIL_STATUS
from verify.discovery.event_data_stores import LIST_EVENT_DATA_STORES
from verify.discovery.inventory import DESCRIBE_ORGANIZATION
from verify.discovery.regions import DESCRIBE_REGIONS
from verify.finding import Finding, Scope, cannot_tell, fails, holds, shown
from verify.report.parts import Severity
from verify.report.text import plural
from verify.s3_objects import LIST
from verify.statement import Requirement, Standard, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudtrail.errors import MeshtrailError
    from cloudtrail.manifest import Manifest
    from verify.discovery.event_data_stores import FoundStore
    from verify.discovery.inventory import Inventory
    from verify.discovery.trails import FoundTrail
    from verify.finding import Fact

_ASKS: Final = (DESCRIBE_TRAILS, GET_EVENT_SELECTORS, LIST_EVENT_DATA_STORES, GET_EVENT_DATA_STORE, LIST)

COMPLETE: Final = Statement(
    id="inventory.complete",
    title="Every Region told which trails and event data stores it has",
    severity=Severity.MEDIUM,
    actions=(*_ASKS, DESCRIBE_REGIONS, DESCRIBE_ORGANIZATION),
    remedy="Allow what is missing; `meshtrail permissions` prints the policy.",
)
AS_PROMISED: Final = Statement(
    id="inventory.as-promised",
    title="Every trail and event data store of the manifest is among those that AWS shows",
    severity=Severity.HIGH,
    actions=_ASKS,
    remedy=(
        "Look who deleted it (DeleteTrail, DeleteEventDataStore in Event history), then bring it back with "
        "`pulumi up`. An event data store can be restored for seven days."
    ),
)
LASTING: Final = Statement(
    id="inventory.lasting-store",
    title="A trail or event data store that is on takes every App Mesh event of the Region",
    severity=Severity.CRITICAL,
    actions=(*_ASKS, GET_TRAIL_STATUS),
    remedy=(
        "Event history forgets after 90 days. Start one that is off, provision a multi-Region trail, or widen the "
        "selectors or the scope of one of those that are there."
    ),
    requirements=(
        Requirement(Standard.NIST_800_53, "AU-11"),
        Requirement(Standard.NIST_800_53, "AU-12"),
        Requirement(Standard.PCI_DSS, "10.5.1"),
    ),
)
STATEMENTS: Final = (COMPLETE, AS_PROMISED, LASTING)
"""What is claimed of every inventory."""


def inventory_claims(
    inventory: Inventory, promised: Manifest | None, *, regions: Sequence[str] = ()
) -> Iterator[tuple[Statement, Finding, Scope]]:
    """Each statement with what was found and where.

    Args:
        inventory: What there is.
        promised: The manifest it is compared with, if one was given.
        regions: The Regions where events are expected; none: every one that was asked.
    """
    everywhere = Scope(inventory.account)
    yield COMPLETE, _complete(inventory), everywhere
    if promised is not None:
        yield AS_PROMISED, _as_promised(inventory, promised), everywhere
    for region in regions or inventory.regions:
        yield LASTING, _lasting(inventory, region), Scope(inventory.account, region)


def _complete(inventory: Inventory) -> Finding:
    facts = [
        *(("trail", trail.promise.arn) for trail in inventory.trails),
        *(("event data store", store.promise.arn) for store in inventory.stores),
        *(("records no App Mesh event", arn) for arn in inventory.others),
    ]
    found = (
        f"{plural(len(inventory.trails), 'trail')} and {plural(len(inventory.stores), 'event data store')} record "
        f"App Mesh events in {plural(len(inventory.regions), 'Region')}."
    )
    if inventory.unknown:
        return cannot_tell(
            f"{found} {plural(len(inventory.unknown), 'question')} got no answer.",
            *shown([*_unanswered(inventory.unknown), *facts]),
            reason="; ".join(dict.fromkeys(f"{error.what}: {error.remedy}" for error in inventory.unknown)),
        )
    return holds(found, *shown(facts))


def _as_promised(inventory: Inventory, promised: Manifest) -> Finding:
    found = (*inventory.trails, *inventory.stores)
    there = {one.promise.arn for one in found if not one.is_being_deleted} | set(inventory.others)
    wanted = [*(trail.arn for trail in promised.trails), *(store.arn for store in promised.event_data_stores)]
    missing = [arn for arn in wanted if arn not in there]
    unpromised = [("not promised", arn) for arn in sorted(there - set(wanted))]
    if missing and inventory.unknown:
        return cannot_tell(
            f"{plural(len(missing), 'promised resource')} not seen, but not everything could be asked.",
            *(("not seen", arn) for arn in missing),
            *shown(_unanswered(inventory.unknown)),
            reason="What did not answer may hold it. See inventory.complete.",
        )
    if missing:
        return fails(
            f"{plural(len(missing), 'promised resource')} not there: {', '.join(missing)}.",
            *(("not there", arn) for arn in missing),
            *shown(unpromised),
        )
    return holds(f"{plural(len(wanted), 'promised resource')} there.", *shown(unpromised))


def _lasting(inventory: Inventory, region: str) -> Finding:
    here: Sequence[FoundTrail | FoundStore] = [
        one for one in (*inventory.trails, *inventory.stores) if one.covers(region)
    ]
    whole: list[str] = []
    partly: list[Fact] = []
    untold: list[CannotLook] = []
    for one in here:
        explanation = explain(one.selectors)
        try:
            idle = one.why_idle
        except CannotLook as error:
            idle = f"{error.what}: {error.why}"
            untold += [error] if explanation.captured_all else []
        if explanation.captured_all and idle is None:
            whole.append(one.promise.arn)
        told = explanation.summary() if idle is None else f"{explanation.summary()} But {idle}."
        partly.append((one.promise.arn, told))
    if whole:
        return holds(
            f"{plural(len(whole), 'store')} take{'s' if len(whole) == 1 else ''} all of them.", *_named(whole)
        )
    if untold:
        return cannot_tell(
            f"Whether any that would take every App Mesh event in {region} is on was not told.",
            ("needs", untold[0].action),
            *partly,
            reason=f"{untold[0].why} {untold[0].remedy}",
        )
    if inventory.unknown:
        return cannot_tell(
            f"None of the {len(here)} known stores takes every App Mesh event in {region}.",
            *partly,
            *shown(_unanswered(inventory.unknown)),
            reason="Not every trail and event data store could be asked. See inventory.complete.",
        )
    if partly:
        return fails(f"No trail or event data store takes every App Mesh event in {region}.", *partly)
    return fails(
        f"No trail or event data store takes App Mesh events in {region}: they are gone after 90 days."
    )


def _named(arns: Sequence[str]) -> list[Fact]:
    return [("takes all", arn) for arn in arns]


def _unanswered(errors: Sequence[MeshtrailError]) -> list[Fact]:
    return [("no answer", f"{error.what}, {error.where}: {error.why}") for error in errors]
