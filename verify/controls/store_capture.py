"""An event data store's selectors take the App Mesh events they were meant to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verify.controls.base import Control
from verify.controls.capture import captures_app_mesh
from verify.controls.requirements import CAPTURE
from verify.controls.store_state import GET_EVENT_DATA_STORE, StoreState
from verify.finding import holds
from verify.report.parts import Severity
from verify.stores.expectation import promised_of_event_data_store
from verify.verdict import Verdict

if TYPE_CHECKING:
    from verify.finding import Finding


class StoreCapturesAppMesh(Control[StoreState]):
    """The selectors the store has now take every App Mesh event, or what was chosen of them."""

    id = "event-data-store.captures-app-mesh"
    title = "The event data store's selectors take the App Mesh events they were meant to"
    severity = Severity.HIGH
    actions = (GET_EVENT_DATA_STORE,)
    requirements = CAPTURE
    remedy = "Bring the selectors back: `pulumi up --refresh`, or `aws cloudtrail update-event-data-store`."

    def look(self, subject: StoreState) -> Finding:
        """Decide it by evaluating the selectors over the App Mesh catalog."""
        found = captures_app_mesh(subject.selectors)
        if subject.discovered:
            return found
        meant = captures_app_mesh(promised_of_event_data_store(subject.promise))
        if found.verdict is Verdict.FAIL and _missed(found) == _missed(meant):
            return holds(f"It takes what it was provisioned for. {found.summary}", *found.evidence)
        return found


def _missed(finding: Finding) -> list[str]:
    return [value for label, value in finding.evidence if label == "missed"]
