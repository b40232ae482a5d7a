"""Options that the commands of a rollout share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Directory = Annotated[
    Path,
    typer.Option(
        "--directory",
        metavar="DIR",
        help="Where the plan, the journal and every stack's working directory are kept.",
    ),
]
PlanFile = Annotated[
    Path | None,
    typer.Option("--plan", metavar="FILE", help="The plan; not given: plan.json in --directory."),
]
ProgramFolder = Annotated[
    Path, typer.Option("--program", metavar="DIR", help="The Pulumi program: the folder of its Pulumi.yaml.")
]
OnlyWave = Annotated[
    list[int] | None,
    typer.Option(
        "--only-wave",
        metavar="N",
        min=1,
        help="Only this wave (may be repeated). That the ones before it went well is then the caller's to know.",
    ),
]
OnlyStack = Annotated[
    list[str] | None, typer.Option("--only-stack", metavar="NAME", help="Only this stack (may be repeated).")
]
Parallel = Annotated[
    int, typer.Option("--parallel", metavar="N", min=1, max=256, help="How many stacks at the same time.")
]
Tolerate = Annotated[
    int,
    typer.Option(
        "--tolerate", metavar="N", min=0, help="How many stacks of a wave may fail before nothing new begins."
    ),
]
ExternalId = Annotated[
    str,
    typer.Option(
        "--external-id",
        envvar="MESHTRAIL_EXTERNAL_ID",
        metavar="ID",
        show_envvar=True,
        help="What the role in the accounts asks for. It is part of no plan, journal or message.",
    ),
]
TakeLocks = Annotated[
    bool,
    typer.Option(
        "--take-locks",
        help="Of stacks that a run of this journal left in doubt, take the backend's lock first (`pulumi cancel`). "
        "Only when no `pulumi` of that run is alive any more.",
    ),
]
Again = Annotated[
    bool, typer.Option("--again", help="Also what is done already; not given: only what is missing.")
]
Refresh = Annotated[
    bool,
    typer.Option(
        "--refresh",
        help="First ask AWS what each stack's resources are by now, so that what `drift` saw is put back "
        "(`pulumi up --refresh`).",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show no progress.")]

DIRECTORY = Path(".rollout")
PROGRAM = Path()
PARALLEL = 8
