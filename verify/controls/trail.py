"""Every control on a trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verify.controls.trail_capture import TrailCapturesAppMesh
from verify.controls.trail_delivery import TrailDelivers
from verify.controls.trail_freshness import TrailIsFresh
from verify.controls.trail_logging import TrailLogs
from verify.controls.trail_promise import TrailAsPromised
from verify.controls.trail_settings import TRAIL_SETTINGS
from verify.controls.trail_state import TrailState

if TYPE_CHECKING:
    from verify.controls.base import Control
    from verify.controls.recorded_trail import RecordedTrail

TRAIL_CONTROLS: tuple[Control[TrailState], ...] = (
    TrailDelivers(),
    TrailCapturesAppMesh(),
    TrailAsPromised(),
    *TRAIL_SETTINGS,
)
"""Decided by what AWS says of the trail now."""

RECORDED_TRAIL_CONTROLS: tuple[Control[RecordedTrail], ...] = (TrailLogs(), TrailIsFresh())
"""Decided by that and by Event history."""

__all__ = ["RECORDED_TRAIL_CONTROLS", "TRAIL_CONTROLS", "TrailState"]
