"""`meshtrail rollout preview`, `drift` and `status`: commands that change nothing."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rollout.command_options import (
    DIRECTORY,
    PARALLEL,
    PROGRAM,
    Directory,
    ExternalId,
    OnlyStack,
    OnlyWave,
    Parallel,
    PlanFile,
    ProgramFolder,
    Quiet,
)
from rollout.journal import Journal, read_file
from rollout.planning import read_plan, refuse_other_inputs
from rollout.run import Limits, Result
from rollout.runner import Runner
from rollout.session import JOURNAL, PLAN, Lines, session_of
from rollout.stacks import Operation
from rollout.status import counted, status_of
from rollout.waves import only
from verify.output import to_stdout
from verify.report.text import loggable, plural
from verify.verdict import ExitCode


class LookFormat(StrEnum):
    """What commands print that only look."""

    TEXT = "text"
    JSON = "json"


Output = Annotated[LookFormat, typer.Option("--output", "-o", help="What to print.")]


def preview(
    *,
    directory: Directory = DIRECTORY,
    plan_file: PlanFile = None,
    program: ProgramFolder = PROGRAM,
    only_wave: OnlyWave = None,
    only_stack: OnlyStack = None,
    parallel: Parallel = PARALLEL,
    external_id: ExternalId = "",
    output: Output = LookFormat.TEXT,
    quiet: Quiet = False,
) -> None:
    """See what `up` would do, in every account of the plan.

    A stack that is not there yet is created in the backend, empty, for that is
    what Pulumi previews against; in AWS nothing is changed.

    Exit codes: 0 every stack could be seen; 2 some could not.

    Examples:
      meshtrail rollout preview
      meshtrail rollout preview --only-wave 1 -o json
    """
    result, asked_for = _look(
        Operation.PREVIEW,
        directory=directory,
        plan_file=plan_file,
        program=program,
        part=(only_wave, only_stack),
        parallel=parallel,
        external_id=external_id,
        quiet=quiet,
    )
    _print(result, asked_for, output)
    seen = all(looked.seen for looked in result.seen.values()) and len(result.seen) == asked_for
    raise typer.Exit(_code(seen=seen, different=False, interrupted=result.interrupted))


def drift(
    *,
    directory: Directory = DIRECTORY,
    plan_file: PlanFile = None,
    program: ProgramFolder = PROGRAM,
    only_wave: OnlyWave = None,
    only_stack: OnlyStack = None,
    parallel: Parallel = PARALLEL,
    external_id: ExternalId = "",
    output: Output = LookFormat.TEXT,
    quiet: Quiet = False,
) -> None:
    """See where AWS is no longer what a stack's state says, without changing either.

    Asks AWS for every resource (`pulumi refresh --preview-only`) and writes what
    it saw to the journal, so that `status` shows it.

    Exit codes: 0 nothing has drifted; 1 something has; 2 nothing that could be
    seen has, but some stacks could not be seen.

    Examples:
      meshtrail rollout drift
      meshtrail rollout drift --only-stack account-123456789012 -o json
    """
    result, asked_for = _look(
        Operation.DRIFT,
        directory=directory,
        plan_file=plan_file,
        program=program,
        part=(only_wave, only_stack),
        parallel=parallel,
        external_id=external_id,
        quiet=quiet,
    )
    _print(result, asked_for, output)
    seen = all(looked.seen for looked in result.seen.values()) and len(result.seen) == asked_for
    drifted = any(looked.changes for looked in result.seen.values())
    raise typer.Exit(_code(seen=seen, different=drifted, interrupted=result.interrupted))


def status(
    *,
    directory: Directory = DIRECTORY,
    plan_file: PlanFile = None,
    journal: Annotated[
        list[Path] | None,
        typer.Option(
            "--journal",
            metavar="FILE",
            help="A journal (may be repeated: of several machines' the worst counts); not given: --directory's.",
        ),
    ] = None,
    output: Output = LookFormat.TEXT,
) -> None:
    """Where every account of the plan stands: from the journal alone, also while a rollout runs or after it died.

    untouched: nothing can have changed there. done: `up` ended well, with what
    the plan says. outdated: with an earlier plan. failed: it ended with an
    error. in-doubt: it began and nobody saw the end, or its lock was lost.
    destroyed: `destroy` ended well.

    Exit codes: 0 all are done; 1 something failed; 2 nothing failed, but not
    all are done.

    Examples:
      meshtrail rollout status
      meshtrail rollout status -o json | jq -r '.stacks[] | select(.state == "in-doubt") | .account'
      meshtrail rollout status --journal runner-1.jsonl --journal runner-2.jsonl
    """
    found = status_of(
        read_plan(plan_file or directory / PLAN),
        [read_file(path) for path in journal or [directory / JOURNAL]],
    )
    with to_stdout():
        if output is LookFormat.JSON:
            sys.stdout.write(json.dumps(found.as_document(), indent=2) + "\n")
        else:
            sys.stdout.write(found.as_text())
    raise typer.Exit(found.exit_code)


def _look(
    operation: Operation,
    *,
    directory: Path,
    plan_file: Path | None,
    program: Path,
    part: tuple[list[int] | None, list[str] | None],
    parallel: int,
    external_id: str,
    quiet: bool,
) -> tuple[Result, int]:
    session = session_of(directory, plan_file, program=program, external_id=external_id)
    waves = only(session.plan, waves=part[0] or (), stacks=part[1] or ())
    stacks = [stack for wave in waves for stack in wave.stacks]
    if operation is Operation.PREVIEW:
        refuse_other_inputs(session.plan, session.program, stacks)
    with Journal(directory / JOURNAL) as journal:
        runner = Runner(
            session.stacks,
            journal,
            holding=session.workspaces.held,
            watching=Lines(len(stacks), quiet=quiet),
            limits=Limits(parallel=parallel),
        )
        return runner.look(operation, waves), len(stacks)


def _print(result: Result, asked_for: int, output: LookFormat) -> None:
    seen = sorted(result.seen.items())
    with to_stdout():
        if output is LookFormat.JSON:
            told = [
                {
                    "stack": name,
                    "seen": one.seen,
                    "changes": dict(one.changes),
                    "why": one.why,
                    "remedy": one.remedy,
                }
                for name, one in seen
            ]
            sys.stdout.write(json.dumps(told, indent=2) + "\n")
            return
        for name, one in seen:
            if one.changes or not one.seen:
                first = one.why.split("\n")[0]
                sys.stdout.write(
                    loggable(f"{name}: {counted(dict(one.changes)) if one.seen else first}") + "\n"
                )
                if one.remedy:
                    sys.stdout.write(loggable(f"  do: {one.remedy}") + "\n")
        quiet = sum(one.seen and not one.changes for _, one in seen)
        sys.stdout.write(f"{quiet} of {plural(asked_for, 'stack')} without changes\n")


def _code(*, seen: bool, different: bool, interrupted: bool) -> ExitCode:
    if interrupted:
        return ExitCode.INTERRUPTED
    if different:
        return ExitCode.FAILED
    return ExitCode.OK if seen else ExitCode.UNVERIFIABLE
