"""Copies: trails that are there already and take the same management events.

Source: CloudTrail user guide, "Managing CloudTrail trail costs"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-manage-costs.html): the first copy of management
events in a Region is free, and every further one is paid for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudtrail.catalog import EVENTS
from cloudtrail.errors import MeshtrailError
from cloudtrail.preflight_rules import OtherTrail, second_copies
from cloudtrail.selectors import explain, read_selectors
from verify.controls.base import Control
from verify.discovery.regions import DESCRIBE_REGIONS
from verify.discovery.trails import DESCRIBE_TRAILS, GET_EVENT_SELECTORS, selectors_of
from verify.finding import Finding, cannot_tell, fails, holds
from verify.organization.accounts import DESCRIBE_ORGANIZATION
from verify.preflight.state import PreflightState
from verify.report.parts import Severity
from verify.report.text import plural
from verify.unforeseen import surviving

if TYPE_CHECKING:
    from cloudtrail.selectors import Selectors
    from verify.aws import Aws


class NoSecondCopy(Control[PreflightState]):
    """No other trail takes the management events that this one would take."""

    id = "preflight.no-second-copy"
    title = "No other trail takes the management events that would then be paid for"
    severity = Severity.MEDIUM
    actions = (DESCRIBE_ORGANIZATION, DESCRIBE_REGIONS, DESCRIBE_TRAILS, GET_EVENT_SELECTORS)
    remedy = (
        "Do without a second trail: `meshtrail verify` finds the one that is there and proves what it holds, with "
        "nothing provisioned. Or delete that one after this one delivers (Control Tower's is configured in its landing "
        "zone, not deleted by hand). Or accept that the second copy of every management event is paid for, "
        "and leave the check out with --skip."
    )

    def look(self, subject: PreflightState) -> Finding:
        """Read the selectors of every other trail that shows where this one would."""
        ours = subject.trail_arn
        described = {str(one["TrailARN"]): one for trails in subject.trails.values() for one in trails}
        others: list[OtherTrail] = []
        untold: list[MeshtrailError] = []
        for arn, one in described.items():
            if arn == ours:
                continue
            try:
                with surviving(f"trail {arn}"):
                    others.append(_other(one, subject.aws))
            except MeshtrailError as error:
                untold.append(error)
        copies = second_copies(others, ours=ours)
        facts = [("trail", f"{copy.arn}, {copy.describe()}") for copy in copies]
        if copies:
            named = ", ".join(copy.name for copy in copies)
            return fails(
                f"Management events are taken already, by {plural(len(copies), 'trail')}: {named}.", *facts
            )
        if untold:
            first = untold[0]
            return cannot_tell(
                f"{plural(len(untold), 'trail')} could not be looked at.",
                ("needs", getattr(first, "action", "meshtrail")),
                reason=f"{first.why} {first.remedy}",
            )
        return holds(
            f"None of the {len(others)} other trails does." if others else "There is no other trail.",
            *(("trail", f"{other.arn}, {other.describe()}") for other in others),
        )


def _other(described: dict[str, Any], aws: Aws) -> OtherTrail:
    arn = str(described["TrailARN"])
    return OtherTrail(
        arn=arn,
        name=str(described.get("Name") or arn),
        organization=bool(described.get("IsOrganizationTrail")),
        multi_region=bool(described.get("IsMultiRegionTrail")),
        management_events=_takes_any(read_selectors(selectors_of(aws, described))),
    )


def _takes_any(selectors: Selectors) -> bool:
    """Whether selectors take management events, App Mesh's for example: a trail cannot choose among services."""
    missed = {name for group in explain(selectors).missed if group.always for name in group.event_names}
    return len(missed) < len(EVENTS)


COPIES: tuple[Control[PreflightState], ...] = (NoSecondCopy(),)
"""What is decided of the trails that there are."""
