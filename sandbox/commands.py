"""The command line of the sandbox: `python -m sandbox serve`, and `meshtrail sandbox serve`."""

import os
import select
import shlex
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Final

import typer

from cloudtrail.errors import MeshtrailError
from sandbox.plugin.home import make_home
from sandbox.process import READY, UNTIL_STDIN_ENDS
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What ends it in good order: Ctrl-C, a request to end, a terminal that is closed."""

_LOOK: Final = 0.2
"""Seconds between two looks at what may end it."""

app = typer.Typer(
    name="sandbox",
    help="An AWS in a box: moto, and the CloudTrail that moto lacks.",
    no_args_is_help=True,
    add_completion=False,
)


@app.callback()
def main() -> None:
    """An AWS in a box: moto, and the CloudTrail that moto lacks."""


_EPILOG = (
    "Point any AWS client at it: AWS_ENDPOINT_URL=http://127.0.0.1:PORT with any access key. "
    "An unknown key is the root user of 123456789012; a key of twelve digits is the root user of that account. "
    "Nothing is real and nothing leaves this machine."
)


@app.command(epilog=_EPILOG)
def serve(
    *,
    port: Annotated[int, typer.Option(help="Where to listen on 127.0.0.1; 0 takes a free port.")] = 0,
    delivery_interval: Annotated[
        float, typer.Option(help="Seconds between deliveries of log files to a trail's bucket.")
    ] = 1.0,
    digest_interval: Annotated[
        float, typer.Option(help="Seconds between digests of a trail with log file validation; 1 or more.")
    ] = 4.0,
    history_delay: Annotated[
        float, typer.Option(help="Seconds until an event shows in Event history.")
    ] = 0.0,
    lake_delay: Annotated[
        float, typer.Option(help="Seconds until an event shows in event data stores.")
    ] = 0.0,
    lookup_tps: Annotated[
        float, typer.Option(help="LookupEvents calls a second, per account and Region.")
    ] = 2.0,
    lake_new_customer: Annotated[
        bool,
        typer.Option("--lake-new-customer", help="Refuse new event data stores, as AWS does new customers."),
    ] = False,
    app_mesh_ended: Annotated[
        bool, typer.Option("--app-mesh-ended", help="Refuse every App Mesh call, as after 2026-09-30.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Make runs with faults repeatable; without it each is different.")
    ] = None,
    until_stdin_ends: Annotated[
        bool, typer.Option(UNTIL_STDIN_ENDS, help="Stop at the end of stdin, and so with whoever holds it.")
    ] = False,
) -> None:
    """Run a sandbox until it is interrupted.

    When it answers, it says `sandbox ready at http://127.0.0.1:PORT` on stdout.
    """
    try:
        settings = SandboxSettings(
            port=port,
            delivery_interval=delivery_interval,
            digest_interval=digest_interval,
            history_delay=history_delay,
            lake_delay=lake_delay,
            lookup_tps=lookup_tps,
            lake_new_customer=lake_new_customer,
            app_mesh_ended=app_mesh_ended,
            seed=seed,
        )
        stopped = threading.Event()

        def stop(_number: int, _frame: object) -> None:
            stopped.set()

        for number in _SIGNALS:
            signal.signal(number, stop)
        with Sandbox(settings) as sandbox:
            typer.echo(f"{READY}{sandbox.endpoint}")
            while not stopped.wait(_LOOK):
                if until_stdin_ends and _stdin_has_ended():
                    break
    except MeshtrailError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error


@app.command(
    epilog="Afterwards, with `meshtrail sandbox serve --port 4580` running: pulumi stack init sandbox && pulumi up. "
    "The real AWS provider and stacks kept elsewhere are out of reach in such a shell."
)
def pulumi(
    folder: Annotated[Path, typer.Argument(help="Where the plugin and the stacks' states go.")] = Path(
        "build/pulumi"
    ),
    *,
    endpoint: Annotated[str, typer.Option(help="The sandbox's URL.")] = "http://127.0.0.1:4580",
) -> None:
    """Prepare a folder from which Pulumi's own command line provisions the sandbox; print its environment.

    For a shell: `eval "$(meshtrail sandbox pulumi)"`.
    """
    try:
        environment = make_home(folder, endpoint=endpoint)
    except OSError as error:
        typer.echo(f"The folder cannot be made: {error}. Name another one.", err=True)
        raise typer.Exit(3) from error
    for name, value in environment.items():
        typer.echo(f"export {name}={shlex.quote(value)}")


def _stdin_has_ended() -> bool:
    """Whether nobody holds the other end of stdin any more; whatever comes in is thrown away.

    Looked at now and then, not waited for in a thread: one that is still waiting when the interpreter ends keeps
    objects of C++ libraries alive, and these complain on stderr.
    """
    descriptor = sys.stdin.fileno()
    ready, _, _ = select.select([descriptor], [], [], 0)
    return bool(ready) and not os.read(descriptor, 1024)
