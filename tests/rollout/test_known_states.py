"""For any order of outcomes and any crash, no stack is called untouched or done that is not."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.events import Lost
from rollout.journal import Journal, JournalNotUsable, read, read_file
from rollout.run import Limits, StackHeld
from rollout.runner import Runner
from rollout.stacks import Ended, Operation, Outcome
from rollout.state import State, is_missing, states_of, still_to_do
from tests.rollout.world import Crash, Truth, Unwatching, WorldStacks, nobody_else, waves

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from rollout.plan import Stack
    from rollout.state import States

PLAN = waves(1, 2, 2)
NAMES = [stack.name for wave in PLAN for stack in wave.stacks]
FATES = st.sampled_from(
    [
        Ended(outcome=Outcome.DONE),
        Ended(outcome=Outcome.FAILED),
        Ended(outcome=Outcome.FAILED, touched=False),
        Ended(outcome=Outcome.LOST_LOCK),
        Ended(outcome=Outcome.LOCKED, touched=False),
        Ended(outcome=Outcome.REFUSED, touched=False),
        Ended(outcome=Outcome.PROTECTED, touched=False),
    ]
)
RUNS = st.lists(
    st.tuples(
        st.sampled_from([Operation.UP, Operation.DESTROY]),
        st.sampled_from(["one", "two"]),
        st.dictionaries(st.sampled_from(NAMES), FATES),
        st.sets(st.sampled_from(NAMES), max_size=2),
        st.none() | st.integers(0, 3000),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=4,
)


class Dying(Journal):
    """A journal whose process dies after so many bytes, in the middle of a line, say."""

    def __init__(self, path: Path, truth: Truth, bytes_left: int | None) -> None:
        # The folder is made to last each time a journal is opened, which a disk is slow at and nobody asks here.
        with mock.patch("rollout.journal._sync_folder"):
            super().__init__(path)
        self._truth, self._left = truth, bytes_left

    def _append(self, data: bytes) -> None:
        with self._truth.changing:
            self._truth.alive()
            some = data if self._left is None else data[: self._left]
            with self._path.open("ab") as file:
                file.write(some)
            if self._left is not None:
                self._left -= len(some)
                self._truth.dead = self._left == 0
            self._truth.alive()


def held(names: set[str]) -> Callable[[Stack], AbstractContextManager[None]]:
    """Other runs work on these stacks."""

    def holding(stack: Stack) -> AbstractContextManager[None]:
        if stack.name in names:
            raise StackHeld("Another run works on the stack")
        return nobody_else(stack)

    return holding


def check(states: States, truth: Truth) -> None:
    """Hold what the journal says against what happened."""
    for wave in PLAN:
        for stack in wave.stacks:
            record = states.of(stack.name)
            if record.state is State.UNTOUCHED:
                assert stack.name not in truth.touched
            if record.state is State.DONE:
                assert truth.done[stack.name] == record.inputs
            if record.state is State.DESTROYED:
                assert stack.name in truth.gone
            for inputs in ("one", "two"):
                wanted = stack.model_copy(update={"inputs": inputs})
                if not is_missing(wanted, record, Operation.UP):
                    assert truth.done[stack.name] == inputs


def play(
    folder: Path, runs: list[tuple[Operation, str, dict[str, Ended], set[str], int | None, int]]
) -> Truth:
    """Run one rollout after the other on the same journal, each until it ends or dies, and check after each."""
    truth = Truth()
    path = folder / "journal.jsonl"
    for operation, inputs, fates, others, dies_after, tolerate in runs:
        truth.dead = False
        plan = still_to_do(waves(1, 2, 2, inputs=inputs), states_of(read_file(path).events), operation)
        with Dying(path, truth, dies_after) as journal:
            runner = Runner(
                WorldStacks(truth, fates),
                journal,
                holding=held(others),
                watching=Unwatching(),
                limits=Limits(parallel=2, tolerate=tolerate),
            )
            try:
                runner.change(operation, plan)
            except (Crash, JournalNotUsable):
                assert truth.dead
        check(states_of(read_file(path).events), truth)
    return truth


@settings(max_examples=150, deadline=None)
@given(RUNS)
def test_no_crash_makes_a_stack_look_untouched_or_done(
    runs: list[tuple[Operation, str, dict[str, Ended], set[str], int | None, int]],
) -> None:
    """Whatever ends how, and wherever the process dies: the journal claims nothing that is not so."""
    with tempfile.TemporaryDirectory() as folder:
        play(Path(folder), runs)


@settings(max_examples=60, deadline=None)
@given(RUNS, st.integers(0, 10_000))
def test_no_line_that_is_lost_makes_a_stack_look_untouched_or_done(
    runs: list[tuple[Operation, str, dict[str, Ended], set[str], int | None, int]], choice: int
) -> None:
    """A line that is gone from the middle is noticed, and what it may have said is in doubt."""
    with tempfile.TemporaryDirectory() as folder:
        truth = play(Path(folder), runs)
        lines = (Path(folder) / "journal.jsonl").read_bytes().splitlines(keepends=True)
    readable = [line for line in lines if read(line).events]
    if len(readable) < 2:
        return
    lost = choice % (len(readable) - 1)
    reading = read(b"".join(readable[:lost] + readable[lost + 1 :]))
    assert reading.damaged
    assert any(isinstance(event, Lost) for event in reading.events)
    check(states_of(reading.events), truth)


@settings(max_examples=40, deadline=None)
@given(RUNS)
def test_after_anything_one_more_up_finishes(
    runs: list[tuple[Operation, str, dict[str, Ended], set[str], int | None, int]],
) -> None:
    """A last `up` that nothing disturbs is asked for what is missing alone, and then all is done."""
    with tempfile.TemporaryDirectory() as folder:
        truth = play(Path(folder), runs)
        whole = {name for name, inputs in truth.done.items() if inputs == "one"}
        before = states_of(read_file(Path(folder) / "journal.jsonl").events)
        known = {
            name for name in NAMES if before.of(name).state is State.DONE and before.of(name).inputs == "one"
        }
        truth.asked.clear()
        play_last = play_on(Path(folder), truth)
    assert set(truth.asked) == set(NAMES) - known
    assert known <= whole
    assert all(play_last.of(name).state is State.DONE for name in NAMES)


def play_on(folder: Path, truth: Truth) -> States:
    """One more `up`, undisturbed."""
    path = folder / "journal.jsonl"
    truth.dead = False
    with Dying(path, truth, None) as journal:
        runner = Runner(WorldStacks(truth), journal, holding=nobody_else, watching=Unwatching())
        runner.change(Operation.UP, still_to_do(PLAN, states_of(journal.before.events), Operation.UP))
    return states_of(read_file(path).events)
