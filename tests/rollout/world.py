"""A world for rollouts: stacks that remember what really happened to them, whatever the journal says.

`Truth` is the oracle. It is written by the stacks alone, before a change (touched) and after all of it (done).
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rollout.plan import Stack, Wave
from rollout.stacks import Ended, Looked, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from rollout.events import Event


def stack(number: int, inputs: str = "one") -> Stack:
    """The stack of an account that is numbered so."""
    account = f"{123456789012 + number}"
    return Stack(name=f"account-{account}", account=account, account_name=f"account {number}", inputs=inputs)


def waves(*sizes: int, inputs: str = "one") -> tuple[Wave, ...]:
    """Waves of so many stacks each."""
    numbers = iter(range(sum(sizes)))
    return tuple(
        Wave(number=n, canary=n == 1, stacks=tuple(stack(next(numbers), inputs) for _ in range(size)))
        for n, size in enumerate(sizes, start=1)
    )


class Crash(BaseException):
    """The process is gone: nothing happens any more, and nothing is written."""


@dataclass
class Truth:
    """What really happened.

    Attributes:
        touched: Stacks of which something was changed.
        done: Stacks that are whole, with their inputs.
        gone: Stacks that were destroyed.
    """

    touched: set[str] = field(default_factory=set)
    done: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    dead: bool = False
    asked: list[str] = field(default_factory=list)
    changing: threading.Lock = field(default_factory=threading.Lock)

    def alive(self) -> None:
        """Die with the process."""
        if self.dead:
            raise Crash


class WorldStacks:
    """Stacks that end as they are told to, and do really what they say.

    Args:
        truth: What really happens.
        fates: By stack, how it ends; not there: done.
    """

    def __init__(self, truth: Truth, fates: Mapping[str, Ended] | None = None) -> None:
        self.truth = truth
        self.fates = fates or {}

    def up(self, stack: Stack, *, message: str) -> Ended:
        """Change the stack, as its fate says."""
        assert message
        return self._changed(stack, lambda: self.truth.done.update({stack.name: stack.inputs}))

    def destroy(self, stack: Stack, *, message: str) -> Ended:
        """Delete the stack, as its fate says."""
        assert message
        return self._changed(stack, lambda: self.truth.gone.add(stack.name))

    def _changed(self, stack: Stack, through: Callable[[], None]) -> Ended:
        fate = self.fates.get(stack.name, Ended(outcome=Outcome.DONE))
        with self.truth.changing:
            self.truth.alive()
            self.truth.asked.append(stack.name)
            if fate.touched:
                self.truth.touched.add(stack.name)
                self.truth.done.pop(stack.name, None)
                self.truth.gone.discard(stack.name)
            if fate.outcome is Outcome.DONE:
                through()
        return fate

    def preview(self, stack: Stack) -> Looked:
        """See one resource that would be created."""
        return Looked(seen=True, changes={"create": 1} if stack.name not in self.truth.done else {})

    def drift(self, stack: Stack) -> Looked:
        """See nothing."""
        del stack
        return Looked(seen=True)

    def outputs(self, stack: Stack) -> Mapping[str, object]:
        """Nothing is exported."""
        del stack
        return {}

    def cancel(self, stack: Stack) -> str:
        """Nobody holds a lock."""
        del stack
        return ""


class Unwatching:
    """Nobody watches."""

    def wave(self, wave: Wave) -> None:
        """See nothing."""

    def ended(self, stack: Stack, ended: Ended | Looked) -> None:
        """See nothing."""


class Kept:
    """A journal in memory."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def write(self, event: Event) -> None:
        """Keep an event."""
        self.events.append(event)


@contextmanager
def nobody_else(stack: Stack) -> Generator[None]:
    """No other run is there."""
    del stack
    yield


def names(parts: Sequence[Wave]) -> list[str]:
    """The stacks of waves."""
    return [one.name for wave in parts for one in wave.stacks]
