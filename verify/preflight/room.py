"""Room: for another trail, for another event data store, and whether CloudTrail Lake takes this customer at all.

Source: CloudTrail user guide, "CloudTrail Lake availability change"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-service-availability-change.html): since
2026-05-31 Lake takes no new customers. No call tells whether an account is an old one; only its stores do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cloudtrail.partitions import why_no_lake
from cloudtrail.preflight_rules import STORES_A_REGION, TRAILS_A_REGION, full_regions
from verify.aws import CannotLook, asking
from verify.controls.base import Control
from verify.discovery.event_data_stores import GET_EVENT_DATA_STORE, LIST_EVENT_DATA_STORES
from verify.discovery.regions import DESCRIBE_REGIONS
from verify.discovery.trails import DESCRIBE_TRAILS
from verify.finding import cannot_tell, does_not_apply, fails, holds
from verify.organization.accounts import DESCRIBE_ORGANIZATION
from verify.preflight.state import PreflightState
from verify.report.parts import Severity
from verify.report.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verify.finding import Finding

NO_STORE: Final = "No event data store is asked for: give --event-data-store to have it looked at."


class TrailRoom(Control[PreflightState]):
    """Every Region in which the trail will show has room for it."""

    id = "preflight.trail-quota"
    title = "Every Region in which the trail will show has room for it"
    severity = Severity.HIGH
    actions = (DESCRIBE_ORGANIZATION, DESCRIBE_REGIONS, DESCRIBE_TRAILS)
    remedy = (
        f"AWS allows {TRAILS_A_REGION} trails a Region and does not raise it; a multi-Region trail counts in each, an "
        "organization's in every member, too. Delete a trail that duplicates another."
    )

    def look(self, subject: PreflightState) -> Finding:
        """Count what shows in each Region, without the trail itself if it is there already."""
        ours = subject.trail_arn
        used = {
            region: sum(str(trail["TrailARN"]) != ours for trail in trails)
            for region, trails in subject.trails.items()
        }
        facts = [(region, f"{count} of {TRAILS_A_REGION}") for region, count in used.items() if count]
        full = full_regions(used, TRAILS_A_REGION)
        if full:
            return fails(f"No further trail can be made in {', '.join(full)}.", *facts)
        most = f"At most {max(used.values())} of {TRAILS_A_REGION} trails of a Region are used."
        if subject.owner != subject.caller.account:
            return cannot_tell(
                f"{most} That is what shows in {subject.caller.account}.",
                *facts,
                reason=(
                    f"The organization's trail belongs to the management account, {subject.owner}, and counts there, "
                    "too: only there can its trails be listed. Run the check there as well."
                ),
            )
        return holds(most, *facts)


class StoreRoom(Control[PreflightState]):
    """The home Region has room for another event data store."""

    id = "preflight.event-data-store-quota"
    title = "The home Region has room for another event data store"
    severity = Severity.HIGH
    actions = (LIST_EVENT_DATA_STORES,)
    remedy = (
        f"AWS allows {STORES_A_REGION} event data stores a Region and does not raise it; one that is being deleted "
        "counts for seven days. Adopt one that is there (`eventDataStore.mode: adopt`), or delete one."
    )

    def look(self, subject: PreflightState) -> Finding:
        """Count them."""
        if not subject.plan.event_data_store:
            return does_not_apply(NO_STORE)
        home = subject.plan.home_region
        arns = subject.stores_at_home
        facts = [("event data store", arn) for arn in arns]
        if full_regions({home: len(arns)}, STORES_A_REGION):
            return fails(f"No further event data store can be made in {home}.", *facts)
        return holds(f"{len(arns)} of {STORES_A_REGION} event data stores of {home} are used.", *facts)


class LakeOpen(Control[PreflightState]):
    """CloudTrail Lake is open to whoever is to own the event data store."""

    id = "preflight.lake-open"
    title = "CloudTrail Lake is open to this account, or to its organization"
    severity = Severity.HIGH
    actions = (DESCRIBE_REGIONS, LIST_EVENT_DATA_STORES, GET_EVENT_DATA_STORE)
    remedy = (
        "Lake takes no new customers since 2026-05-31, and was never offered in China. Provision the trail alone: its "
        "bucket holds the same events, and Athena queries them."
    )

    def look(self, subject: PreflightState) -> Finding:
        """Look for event data stores: who has one is a customer."""
        if not subject.plan.event_data_store:
            return does_not_apply(NO_STORE)
        if (why := why_no_lake(subject.plan.home_region)) is not None:
            return fails(why)
        regions = subject.regions
        arns = sorted({*subject.stores_at_home, *subject.stores_elsewhere})
        facts = [("event data store", arn) for arn in arns]
        if not arns:
            return cannot_tell(
                f"There is no event data store in {plural(len(regions), 'Region')}, so nothing tells whether Lake is "
                "open.",
                reason=(
                    "No call tells who may still create one: CreateEventDataStore itself answers that Lake is no "
                    "longer accepting new customers. If nobody used Lake here before 2026-05-31, expect that."
                ),
            )
        if not subject.plan.spans_organization:
            return holds(f"Lake is in use: {plural(len(arns), 'event data store')}.", *facts)
        if (spanning := self._spanning(subject, arns)) is not None:
            return holds("Lake is in use by the organization.", ("of the organization", spanning), *facts)
        return cannot_tell(
            f"Lake is in use by this account only: {plural(len(arns), 'event data store')}, none of the organization.",
            *facts,
            reason=(
                "AWS says that an organization without an event data store of the organization gets no events of new "
                "accounts; whether it may still create one, only CreateEventDataStore tells."
            ),
        )

    @staticmethod
    def _spanning(subject: PreflightState, arns: Iterable[str]) -> str | None:
        """The first that is the organization's.

        Raises:
            CannotLook: when one that was not described might be.
        """
        untold: CannotLook | None = None
        for arn in arns:
            region = arn.split(":")[3]
            try:
                with asking(GET_EVENT_DATA_STORE, f"event data store {arn}"):
                    found: Any = subject.aws.cloudtrail(region).get_event_data_store(EventDataStore=arn)
            except CannotLook as error:
                untold = error
                continue
            if found.get("OrganizationEnabled"):
                return arn
        if untold is not None:
            raise untold
        return None


ROOM: tuple[Control[PreflightState], ...] = (TrailRoom(), StoreRoom(), LakeOpen())
"""What is decided of quotas."""
