"""`aws cloudtrail validate-logs`, AWS's own check of digest files and log files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bench.corpus import REGION, TRAIL_ARN
from bench.machine import first_line
from bench.measure import Contender
from bench.peers.environments import environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bench.corpus import Spec

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_VALID: Final = re.compile(r"^(\d+)/\1 log files valid$", re.MULTILINE)


def aws() -> str:
    """The command `aws`."""
    return str(environment("awscli", "oracle.txt") / "aws")


def version() -> str:
    """Its version."""
    return first_line(aws(), "--version").split()[0]


def validate_logs(spec: Spec, asking: Mapping[str, str], *, runs: int = 3) -> Contender:
    """Validate a whole corpus.

    Args:
        spec: The corpus.
        asking: The environment that calls the endpoint.
        runs: How often.
    """
    window = ("--start-time", spec.start.strftime(_TIME), "--end-time", spec.end.strftime(_TIME))
    return Contender(
        name="aws cloudtrail validate-logs",
        what="the command as AWS documents it, over the whole time of delivery",
        command=(aws(), "cloudtrail", "validate-logs", "--trail-arn", TRAIL_ARN, "--region", REGION, *window),
        expected=spec.files,
        found=_found,
        environment=asking,
        runs=runs,
    )


def _found(output: Path) -> int:
    match = _VALID.search(output.read_text())
    return int(match[1]) if match else 0
