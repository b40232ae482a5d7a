"""A trail's selectors take every App Mesh event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verify.controls.base import Control
from verify.controls.capture import captures_app_mesh
from verify.controls.requirements import CAPTURE
from verify.controls.trail_state import GET_EVENT_SELECTORS, TrailState
from verify.report.parts import Severity

if TYPE_CHECKING:
    from verify.finding import Finding


class TrailCapturesAppMesh(Control[TrailState]):
    """The selectors the trail has now take every App Mesh event."""

    id = "trail.captures-app-mesh"
    title = "The trail's event selectors take every App Mesh event"
    severity = Severity.HIGH
    actions = (GET_EVENT_SELECTORS,)
    requirements = CAPTURE
    remedy = "Log read and write management events: `pulumi up`, or `aws cloudtrail put-event-selectors`."

    def look(self, subject: TrailState) -> Finding:
        """Decide it by evaluating the selectors over the App Mesh catalog."""
        return captures_app_mesh(subject.event_selectors)
