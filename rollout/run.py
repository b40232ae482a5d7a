"""What a run needs of others, what bounds it, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from cloudtrail.errors import MeshtrailError
from rollout.stacks import Ended, Looked

if TYPE_CHECKING:
    from rollout.events import Event
    from rollout.plan import Stack, Wave


class StackHeld(MeshtrailError):
    """Another run works on the stack."""


class Written(Protocol):
    """Where events are written down; see `rollout.journal.Journal`."""

    def write(self, event: Event, /) -> None:
        """Write an event, and come back when it lasts."""
        ...


class Watching(Protocol):
    """Somebody who watches; called from several threads."""

    def wave(self, wave: Wave) -> None:
        """A wave begins."""
        ...

    def ended(self, stack: Stack, ended: Ended | Looked) -> None:
        """A stack is through."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much at once, and how much may fail.

    Attributes:
        parallel: How many stacks at most at the same time.
        tolerate: How many stacks of a wave may fail before nothing new begins.
    """

    parallel: int = 8
    tolerate: int = 0


@dataclass(slots=True)
class Result:
    """How a run went.

    Attributes:
        ended: By stack, how it ended; a stack that is not there was not begun.
        seen: By stack, what a preview or a look for drift saw.
        stopped_after: The wave in which too many failed; None if none did.
        interrupted: Whether somebody asked it to stop.
    """

    ended: dict[str, Ended] = field(default_factory=dict[str, Ended])
    seen: dict[str, Looked] = field(default_factory=dict[str, Looked])
    stopped_after: int | None = None
    interrupted: bool = False
