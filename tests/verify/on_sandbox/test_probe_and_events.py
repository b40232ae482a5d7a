"""The probe and the list of events, on the sandbox: real calls, found again in real stores."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from verify.landing.probe import Probe
from verify.report import Claim
from verify.verdict import ExitCode, Verdict

World = Any  # the fixture's own type lives in conftest
Capture = pytest.CaptureFixture[str]


def probe(world: World) -> dict[tuple[str, str], Claim]:
    """Probe the world's one Region; every wait is a delivery."""
    verification = world.verification()
    prober = Probe(
        world.aws,
        verification.stores,
        patience=timedelta(seconds=20),
        poll=timedelta(seconds=1),
        sleep=lambda _seconds: world.sandbox.flush(),
    )
    return {
        (claim.id, (claim.store or "").split(":")[0]): claim for claim in prober.run(verification.places[0])
    }


def test_a_marked_call_lands_in_every_store(world: World) -> None:
    """The mark travels in the user agent through recorder, delivery and Lake, and is found in each."""
    claims = probe(world)
    assert {claim.verdict for claim in claims.values()} == {Verdict.PASS}
    assert {store for _, store in claims} == {"event-history", "trail-bucket", "event-data-store"}


def test_after_the_end_of_app_mesh_a_witness_proves_the_pipe(world: World) -> None:
    """Nothing is claimed of App Mesh; the trail and Event history take the witness, an App Mesh store does not."""
    world.sandbox.end_app_mesh()
    claims = probe(world)
    assert {claim.verdict for (name, _), claim in claims.items() if name == "probe.landed"} == {
        Verdict.UNVERIFIABLE
    }
    witness = {store: claim.verdict for (name, store), claim in claims.items() if name == "probe.witness"}
    assert witness == {
        "event-history": Verdict.PASS,
        "trail-bucket": Verdict.PASS,
        "event-data-store": Verdict.NOT_APPLICABLE,
    }


@pytest.fixture
def manifest(landed: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The world's manifest in a file, and the environment of somebody signed in to it."""
    credentials = landed.session.get_credentials()
    for name, value in {
        "AWS_ENDPOINT_URL": landed.sandbox.endpoint,
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "manifest.json"
    path.write_text(landed.manifest.to_json(), encoding="utf-8")
    return path


def test_events_are_listed_as_lines_of_json(manifest: Path, capsys: Capture) -> None:
    """One line an event, from the union of the stores, with who and where."""
    assert run(["events", "--manifest", str(manifest), "--since", "1h", "-o", "json"]) == ExitCode.OK
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["eventName"] for event in events] == ["CreateMesh"] * 3
    assert {event["who"] for event in events} == {"root of account 123456789012"}
    assert {event["mesh"] for event in events} == {"mesh-0-8", "mesh-1-8", "mesh-2-8"}


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (("--mesh", "mesh-1-8"), 1),
        (("--name", "DeleteMesh"), 0),
        (("--writes",), 3),
        (("--who", "ROOT"), 3),
        (("--who", "jane"), 0),
    ],
)
def test_events_can_be_chosen(manifest: Path, capsys: Capture, options: tuple[str, ...], count: int) -> None:
    """By mesh, by name, by who, or only what changed something."""
    run(["events", "--manifest", str(manifest), "--since", "1h", "-o", "json", *options])
    assert len(capsys.readouterr().out.splitlines()) == count


def test_events_of_a_store_that_cannot_be_read_are_missed_aloud(
    landed: World, manifest: Path, capsys: Capture
) -> None:
    """The list is what the other stores have; what is missing is said, and the exit code is 2."""
    landed.sandbox.add_fault(
        "refuse", service="cloudtrail", operation="LookupEvents", code="AccessDeniedException", status=400
    )
    assert run(["events", "--manifest", str(manifest), "--since", "1h"]) == ExitCode.UNVERIFIABLE
    said = capsys.readouterr()
    assert "cloudtrail:LookupEvents" in said.err
    assert "CreateMesh" in said.out


def test_events_in_an_object_that_cannot_be_read_are_missed_aloud(
    landed: World, manifest: Path, capsys: Capture
) -> None:
    """The list may lack what the object held, so it is not called complete; its name cannot steer the terminal."""
    key = landed.log_files()[0].rpartition("/")[0] + "/\x1b[2J.json.gz"
    landed.s3.put_object(Bucket="audit-bucket", Key=key, Body=b"no gzip")
    assert run(["events", "--manifest", str(manifest), "--since", "1h"]) == ExitCode.UNVERIFIABLE
    said = capsys.readouterr()
    assert "it is not gzip" in said.err
    assert "\x1b[2J" not in said.err
    assert "CreateMesh" in said.out


def test_a_report_that_cannot_be_stored_is_shown_all_the_same(
    manifest: Path, tmp_path: Path, capsys: Capture
) -> None:
    """What took minutes to find is not lost to a folder that may not be written."""
    options = ["--since", "1h", "--settle", "0s", "--json", str(tmp_path), "-o", "json"]
    assert run(["verify", "--manifest", str(manifest), *options]) == ExitCode.USAGE
    said = capsys.readouterr()
    assert json.loads(said.out)["verdict"] == "PASS"
    assert "--json" in said.err


def test_verify_writes_what_it_prints(manifest: Path, tmp_path: Path, capsys: Capture) -> None:
    """Stdout has the chosen format and nothing else; the files hold the same report."""
    page, document = tmp_path / "out" / "report.html", tmp_path / "out" / "report.json"
    options = ["--since", "1h", "--settle", "0s", "--html", str(page), "--json", str(document), "-o", "json"]
    assert run(["verify", "--manifest", str(manifest), *options]) == ExitCode.OK
    printed = capsys.readouterr().out
    assert json.loads(printed)["verdict"] == "PASS"
    assert document.read_text(encoding="utf-8") == printed
    assert "<html" in page.read_text(encoding="utf-8")


def test_the_same_evidence_gives_the_same_document(landed: World) -> None:
    """Apart from when it was made, two looks at the same record are the same bytes."""
    first, second = (_without_times(landed.verify().to_json()) for _ in range(2))
    assert first == second


def _without_times(text: str) -> Any:
    document = json.loads(text)
    for key in ("generatedAt", "window"):
        del document[key]
    return document
