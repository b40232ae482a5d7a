"""The options by which an engine is chosen."""

from __future__ import annotations

from typing import Annotated

import typer

from verify.engines.choice import Engine
from verify.engines.kind import EngineKind
from verify.engines.meter import Meter, parse_size

EngineName = Annotated[
    EngineKind,
    typer.Option(
        "--engine",
        help="Who reads the trails' log files: this machine, Athena, or, with event data stores instead, Lake.",
    ),
]
MaxScan = Annotated[
    str | None,
    typer.Option(
        "--max-scan",
        metavar="SIZE",
        help="With --engine athena: start no query that would scan more, e.g. 50GB.",
    ),
]


def engine_of(kind: EngineKind, max_scan: str | None) -> Engine:
    """The engine that was asked for; what it costs is told on stderr.

    Raises:
        BadSize: when the bound is no number of bytes.
        BadParameter: when a bound is given to an engine that cannot keep it.
    """
    if max_scan is not None and kind is not EngineKind.ATHENA:
        raise typer.BadParameter(
            "A bound needs --engine athena: local scans nothing that is charged for, and Lake tells no size before."
        )
    most = None if max_scan is None else parse_size(max_scan)
    return Engine(kind, Meter(most, tell=lambda sentence: typer.echo(sentence, err=True)))
