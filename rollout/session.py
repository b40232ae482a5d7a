"""What a command of a rollout works with: its plan, its journal, and its stacks."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.errors import MeshtrailError
from rollout.planning import read_plan
from rollout.program import program_of
from rollout.redaction import Redaction
from rollout.stacks import Looked
from rollout.status import counted
from rollout.workspaces import Workspaces
from verify.report.text import loggable

if TYPE_CHECKING:
    from pathlib import Path

    from rollout.automation import AutomationStacks
    from rollout.plan import Plan, Stack, Wave
    from rollout.program import Program
    from rollout.stacks import Ended

PLAN: Final = "plan.json"
JOURNAL: Final = "journal.jsonl"
STACKS: Final = "stacks"


class NoExternalId(MeshtrailError):
    """The plan's role asks for an external id, and none was given."""


@dataclass(frozen=True, slots=True)
class Session:
    """A plan and everything that it takes to run it.

    Attributes:
        plan: The plan.
        program: The program.
        workspaces: The stacks' working directories.
        stacks: The stacks.
    """

    plan: Plan
    program: Program
    workspaces: Workspaces
    stacks: AutomationStacks


def session_of(
    directory: Path, plan_file: Path | None, *, program: Path, external_id: str, refresh: bool = False
) -> Session:
    """Read the plan, and get ready to run it.

    Args:
        directory: Where the rollout is kept.
        plan_file: The plan, when it is kept elsewhere.
        program: Where the program is.
        external_id: What the role in the accounts asks for.
        refresh: Whether `up` first asks AWS what there is by now.

    Raises:
        BadPlan: when there is none.
        NoProgram: when the program is not where it should be.
        NoPulumi: when there is no `pulumi`.
        NoExternalId: when one is asked for.
    """
    plan = read_plan(plan_file or directory / PLAN)
    if plan.settings.external_id and not external_id:
        raise NoExternalId(
            "The role in the accounts asks for an external id",
            where=plan.settings.role_name,
            remedy="Set MESHTRAIL_EXTERNAL_ID, or give --external-id.",
        )
    found = program_of(program)
    workspaces = Workspaces(
        (directory / STACKS).resolve(),
        found,
        plan.settings,
        external_id=external_id * plan.settings.external_id,
    )
    # Pulumi's SDK is loaded here and not above: a plan and a status need none of it.
    from rollout.automation import AutomationStacks  # noqa: PLC0415

    redaction = Redaction(os.environ, external_id)
    stacks = AutomationStacks(plan.settings, workspaces, redaction, refresh=refresh)
    return Session(plan, found, workspaces, stacks)


class Lines:
    """Progress on stderr: a line for every wave, and one for every stack that is through.

    Args:
        planned: How many stacks there are to do.
        quiet: Show nothing.
    """

    def __init__(self, planned: int, *, quiet: bool) -> None:
        self._planned = planned
        self._quiet = quiet
        self._through = 0

    def wave(self, wave: Wave) -> None:
        """A wave begins."""
        self._say(f"wave {wave.number}{' (canary)' if wave.canary else ''}: {len(wave.stacks)} to do")

    def ended(self, stack: Stack, ended: Ended | Looked) -> None:
        """A stack is through."""
        self._through += 1
        seen = isinstance(ended, Looked)
        what = ("seen" if ended.seen else "not seen") if seen else ended.outcome.value
        width = len(str(self._planned))
        self._say(
            f"[{self._through:{width}}/{self._planned}] {what:9} {stack.name}  {stack.account_name}  "
            f"{counted(dict(ended.changes)) if what in {'done', 'seen'} else ended.why.split(chr(10))[0]}"
        )

    def _say(self, line: str) -> None:
        if not self._quiet:
            sys.stderr.write(f"{loggable(line)}\n")  # one write, so that lines of several threads do not mix
            sys.stderr.flush()
