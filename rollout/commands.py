"""`meshtrail rollout`: commands that change something."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cloudtrail.errors import MeshtrailError
from rollout.command_options import (
    DIRECTORY,
    PARALLEL,
    PROGRAM,
    Again,
    Directory,
    ExternalId,
    OnlyStack,
    OnlyWave,
    Parallel,
    PlanFile,
    ProgramFolder,
    Quiet,
    Refresh,
    TakeLocks,
    Tolerate,
)
from rollout.journal import Journal
from rollout.looking_commands import drift, preview, status
from rollout.plan import Plan, Wave
from rollout.plan_command import plan
from rollout.planning import refuse_other_inputs
from rollout.run import Limits
from rollout.runner import Runner
from rollout.session import JOURNAL, Lines, Session, session_of
from rollout.stacks import Operation, Outcome
from rollout.state import State, states_of, still_to_do
from rollout.waves import only
from verify.output import to_stdout
from verify.report.text import loggable, plural
from verify.verdict import ExitCode

app = typer.Typer(name="rollout", no_args_is_help=True, add_completion=False)


class NotConfirmed(MeshtrailError):
    """Nobody confirmed what cannot be taken back."""


@app.callback()
def main() -> None:
    """The same stack in many accounts: in waves, a canary first, with a journal.

    `plan` chooses the accounts. `up` rolls out, stops after a wave in which
    something failed, and goes on where it stopped when it is run again.

    Examples:
      meshtrail rollout plan --ou ou-exam-11111111 --role-name MeshtrailDeployer
      meshtrail rollout preview --only-wave 1
      meshtrail rollout up
      meshtrail rollout status
    """


def up(
    *,
    directory: Directory = DIRECTORY,
    plan_file: PlanFile = None,
    program: ProgramFolder = PROGRAM,
    only_wave: OnlyWave = None,
    only_stack: OnlyStack = None,
    parallel: Parallel = PARALLEL,
    tolerate: Tolerate = 0,
    external_id: ExternalId = "",
    again: Again = False,
    refresh: Refresh = False,
    take_locks: TakeLocks = False,
    quiet: Quiet = False,
) -> None:
    """Roll out what is missing of the plan, wave by wave.

    A wave in which more than --tolerate stacks failed is the last: what runs
    is finished, nothing new begins. Run it again to go on: what the journal
    proves to be done is not done twice, what is in doubt is. Ctrl-C waits for
    what runs; a second one does not, and leaves it in doubt.

    Exit codes: 0 everything asked for is done; 1 something failed; 2 nothing
    failed, but something is not done (locked, lock lost, not begun); 3 wrong
    usage, or no plan; 130 interrupted.

    Examples:
      meshtrail rollout up
      meshtrail rollout up --parallel 16 --tolerate 2
      meshtrail rollout up --only-wave 1
      meshtrail rollout up --plan plan.json --only-stack account-123456789012
      meshtrail rollout up --again --refresh --only-stack account-123456789012
    """
    session = session_of(directory, plan_file, program=program, external_id=external_id, refresh=refresh)
    waves = only(session.plan, waves=only_wave or (), stacks=only_stack or ())
    refuse_other_inputs(session.plan, session.program, [stack for wave in waves for stack in wave.stacks])
    limits = Limits(parallel=parallel, tolerate=tolerate)
    _change(Operation.UP, session, waves, directory, limits, again=again, take_locks=take_locks, quiet=quiet)


def destroy(
    *,
    directory: Directory = DIRECTORY,
    plan_file: PlanFile = None,
    program: ProgramFolder = PROGRAM,
    only_wave: OnlyWave = None,
    only_stack: OnlyStack = None,
    parallel: Parallel = PARALLEL,
    tolerate: Tolerate = 0,
    external_id: ExternalId = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    take_locks: TakeLocks = False,
    quiet: Quiet = False,
) -> None:
    """Delete the plan's stacks, wave by wave; what is protected stays, and its whole stack with it.

    Asks for the organization's id first (without one, for the project's
    name). Nothing here takes a protection away: trails, buckets, keys and
    event data stores are protected unless their settings say otherwise, and
    a stack that holds one is refused before anything is deleted.

    Exit codes: as of `up`; a stack that was refused counts as failed.

    Examples:
      meshtrail rollout destroy --only-stack account-123456789012
      meshtrail rollout destroy --only-wave 1 --yes
    """
    session = session_of(directory, plan_file, program=program, external_id=external_id)
    waves = only(session.plan, waves=only_wave or (), stacks=only_stack or ())
    if not yes:
        _confirm(session.plan, waves)
    limits = Limits(parallel=parallel, tolerate=tolerate)
    _change(
        Operation.DESTROY, session, waves, directory, limits, again=True, take_locks=take_locks, quiet=quiet
    )


def _confirm(plan: Plan, waves: tuple[Wave, ...]) -> None:
    word = plan.organization or plan.settings.project
    many = plural(sum(len(wave.stacks) for wave in waves), "stack")
    if not _is_terminal():
        raise NotConfirmed(
            f"{many} would be deleted, and nobody is there to confirm it",
            remedy="Run it on a terminal, or give --yes.",
        )
    typer.echo(f"This deletes {many}. It cannot be taken back.", err=True)
    if typer.prompt(f"Type {word} to go on", default="", show_default=False, err=True) != word:
        raise NotConfirmed("Nothing was deleted", why=f"the answer was not {word}")


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _change(
    operation: Operation,
    session: Session,
    waves: tuple[Wave, ...],
    directory: Path,
    limits: Limits,
    *,
    again: bool,
    take_locks: bool,
    quiet: bool,
) -> None:
    asked_for = sum(len(wave.stacks) for wave in waves)
    with Journal(directory / JOURNAL) as journal:
        before = states_of(journal.before.events)
        missing = waves if again else still_to_do(waves, before, operation)
        planned = sum(len(wave.stacks) for wave in missing)
        if planned < asked_for:
            sys.stderr.write(
                f"{asked_for - planned} of {plural(asked_for, 'stack')} done already\n" * (not quiet)
            )
        runner = Runner(
            session.stacks,
            journal,
            holding=session.workspaces.held,
            watching=Lines(planned, quiet=quiet),
            limits=limits,
            cancel=lambda stack: take_locks and before.of(stack.name).state is State.IN_DOUBT,
        )
        result = runner.change(operation, missing)
    outcomes = [ended.outcome for ended in result.ended.values()]
    done = asked_for - planned + outcomes.count(Outcome.DONE)
    with to_stdout():
        sys.stdout.write(f"{done} of {plural(asked_for, 'stack')} done\n")
        for name, ended in sorted(result.ended.items()):
            if ended.outcome is not Outcome.DONE:
                why = "\n  ".join(ended.why.splitlines())
                for line in f"{ended.outcome.value}: {name}\n  {why}\n  do: {ended.remedy}".splitlines():
                    sys.stdout.write(f"{loggable(line)}\n")
        if result.stopped_after is not None:
            rest = planned - len(outcomes)
            sys.stdout.write(f"stopped in wave {result.stopped_after}; {plural(rest, 'stack')} not begun\n")
    raise typer.Exit(_exit_code(outcomes, done=done == asked_for, interrupted=result.interrupted))


def _exit_code(outcomes: list[Outcome], *, done: bool, interrupted: bool) -> ExitCode:
    if interrupted:
        return ExitCode.INTERRUPTED
    if {Outcome.FAILED, Outcome.PROTECTED} & set(outcomes):
        return ExitCode.FAILED
    return ExitCode.OK if done else ExitCode.UNVERIFIABLE


for _command in (plan, up, preview, drift, status, destroy):
    app.command()(_command)
