"""Which events are behind a claim, as the query of a link to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from verify.report.html.links import query
from verify.report.parts import LandingStatus
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verify.report.parts import Claim, ReportedEvent

MAX_NAMED: Final = 100
"""Events a link names one by one; evidence lists no more of them either."""

_EVENT_ID: Final = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
"""A GUID, which is what CloudTrail's eventID is.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

_WRONG: Final = {
    "landing.complete": LandingStatus.MISSING,
    "landing.unaltered": LandingStatus.ALTERED,
    "landing.in-time": LandingStatus.LATE,
}
"""What is the matter with the events that make each of these claims fail."""


class Behind:
    """Knows the events of a page."""

    def __init__(self, events: Iterable[ReportedEvent]) -> None:
        self._known = {event.event_id for event in events}

    def query(self, claim: Claim) -> str:
        """The events that its evidence names, or those of its store and place; empty if it is about none.

        Only claims about where events landed are about the events of a place: a policy is not.
        """
        texts = (claim.summary, *(item.value for item in claim.evidence[:MAX_NAMED]))
        named = [found for text in texts for found in _EVENT_ID.findall(text) if found in self._known]
        if named:
            return query(ids=tuple(dict.fromkeys(named))[:MAX_NAMED])
        if not claim.id.startswith("landing.") or not self._known:
            return ""
        wrong = _WRONG.get(claim.id) if claim.verdict is Verdict.FAIL else None
        return query(store=claim.store, outcome=wrong, account=claim.account, region=claim.region)
