"""What a survey of an organization looks at: which Regions, which events, of which time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verify.organization.sources import APP_MESH_ALONE
from verify.stores.event_history import KEPT
from verify.stores.expectation import FADING
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyScope:
    """What a survey looks at.

    Attributes:
        organization: The organization's id.
        caller: The account that assumes the roles.
        home: The Region to ask what no Region is special for.
        role_regions: Where roles can be assumed: each Region has a rate of its own. None: at home.
        regions: The Regions of the matrix; none: nothing is asked in an account.
        window: The event times looked at.
        now: The present.
        sources: Whose events are looked for.
    """

    organization: str
    caller: str
    home: str
    regions: Sequence[str]
    window: Window
    now: datetime
    sources: tuple[str, ...] = APP_MESH_ALONE
    role_regions: Sequence[str] = ()

    @property
    def remembered(self) -> Window | None:
        """The part of the window that Event history still keeps; None: nothing of it."""
        start = max(self.window.start, self.now - KEPT)
        return Window(start, self.window.end) if start < self.window.end else None

    @property
    def remembered_since(self) -> datetime | None:
        """From when on Event history shows what happened, where that is later than the window begins.

        Of a window as long as Event history keeps, the first minutes fade while it is read: see `FADING`.
        """
        start = self.now - KEPT
        return start if start - self.window.start > FADING else None
