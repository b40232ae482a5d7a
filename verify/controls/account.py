"""What is claimed of the account as a whole: one of its trails takes everything, and there is room for another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudtrail.catalog import Event
from cloudtrail.errors import MeshtrailError
from cloudtrail.selectors import explain
from verify.controls.account_state import DESCRIBE_TRAILS, AccountState
from verify.controls.base import Control
from verify.controls.requirements import CAPACITY, MULTI_REGION_TRAIL
from verify.controls.trail_state import GET_EVENT_SELECTORS, GET_TRAIL_STATUS
from verify.finding import cannot_tell, does_not_apply, fails, holds
from verify.report.parts import Severity
from verify.stores.expectation import promised_of_trail

if TYPE_CHECKING:
    from cloudtrail.manifest import TrailPromise
    from cloudtrail.selectors import Selectors
    from verify.controls.account_state import AccountTrail
    from verify.finding import Fact, Finding

QUOTA: Final = 5
"""Trails a Region can show; AWS does not raise it. CloudTrail user guide, "Quotas in AWS CloudTrail"."""

_A_READ, _A_WRITE = Event("DescribeKey", read_only=True), Event("CreateKey", read_only=False)
_EXCLUDABLE: Final = ("kms.amazonaws.com", "rdsdata.amazonaws.com")
"""The sources a trail can leave out; Security Hub's CloudTrail.1 fails when it does."""
_ANOTHER: Final = "cloudtrail.amazonaws.com"


class MultiRegionTrail(Control[AccountState]):
    """A multi-Region trail that is logging takes every management event, reads and writes."""

    id = "account.multi-region-trail"
    title = "A multi-Region trail that is logging takes every management event, reads and writes"
    severity = Severity.HIGH
    actions = (DESCRIBE_TRAILS, GET_TRAIL_STATUS, GET_EVENT_SELECTORS)
    requirements = MULTI_REGION_TRAIL
    remedy = (
        "Make one of the trails multi-Region and let it log all management events, those of KMS and the RDS Data API "
        "included: they are what Security Hub asks for, and App Mesh's are complete without them."
    )

    def look(self, subject: AccountState) -> Finding:
        """Decide it by evaluating the selectors of every multi-Region trail that shows in the home Region."""
        facts: list[Fact] = []
        doubts: list[MeshtrailError] = []
        for trail in subject.trails(subject.manifest.home_region):
            try:
                lacks = _lacks(trail)
            except MeshtrailError as error:
                doubts.append(error)
                continue
            if lacks is None:
                return holds(f"Trail {trail.arn} does.", ("trail", trail.arn))
            facts.append((trail.name, lacks))
        if doubts:
            first = doubts[0]
            return cannot_tell(
                f"None of the trails that could be looked at does, and {len(doubts)} could not be.",
                ("needs", getattr(first, "action", "meshtrail")),
                *facts,
                reason=f"{first.why} {first.remedy}",
            )
        if (reason := _promised_otherwise(subject)) is not None:
            return does_not_apply(reason)
        return fails("None of the trails of the account does.", *facts)


class TrailQuota(Control[AccountState]):
    """No Region is full: another trail could be made."""

    id = "account.trail-quota"
    title = "Every Region has room for another trail"
    severity = Severity.INFORMATIONAL
    actions = (DESCRIBE_TRAILS,)
    requirements = CAPACITY
    remedy = (
        "AWS allows five trails a Region and does not raise it; a multi-Region trail counts in each. Delete one that "
        "duplicates another: the second copy of management events costs money, too."
    )

    def look(self, subject: AccountState) -> Finding:
        """Decide it by counting what shows in each Region."""
        used = {region: len(subject.trails(region)) for region in subject.regions}
        facts = [(region, f"{count} of {QUOTA}") for region, count in used.items()]
        full = [region for region, count in used.items() if count >= QUOTA]
        if full:
            return fails(f"No further trail can be made in {', '.join(full)}.", *facts)
        return holds(f"At most {max(used.values())} of {QUOTA} trails are used.", *facts)


ACCOUNT_CONTROLS: tuple[Control[AccountState], ...] = (MultiRegionTrail(), TrailQuota())
"""Decided of the account the credentials belong to."""


def _lacks(trail: AccountTrail) -> str | None:
    """What a trail lacks of taking every management event of every Region; None: nothing.

    Raises:
        CannotLook: when AWS does not answer.
        MalformedSelector: when it has a selector that cannot be read.
    """
    if not trail.multi_region:
        return "it records one Region only"
    if not trail.is_logging:
        return "it is not logging"
    return _passed_over(trail.selectors)


def _passed_over(selectors: Selectors) -> str | None:
    """What selectors leave out of all management events; None: nothing."""
    app_mesh = explain(selectors)
    if not app_mesh.captured_all:
        example = app_mesh.missed[0]
        return f"{app_mesh.summary()} For example {example.event_name}: {example.why}"
    left_out = [
        source
        for source in (*_EXCLUDABLE, _ANOTHER)
        if not explain(selectors, (_A_READ, _A_WRITE), event_source=source).captured_all
    ]
    if left_out:
        return f"it takes every App Mesh event, but leaves out {', '.join(left_out)}"
    return None


def _promised_otherwise(subject: AccountState) -> str | None:
    """Why the manifest's promise is another one; None: it promises such a trail, or promises nothing."""
    manifest = subject.manifest
    if manifest.discovered:
        return None
    if not manifest.trails:
        return "The manifest promises no trail."
    told = [reason for trail in manifest.trails if (reason := _narrower(trail)) is not None]
    return " ".join(told) if len(told) == len(manifest.trails) else None


def _narrower(trail: TrailPromise) -> str | None:
    if trail.scope == "single-region":
        return f"The manifest promises trail {trail.name} for {trail.home_region} only."
    passed_over = _passed_over(promised_of_trail(trail))
    return passed_over and f"The manifest promises trail {trail.name} so: {passed_over}."
