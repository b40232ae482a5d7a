"""`meshtrail`, and what it exits with."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from importlib import metadata, util

import typer

from cloudtrail.errors import MeshtrailError
from verify.aws import CannotLook
from verify.catalogue_commands import controls, permissions
from verify.commands import verify
from verify.events_command import events
from verify.output import to_stdout, visible_lines
from verify.preflight.command import preflight
from verify.report_command import report
from verify.verdict import ExitCode

app = typer.Typer(
    name="meshtrail",
    help="A record of every AWS App Mesh call that lasts, and the proof that it does.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_VERIFIER = (verify, preflight, events, report, controls, permissions)
for _command in _VERIFIER:
    app.command()(_command)


def _add_sandbox() -> None:
    """Offer the sandbox and the demo where they are installed: they are an extra."""
    if util.find_spec("moto") is None:
        return
    from demo.commands import demo  # noqa: PLC0415 -- an extra that may not be installed
    from sandbox.commands import app as sandbox  # noqa: PLC0415 -- the same

    app.command()(demo)
    app.add_typer(sandbox, name="sandbox")


def _add_rollout() -> None:
    """Offer rollouts, which other commands need nothing of, where files can be locked: not on Windows."""
    if util.find_spec("fcntl") is None:
        return
    from rollout.commands import app as rollout  # noqa: PLC0415 -- what it takes to load is for who rolls out

    app.add_typer(rollout, name="rollout")


def _version(show: bool) -> None:  # noqa: FBT001 -- typer's callback signature
    if show:
        typer.echo(f"meshtrail {metadata.version('meshtrail')}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(  # noqa: FBT001 -- typer reads the option from the signature
        False,  # noqa: FBT003 -- its default
        "--version",
        callback=_version,
        is_eager=True,
        help="Print the version.",
    ),
) -> None:
    """Options of every command."""


_GARBAGE = 50_000
"""How many more objects there have to be before Python looks for garbage: what is read makes few cycles, and to look
for them every 700 objects, as Python does by itself, took a fifth of the time of many small log files."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; never lets a person see a traceback for what a person can mend."""
    gc.freeze()  # what was imported stays
    gc.set_threshold(_GARBAGE, 20, 20)
    code = run(arguments)
    with to_stdout():
        pass  # what is still buffered goes out here, or nowhere if nobody reads it any more
    if code == ExitCode.INTERRUPTED:
        os._exit(code)  # threads may still sleep on a probe or a query, and Python would wait for them
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    # To load the sandbox takes longer than many a verification, and as much memory.
    asked_for = words[0] if words else ""
    if asked_for not in {command.__name__ for command in _VERIFIER}:
        if asked_for != "rollout":
            _add_sandbox()
        _add_rollout()
    try:
        code = int(app(args=arguments, standalone_mode=False) or 0)
    except (KeyboardInterrupt, typer.Abort):
        code = ExitCode.INTERRUPTED
    except SystemExit:
        # No command ends so by itself. Typer and rich do, with 1, when nobody reads the help any more.
        return ExitCode.OK
    except Exception as error:  # noqa: BLE001 -- Python would exit with 1, which says that the proof failed
        return _explain(error)
    if code == ExitCode.INTERRUPTED:  # which typer, too, makes of Ctrl-C, and without a word
        sys.stderr.write("Interrupted.\n")
    return code


def _explain(error: Exception) -> ExitCode:
    """Say what went wrong, and what that means for whoever called."""
    if isinstance(error, typer.TyperException):
        # Typer's own words for a wrong option; only its exit code, 2, is not ours.
        from typer.rich_utils import rich_format_error  # noqa: PLC0415 -- a tenth of a second, for this alone

        rich_format_error(error)  # pyright: ignore[reportArgumentType] -- its public base class is all there is to catch
        return ExitCode.USAGE
    if isinstance(error, MeshtrailError):
        # What AWS or a file said is part of the error: nothing in it may steer the terminal.
        sys.stderr.write(f"meshtrail: {visible_lines(str(error))}\n")
        return ExitCode.UNVERIFIABLE if isinstance(error, CannotLook) else ExitCode.USAGE
    told = "".join(traceback.format_exception(error))
    sys.stderr.write(f"{visible_lines(told)}meshtrail: this is a defect of meshtrail; please report it.\n")
    return ExitCode.UNVERIFIABLE
