"""The demo, end to end: it passes, and it fails in every way it can be broken, naming what is wrong and where."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.main import run
from cloudtrail.catalog import EVENTS
from cloudtrail.manifest import Manifest
from demo.faults import FAULTS
from verify.report import Claim, Report
from verify.verdict import ExitCode, Verdict

REGIONS = ("us-east-1", "eu-west-1")
BUCKET = "meshtrail-123456789012-us-east-1"
TRAIL = "arn:aws:cloudtrail:us-east-1:123456789012:trail/meshtrail"


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """The demo takes the caller's AWS settings out of its environment; put them back."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def play(folder: Path, *options: str) -> tuple[int, Report]:
    """Run `meshtrail demo` and read the report it wrote."""
    code = run(["demo", "--quiet", "--output-dir", str(folder), *options])
    return code, Report.from_json((folder / "report.json").read_text(encoding="utf-8"))


def failed(report: Report) -> dict[str, list[Claim]]:
    """The failed claims by their id."""
    found: dict[str, list[Claim]] = {}
    for claim in report.claims:
        if claim.verdict is Verdict.FAIL:
            found.setdefault(claim.id, []).append(claim)
    return found


def told(claims: list[Claim]) -> str:
    """Everything the claims say."""
    return "\n".join(
        [claim.summary for claim in claims] + [fact.value for claim in claims for fact in claim.evidence]
    )


def test_the_main_job_passes_with_every_event_in_every_store(tmp_path: Path) -> None:
    """All 39 events of the catalog landed in all four stores in both Regions, and no record was lost."""
    code, report = play(tmp_path)
    assert code == ExitCode.OK, [c.summary for c in report.claims if c.verdict is not Verdict.PASS]
    assert report.verdict is Verdict.PASS
    landed = {(row.event_name, row.region, row.store) for row in report.coverage if row.landed}
    stores = {store.id for store in report.stores}
    assert len(stores) == 4
    assert landed == {
        (event.name, region, store) for event in EVENTS for region in REGIONS for store in stores
    }
    assert report.counts.records_in == report.counts.kept + report.counts.set_aside
    assert {event.identity_kind for event in report.events} >= {
        *("root", "iam-user", "role", "federated-user", "aws-service")
    }
    assert any("Identity Center user" in event.who for event in report.events)
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    manifest = Manifest.from_json((tmp_path / "manifest.json").read_bytes(), where="demo")
    assert manifest.regions == REGIONS


def test_stop_logging_is_found(tmp_path: Path) -> None:
    """The trail is named, with since when; what it should have taken is missing from its bucket and log group."""
    code, report = play(tmp_path, "--break", "stop-logging")
    assert code == ExitCode.FAILED
    claims = failed(report)
    assert [claim.subject for claim in claims["trail.logging"]] == [TRAIL]
    missed = {claim.store for claim in claims["landing.complete"]}
    assert missed == {"trail-bucket:meshtrail", "log-group:meshtrail"}


def test_a_narrowed_selector_is_found(tmp_path: Path) -> None:
    """The selector is shown with an event it passes over, under whatever name it goes."""
    code, report = play(tmp_path, "--break", "narrow-selector")
    assert code == ExitCode.FAILED
    claims = failed(report)
    assert "readOnly" in told(claims["trail.captures-app-mesh"])
    assert "CreateGatewayRoute" in told(claims["trail.captures-app-mesh"])
    assert "selectors" in claims["trail.as-promised"][0].summary
    assert "DescribeMesh" not in told(claims["landing.complete"])


def test_dropped_events_are_found(tmp_path: Path) -> None:
    """Exactly the events that never reached the bucket are named, and nothing else is wrong."""
    code, report = play(tmp_path, "--break", "drop-events")
    assert code == ExitCode.FAILED
    claims = failed(report)
    assert set(claims) <= {"landing.complete", "probe.landed"}
    missing = [
        event.event_id
        for event in report.events
        if event.stores["trail-bucket:meshtrail"].status.value == "missing"
    ]
    assert missing
    assert all(event_id in told(claims["landing.complete"]) for event_id in missing)


@pytest.mark.parametrize(
    ("fault", "claim", "names"),
    [
        ("delete-log", "integrity.log-files", "_CloudTrail_us-east-1_"),
        ("tamper-log", "integrity.log-files", "_CloudTrail_us-east-1_"),
        ("delete-digest", "integrity.digest-chain", "_CloudTrail-Digest_us-east-1_meshtrail_us-east-1_"),
    ],
)
def test_tampering_is_found(tmp_path: Path, fault: str, claim: str, names: str) -> None:
    """The claim names the object that was deleted or changed."""
    code, report = play(tmp_path, "--break", fault)
    assert code == ExitCode.FAILED
    claims = failed(report)
    assert f"s3://{BUCKET}/" in told(claims[claim])
    assert names in told(claims[claim])
    assert "AWSLogs/123456789012/CloudTrail" in told(claims[claim])
    if fault == "tamper-log":
        (altered,) = claims["landing.unaltered"]
        assert "userIdentity" in told([altered])


def test_an_unknown_fault_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The error lists the faults there are."""
    assert run(["demo", "--output-dir", str(tmp_path), "--break", "meteor"]) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert all(name in said for name in FAULTS)
