"""A rollout of 200 stacks in which everything goes wrong that can, and the one after it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from rollout.events import StackBegan
from rollout.journal import read_file
from rollout.plan import Plan, Settings
from rollout.state import State, states_of
from rollout.status import status_of
from tests.rollout.driver import SIZES, run
from tests.rollout.world import names, stack, waves
from verify.verdict import ExitCode

ALL = names(waves(*SIZES))
PROVIDER_ERROR, SURPRISE, LOST_LOCK, LOCKED = (stack(number).name for number in (30, 40, 60, 61))
HANGING = [stack(number).name for number in (120, 121, 122, 123)]
ROOT = Path(__file__).parents[2]
PATIENCE = 60


def truth(folder: Path, kind: str) -> set[str]:
    """What really happened to which stacks."""
    return {path.name for path in (folder / kind).iterdir()}


def killed_in_the_middle(folder: Path) -> None:
    """Let a rollout run in a process of its own until four stacks hang, and kill it then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.rollout.driver", str(folder), "5"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        until = time.monotonic() + PATIENCE
        while not all((folder / "touched" / name).exists() for name in HANGING):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def test_two_hundred_stacks_end_in_a_known_state_and_a_second_up_finishes(tmp_path: Path) -> None:
    """A provider error, a surprise, a lost lock, a stack of somebody else's, and a process that is killed."""
    faults = {PROVIDER_ERROR: "failed", SURPRISE: "raises", LOST_LOCK: "lost-lock", LOCKED: "locked"}
    (tmp_path / "faults.json").write_text(json.dumps({**faults, **dict.fromkeys(HANGING, "hang")}))
    killed_in_the_middle(tmp_path)

    states = states_of(read_file(tmp_path / "journal.jsonl").events)
    by_state = {state: {name for name in ALL if states.of(name).state is state} for state in State}
    assert len(ALL) == 200
    assert by_state[State.FAILED] == {PROVIDER_ERROR, SURPRISE}
    assert by_state[State.IN_DOUBT] == {LOST_LOCK, *HANGING}
    assert by_state[State.DONE] == truth(tmp_path, "done")
    assert len(by_state[State.DONE]) > 100
    assert by_state[State.UNTOUCHED] == set(ALL) - truth(tmp_path, "touched")
    assert LOCKED in by_state[State.UNTOUCHED]
    assert {stack(199).name, stack(150).name} <= by_state[State.UNTOUCHED]
    assert all(states.of(name).why for name in by_state[State.FAILED] | by_state[State.IN_DOUBT])

    plan = Plan(
        organization="o-exampleorgid", settings=Settings(project="p", template="t"), waves=waves(*SIZES)
    )
    status = status_of(plan, [read_file(tmp_path / "journal.jsonl")])
    assert sum(status.counts.values()) == 200
    assert status.exit_code is ExitCode.FAILED
    assert HANGING[0] in status.as_text()

    (tmp_path / "faults.json").unlink()
    for path in (tmp_path / "asked").iterdir():
        path.unlink()
    run(tmp_path, 0)

    assert truth(tmp_path, "asked") == set(ALL) - by_state[State.DONE]
    assert truth(tmp_path, "done") == set(ALL)
    after = read_file(tmp_path / "journal.jsonl")
    assert {states_of(after.events).of(name).state for name in ALL} == {State.DONE}
    assert status_of(plan, [after]).exit_code is ExitCode.OK

    began = sum(isinstance(event, StackBegan) for event in after.events)
    run(tmp_path, 0)

    third = read_file(tmp_path / "journal.jsonl")
    assert sum(isinstance(event, StackBegan) for event in third.events) == began
