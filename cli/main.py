"""`meshtrail`, and what it exits with."""

from __future__ import annotations

import sys
from importlib import metadata, util

import typer
from typer.rich_utils import rich_format_error

from cloudtrail.errors import MeshtrailError
from verify.aws import CannotLook
from verify.commands import events, verify
from verify.report import visible
from verify.report_command import report
from verify.verdict import ExitCode

app = typer.Typer(
    name="meshtrail",
    help="A record of every AWS App Mesh call that lasts, and the proof that it does.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(verify)
app.command()(events)
app.command()(report)


def _add_sandbox() -> None:
    """Offer the sandbox and the demo where they are installed: they are an extra."""
    if util.find_spec("moto") is None:
        return
    from demo.commands import demo  # noqa: PLC0415 -- an extra that may not be installed
    from sandbox.commands import app as sandbox  # noqa: PLC0415 -- the same

    app.command()(demo)
    app.add_typer(sandbox, name="sandbox")


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


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; never lets a person see a traceback for what a person can mend."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    _add_sandbox()
    try:
        code = app(args=arguments, standalone_mode=False)
    except typer.TyperException as error:
        # Typer's own words for a wrong option; only its exit code, 2, is not ours.
        rich_format_error(error)  # pyright: ignore[reportArgumentType] -- its public base class is all there is to catch
        return ExitCode.USAGE
    except CannotLook as error:
        _say(error)
        return ExitCode.UNVERIFIABLE
    except MeshtrailError as error:
        _say(error)
        return ExitCode.USAGE
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("Interrupted.\n")
        return ExitCode.INTERRUPTED
    return int(code or 0)


def _say(error: MeshtrailError) -> None:
    # What AWS or a file said is part of the error: line by line, so that nothing in it steers the terminal.
    lines = [visible(line) for line in str(error).split("\n")]
    sys.stderr.write("meshtrail: " + "\n".join(lines) + "\n")
