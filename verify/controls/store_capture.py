"""An event data store's selectors take the App Mesh events they were meant to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtrail.selectors import explain
from cloudtrail.selectors.normal_form import normal_form
from verify.controls.base import Control
from verify.controls.capture import captures_app_mesh
from verify.controls.requirements import CAPTURE
from verify.controls.store_state import GET_EVENT_DATA_STORE, StoreState
from verify.finding import holds
from verify.report.parts import Severity
from verify.stores.expectation import promised_of_event_data_store
from verify.verdict import Verdict

if TYPE_CHECKING:
    from cloudtrail.selectors import Selectors
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
        if subject.discovered or found.verdict is not Verdict.FAIL:
            return found
        if _takes_as_much(subject.selectors, promised_of_event_data_store(subject.promise)):
            return holds(f"It takes what it was provisioned for. {found.summary}", *found.evidence)
        return found


def _takes_as_much(now: Selectors, promised: Selectors) -> bool:
    """Whether selectors pass over nothing that others do not pass over as well.

    Of what they take in some circumstances only, the circumstances may differ: that takes the same selectors.
    """
    if normal_form(now) == normal_form(promised):
        return True
    left_out = {name for group in explain(promised).missed if group.always for name in group.event_names}
    return explain(now).missed_names <= left_out
