from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from rollout.events import RunEnded, StackBegan, StackEnded, StackSeen, WaveBegan, WaveEnded
from rollout.journal import JournalNotUsable
from rollout.run import Limits, StackHeld
from rollout.runner import Runner
from rollout.stacks import Ended, Operation, Outcome
from tests.rollout.world import Kept, Truth, Unwatching, WorldStacks, names, nobody_else, stack, waves

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rollout.events import Event
    from rollout.plan import Stack

PLAN = waves(1, 4, 4)


def runner(stacks: WorldStacks, journal: Kept, *, parallel: int = 2, tolerate: int = 0) -> Runner:
    """A runner that nobody else disturbs."""
    limits = Limits(parallel=parallel, tolerate=tolerate)
    return Runner(stacks, journal, holding=nobody_else, watching=Unwatching(), limits=limits)


def test_a_wave_waits_for_the_one_before() -> None:
    """And the canary goes first, alone."""
    journal = Kept()

    runner(WorldStacks(Truth()), journal).change(Operation.UP, PLAN)

    order = [
        (type(event), event.wave) for event in journal.events if isinstance(event, WaveBegan | WaveEnded)
    ]
    assert order == [(kind, wave) for wave in (1, 2, 3) for kind in (WaveBegan, WaveEnded)]
    between = journal.events.index(
        next(event for event in journal.events if isinstance(event, WaveBegan) and event.wave == 2)
    )
    ended = [event.stack for event in journal.events[:between] if isinstance(event, StackEnded)]
    assert ended == [stack(0).name]


def test_a_canary_that_fails_stops_everything() -> None:
    """No other account is touched."""
    truth = Truth()
    stacks = WorldStacks(truth, {stack(0).name: Ended(outcome=Outcome.FAILED)})

    result = runner(stacks, Kept()).change(Operation.UP, PLAN)

    assert result.stopped_after == 1
    assert truth.asked == [stack(0).name]


def test_within_a_failed_wave_nothing_new_begins() -> None:
    """What is not begun is not touched, and is not said to have failed."""
    truth = Truth()
    journal = Kept()
    stacks = WorldStacks(truth, {stack(1).name: Ended(outcome=Outcome.FAILED)})

    result = runner(stacks, journal, parallel=1).change(Operation.UP, PLAN)

    assert truth.asked == [stack(0).name, stack(1).name]
    assert set(result.ended) == {stack(0).name, stack(1).name}
    (end,) = [event for event in journal.events if isinstance(event, RunEnded)]
    assert end.stopped_after == 2


def test_some_failures_can_be_tolerated() -> None:
    """As many a wave as were said, and not one more."""
    failed = {stack(number).name: Ended(outcome=Outcome.FAILED) for number in (1, 2, 5, 6, 7)}
    truth = Truth()

    result = runner(WorldStacks(truth, failed), Kept(), parallel=1, tolerate=2).change(Operation.UP, PLAN)

    assert result.stopped_after == 3
    assert truth.asked == names(PLAN)[:8]


def test_no_more_stacks_run_at_once_than_allowed() -> None:
    """The bound holds across the wave."""
    running: list[int] = []
    most: list[int] = []

    class Counting(WorldStacks):
        def up(self, stack: Stack, *, message: str) -> Ended:
            running.append(1)
            most.append(len(running))
            threading.Event().wait(0.01)
            running.pop()
            return super().up(stack, message=message)

    runner(Counting(Truth()), Kept(), parallel=3).change(Operation.UP, waves(12))

    assert max(most) <= 3


def test_a_surprise_in_one_stack_leaves_the_others_a_record() -> None:
    """It counts as failed and touched: nobody knows how far it came."""

    class Surprising(WorldStacks):
        def up(self, stack: Stack, *, message: str) -> Ended:
            if stack.name == names(PLAN)[2]:
                raise LookupError
            return super().up(stack, message=message)

    result = runner(Surprising(Truth()), Kept(), tolerate=1).change(Operation.UP, PLAN)

    surprised = result.ended[stack(2).name]
    assert (surprised.outcome, surprised.touched) == (Outcome.FAILED, True)
    assert len(result.ended) == 9


def test_a_stack_that_another_run_holds_is_not_begun() -> None:
    """It is locked, as one is that the backend locks, and its remedy is to wait."""
    journal, truth = Kept(), Truth()

    def holding(one: Stack) -> AbstractContextManager[None]:
        if one.name == stack(0).name:
            raise StackHeld("Another run works on the stack", remedy="Wait until it ends.")
        return nobody_else(one)

    held = Runner(WorldStacks(truth), journal, holding=holding, watching=Unwatching())
    result = held.change(Operation.UP, waves(1))

    assert result.ended[stack(0).name].outcome is Outcome.LOCKED
    assert not truth.asked
    assert not any(isinstance(event, StackBegan) for event in journal.events)


def test_without_a_journal_nothing_goes_on() -> None:
    """A stack whose beginning could not be written down is not begun."""
    truth = Truth()

    class Full(Kept):
        def write(self, event: Event) -> None:
            if isinstance(event, StackBegan) and event.stack == stack(1).name:
                raise JournalNotUsable("The disk is full")
            super().write(event)

    with pytest.raises(JournalNotUsable, match="full"):
        runner(WorldStacks(truth), Full(), parallel=1).change(Operation.UP, PLAN)

    assert truth.asked == [stack(0).name]


def test_ctrl_c_lets_what_runs_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs is written down to its end, and nothing new begins."""
    begun, told = threading.Event(), threading.Event()
    journal = Kept()

    class Slow(WorldStacks):
        def up(self, stack: Stack, *, message: str) -> Ended:
            begun.set()
            assert told.wait(10)
            return super().up(stack, message=message)

    from rollout import runner as module  # noqa: PLC0415 -- its name is taken here

    wait = module.wait

    def interrupted(futures: Any, **options: Any) -> Any:
        if not told.is_set():
            assert begun.wait(10)
            told.set()
            raise KeyboardInterrupt
        return wait(futures, **options)

    monkeypatch.setattr(module, "wait", interrupted)
    result = runner(Slow(Truth()), journal, parallel=1).change(Operation.UP, waves(3, 3))

    assert result.interrupted
    assert set(result.ended) == {stack(0).name}
    assert isinstance(journal.events[-1], RunEnded)
    assert journal.events[-1].interrupted


def test_a_look_goes_on_after_a_failure() -> None:
    """And is written down, each stack's."""

    class Blind(WorldStacks):
        def drift(self, stack: Stack) -> object:  # type: ignore[override]
            raise OSError(stack.name)

    journal = Kept()

    result = runner(Blind(Truth()), journal).look(Operation.DRIFT, PLAN)

    assert len(result.seen) == 9
    assert not any(looked.seen for looked in result.seen.values())
    assert sum(isinstance(event, StackSeen) for event in journal.events) == 9
