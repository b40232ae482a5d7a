"""`meshtrail demo`."""

import os
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from demo.faults import FAULTS, fault_named
from demo.run import Story, play
from verify.output import to_stdout, write_file
from verify.progress import watching
from verify.report import print_report
from verify.verdict import exit_code

OUTPUT: Final = Path("build/demo")
PROJECT: Final = Path(__file__).resolve().parent.parent


def demo(
    break_with: Annotated[
        str | None,
        typer.Option(
            "--break", metavar="FAULT", help=f"Break the record first. One of: {', '.join(FAULTS)}."
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output-dir", metavar="DIR", help="Where the report and the manifest go.")
    ] = OUTPUT,
    *,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the report only.")] = False,
) -> None:
    """The main job on an AWS in a box: provision, call App Mesh, deliver, verify.

    Needs no account and no network. Runs the project's own Pulumi program with
    the stack `sandbox`, makes every App Mesh call in two Regions as several kinds
    of caller, and verifies the record. With --break the record is damaged first,
    and the proof has to fail: exit code 1.

    Examples:
      meshtrail demo
      meshtrail demo --break tamper-log
    """
    fault = None if break_with is None else fault_named(break_with)
    _leave_the_real_aws_alone()
    progress = Console(stderr=True, quiet=quiet)
    with watching(quiet=quiet) as watcher:
        story = play(
            PROJECT,
            fault=fault,
            watcher=watcher,
            tell=lambda line: progress.print(line, markup=False, highlight=False, soft_wrap=True),
        )
    files = _write(story, output)
    with to_stdout() as console:
        print_report(story.report, console)
    progress.print(f"written       {', '.join(str(path) for path in files)}", markup=False, highlight=False)
    raise typer.Exit(exit_code(story.report.verdict))


def _leave_the_real_aws_alone() -> None:
    """Nothing of the caller's own may sign, steer or carry a call: the sandbox is the only AWS here."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


def _write(story: Story, folder: Path) -> list[Path]:
    from verify.report import render  # noqa: PLC0415 -- templates are read when a page is wanted

    contents = {
        "manifest.json": story.manifest.to_json() + "\n",
        "report.json": render(story.report, "json"),
        "report.html": render(story.report, "html"),
    }
    for name, text in contents.items():
        write_file(folder / name, text, option="--output-dir")
    return [folder / name for name in contents]
