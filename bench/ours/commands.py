"""`meshtrail verify` and `meshtrail events` against the endpoint."""

from __future__ import annotations

import compileall
import json
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.corpus import ACCOUNT, REGION, TRAIL, TRAIL_ARN
from bench.measure import BenchFailed, Contender, lines
from cloudtrail.manifest import Manifest, TrailPromise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.corpus import Spec

_ROOT: Final = Path(__file__).parents[2]
_ROOMS: Final = ("cli", "cloudtrail", "verify")
_MESHTRAIL: Final = str(Path(sys.executable).with_name("meshtrail"))
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_VALID: Final = re.compile(r"\b(\d+) valid\b")
EARLIER: Final = timedelta(hours=1)
"""How long before the first delivery the window of a search begins: events happen before they are delivered."""


def compile_as_installed() -> None:
    """Compile what the commands load, as pip does with what it installs and not with a checkout.

    The first command after an edit would compile it, or every one, where Python is told to write no bytecode.
    """
    for room in _ROOMS:
        compileall.compile_dir(_ROOT / room, quiet=2)


def trail(spec: Spec) -> TrailPromise:
    """What is promised of the corpus's trail."""
    return TrailPromise(
        arn=TRAIL_ARN,
        name=TRAIL,
        home_region=REGION,
        scope="single-region",
        bucket=spec.bucket,
        bucket_region=REGION,
    )


def manifest(spec: Spec, folder: Path) -> Path:
    """Write the manifest that speaks of a corpus's trail.

    Args:
        spec: The corpus.
        folder: Where to.
    """
    document = Manifest(
        account=ACCOUNT, partition="aws", home_region=REGION, regions=(REGION,), trails=(trail(spec),)
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{spec.bucket}.manifest.json"
    path.write_text(document.to_json())
    return path


def integrity(
    spec: Spec, asking: Mapping[str, str], folder: Path, *, cached: bool = False, runs: int = 3
) -> Contender:
    """Check the digest files and every log file of a corpus.

    Args:
        spec: The corpus.
        asking: The environment that calls the endpoint.
        folder: Where the manifest is written.
        cached: Keep what was found, as the command does by itself.
        runs: How often.
    """
    window = ("--since", spec.start.strftime(_TIME), "--until", spec.end.strftime(_TIME))
    return Contender(
        name="meshtrail verify",
        what="`meshtrail verify --select 'integrity.*'`, which also lists every log file",
        command=(
            *(_MESHTRAIL, "verify", "--manifest", str(manifest(spec, folder)), "--select", "integrity.*"),
            *(*window, "--output", "json", "--quiet", *(() if cached else ("--no-cache",))),
        ),
        expected=spec.files,
        found=_valid_log_files,
        environment=asking,
        runs=runs,
    )


def search(
    spec: Spec, asking: Mapping[str, str], folder: Path, *, cached: bool = False, runs: int = 3
) -> Contender:
    """Find App Mesh's events in a corpus.

    Args:
        spec: The corpus.
        asking: The environment that calls the endpoint.
        folder: Where the manifest is written.
        cached: Keep what was found, as the command does by itself.
        runs: How often.
    """
    window = ("--since", (spec.start - EARLIER).strftime(_TIME), "--until", spec.end.strftime(_TIME))
    return Contender(
        name="meshtrail events",
        what="`meshtrail events -o json` from the endpoint, over HTTP; each event whole, with who did it",
        command=(
            *(_MESHTRAIL, "events", "--manifest", str(manifest(spec, folder)), *window),
            *("--output", "json", "--quiet", *(() if cached else ("--no-cache",))),
        ),
        expected=spec.mesh_events,
        found=lines,
        environment=asking,
        runs=runs,
    )


def _valid_log_files(output: Path) -> int:
    report: dict[str, Any] = json.loads(output.read_bytes())
    claim = next(claim for claim in report["claims"] if claim["id"] == "integrity.log-files")
    if claim["verdict"] != "PASS":
        raise BenchFailed(f"The corpus did not pass: {claim}")
    match = _VALID.search(json.dumps(claim))
    return int(match[1]) if match else 0
