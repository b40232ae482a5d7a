"""A trail together with what Event history tells of its Region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.controls.recorded_calls import RecordedCalls
    from verify.controls.trail_state import TrailState


@dataclass(frozen=True, slots=True)
class RecordedTrail:
    """A trail as it is now, and the calls that were made around it."""

    state: TrailState
    calls: RecordedCalls
