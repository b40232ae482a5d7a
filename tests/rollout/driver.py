"""A rollout in a process of its own, to be killed: `python -m tests.rollout.driver FOLDER TOLERATE`.

Its stacks keep the truth in files, written as things happen. `FOLDER/faults.json` says which of them fail, and how.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rollout.journal import Journal
from rollout.run import Limits
from rollout.runner import Runner
from rollout.stacks import Ended, Operation, Outcome
from rollout.state import states_of, still_to_do
from tests.rollout.world import Truth, Unwatching, WorldStacks, nobody_else, waves

if TYPE_CHECKING:
    from rollout.plan import Stack

SIZES = (1, 49, 50, 50, 50)


class FileStacks(WorldStacks):
    """Stacks whose truth outlives the process."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Truth())
        self.folder = folder
        faults = folder / "faults.json"
        self.faults = json.loads(faults.read_text()) if faults.exists() else {}
        for kind in ("touched", "done", "asked"):
            (folder / kind).mkdir(exist_ok=True)

    def up(self, stack: Stack, *, message: str) -> Ended:
        """Touch, and then be through, fail or hang."""
        assert message
        fault = self.faults.get(stack.name, "")
        with (self.folder / "asked" / stack.name).open("a") as file:
            file.write("up\n")
        if fault == "locked":
            return Ended(outcome=Outcome.LOCKED, touched=False, why="somebody else", remedy="Wait.")
        (self.folder / "touched" / stack.name).touch()
        if fault == "hang":
            while True:
                time.sleep(0.1)
        if fault == "raises":
            raise RuntimeError
        if fault:
            return Ended(outcome=Outcome(fault), why=f"it was told to: {fault}", remedy="Mend it.")
        (self.folder / "done" / stack.name).touch()
        return Ended(outcome=Outcome.DONE, changes={"create": 3})


def run(folder: Path, tolerate: int) -> None:
    """One `up`."""
    with Journal(folder / "journal.jsonl") as journal:
        runner = Runner(
            FileStacks(folder),
            journal,
            holding=nobody_else,
            watching=Unwatching(),
            limits=Limits(parallel=4, tolerate=tolerate),
        )
        plan = waves(*SIZES)
        runner.change(Operation.UP, still_to_do(plan, states_of(journal.before.events), Operation.UP))


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]))
