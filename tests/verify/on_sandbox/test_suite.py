"""`pytest verify/suite`: the same claims as pytest items."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from verify.report import Report

World = Any  # the fixture's own type lives in conftest
ROOT = Path(__file__).parents[3]
OK, FAILED, USAGE, NOTHING = 0, 1, 4, 5


def suite(world: World, tmp_path: Path, *arguments: str) -> tuple[int, str, dict[str, str]]:
    """Run the suite on a sandbox: its exit code, what it said, and the outcome of each item."""
    manifest, junit = tmp_path / "manifest.json", tmp_path / "junit.xml"
    manifest.write_text(world.manifest.to_json(), encoding="utf-8")
    keys = world.session.get_credentials()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": world.sandbox.endpoint,
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    where = ["--manifest", str(manifest), "--since", f"{world.started.isoformat()}", "--settle", "0s"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "verify/suite", "--junitxml", str(junit), *where, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    outcomes: dict[str, str] = {}
    for case in ET.parse(junit).getroot().iter("testcase") if junit.exists() else ():  # noqa: S314 -- our own file
        kinds = [child.tag for child in case if child.tag in {"failure", "error", "skipped"}]
        outcomes[case.attrib["name"]] = kinds[0] if kinds else "passed"
    return done.returncode, done.stdout + done.stderr, outcomes


def outcome(outcomes: dict[str, str], name: str) -> str:
    """The outcome of the one item of a claim."""
    (found,) = [kind for item, kind in outcomes.items() if name in item]
    return found


def test_every_claim_is_an_item_with_its_own_outcome(landed: World, tmp_path: Path) -> None:
    """Under two workers, from one verification: PASS passes, UNVERIFIABLE is an error, a waived one is skipped."""
    landed.aws.cloudtrail("us-east-1").stop_logging(Name="meshtrail")
    landed.sandbox.add_fault(
        "refuse", service="cloudtrail", operation="LookupEvents", code="AccessDeniedException"
    )
    waivers = tmp_path / "waivers.toml"
    waivers.write_text(
        '[[waiver]]\ncontrol = "trail.logging"\nreason = "moving"\nowner = "me"\nexpires = 2199-01-01\n',
        encoding="utf-8",
    )
    document = tmp_path / "report.json"
    code, said, outcomes = suite(
        landed, tmp_path, "-n", "2", "--waivers", str(waivers), "--report", str(document)
    )
    assert code == FAILED, said
    report = Report.from_json(document.read_bytes())
    assert len(outcomes) == len(report.claims)
    assert outcome(outcomes, "[trail.logging ") == "skipped"
    assert outcome(outcomes, "[event-data-store.ingesting ") == "passed"
    assert outcome(outcomes, "[landing.complete 123456789012 us-east-1 event-history]") == "error"


def test_items_are_chosen_as_any_other(landed: World, tmp_path: Path) -> None:
    """By -k and by their severity."""
    code, said, outcomes = suite(landed, tmp_path, "-k", "ingesting", "-m", "critical")
    assert (code, list(outcomes.values())) == (OK, ["passed"]), said


def test_what_decides_nothing_is_not_green(landed: World, tmp_path: Path) -> None:
    """There is no claim to decide, which pytest alone would call a success."""
    code, said, _ = suite(landed, tmp_path, "--select", "probe.*")
    assert code == NOTHING, said
    assert "proves nothing" in said


def test_what_cannot_be_read_is_wrong_usage(landed: World, tmp_path: Path) -> None:
    """One sentence, and no traceback."""
    code, said, _ = suite(landed, tmp_path, "--select", "trial.*")
    assert code == USAGE
    assert "No claim is called trial.*" in said
    assert "Traceback" not in said


pytestmark = pytest.mark.timeout(110)
