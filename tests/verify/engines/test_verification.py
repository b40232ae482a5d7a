"""A provisioned stack, verified with each engine: the same events and the same claims about where they landed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import boto3
import pytest

from cli.main import run
from cloudtrail.manifest import Manifest
from sandbox.clients import ACCOUNT, SandboxClient
from sandbox.engine.run import run_program
from sandbox.engine.state import StackState
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from verify.aws import Aws
from verify.engines.choice import Engine
from verify.engines.kind import EngineKind
from verify.engines.meter import Meter
from verify.report import Report
from verify.s3_objects import S3Objects
from verify.selection import Selection
from verify.verdict import ExitCode, Verdict
from verify.verification import Options, Verification
from verify.window import Window

ROOT: Final = Path(__file__).parents[3]
LANDING: Final = Selection(("landing.*", "retention.*"))


@dataclass
class Provisioned:
    """A stack in a sandbox, with App Mesh events in all its stores."""

    manifest: Manifest
    session: boto3.Session
    endpoint: str
    started: datetime
    told: list[str] = field(default_factory=list[str])

    def verify(self, kind: EngineKind, most: int | None = None, selection: Selection = LANDING) -> Report:
        """A verification with an engine."""
        aws, now = Aws(self.session, endpoint_url=self.endpoint), datetime.now(UTC)
        return Verification(
            self.manifest,
            aws=aws,
            objects_of=lambda trail: S3Objects(aws, bucket=trail.bucket, region=trail.bucket_region),
            options=Options(
                window=Window(self.started, now + timedelta(seconds=1)),
                now=now,
                selection=selection,
                engine=Engine(kind, Meter(most, tell=self.told.append)),
            ),
        ).run()


@pytest.fixture(scope="module")
def provisioned() -> Iterator[Provisioned]:
    """The `single-region` stack with Athena's tables and an event data store."""
    settings = SandboxSettings(delivery_interval=3600, digest_interval=3600, lookup_tps=1000)
    with Sandbox(settings) as sandbox:
        started = datetime.now(UTC).replace(microsecond=0)
        up = run_program(
            ROOT,
            "single-region",
            endpoint=sandbox.endpoint,
            state=StackState(),
            config_overrides={"athena": {"enabled": True}, "eventDataStore": {"mode": "create"}},
        )
        assert up.error is None
        client = SandboxClient(sandbox.endpoint)
        session: Any = boto3.Session
        root = session(**client.root(ACCOUNT).credentials)
        manifest = Manifest.from_json(json.dumps(up.outputs["manifest"]), where="test")
        found = Provisioned(manifest, root, sandbox.endpoint, started)
        mesh = Aws(root, endpoint_url=sandbox.endpoint).client("appmesh", manifest.home_region)
        for number in range(3):
            mesh.create_mesh(meshName=f"mesh-{number}")
        client.flush()
        yield found


def claims(report: Report) -> dict[tuple[str, str | None], tuple[Verdict, str]]:
    """What is claimed of each store, without what a store's own way of counting says."""
    return {
        (claim.id, claim.store): (
            claim.verdict,
            "" if claim.id == "landing.readable" else claim.summary,
        )
        for claim in report.claims
    }


def test_athena_and_this_machine_come_to_the_same(provisioned: Provisioned) -> None:
    """Claims, events, where each landed and when, and the coverage."""
    local, athena = provisioned.verify(EngineKind.LOCAL), provisioned.verify(EngineKind.ATHENA)
    assert claims(athena) == claims(local)
    assert athena.events == local.events
    assert athena.coverage == local.coverage
    (complete,) = [
        one
        for one in athena.claims
        if one.id == "landing.complete" and (one.store or "").startswith("trail-bucket")
    ]
    assert complete.verdict is Verdict.PASS
    assert len(provisioned.told) == 2


def test_a_bound_leaves_the_bucket_unverifiable_and_nothing_else(provisioned: Provisioned) -> None:
    """The report says what refused, and what to do; what was read all the same has its claims."""
    report = provisioned.verify(EngineKind.ATHENA, most=1)
    of_bucket = [one for one in report.claims if (one.store or "").startswith("trail-bucket")]
    (complete,) = [one for one in of_bucket if one.id == "landing.complete"]
    assert complete.verdict is Verdict.UNVERIFIABLE
    assert "--max-scan" in (complete.reason or "")
    assert any(one.id == "landing.unaltered" and one.verdict is Verdict.PASS for one in report.claims)


def test_lake_stands_for_the_bucket(provisioned: Provisioned) -> None:
    """Nothing is claimed of the bucket; what Lake scanned is told."""
    provisioned.told.clear()
    report = provisioned.verify(EngineKind.LAKE)
    assert not any((one.store or "").startswith("trail-bucket") for one in report.claims)
    assert any("CloudTrail Lake scanned" in sentence for sentence in provisioned.told)
    (complete,) = [
        one
        for one in report.claims
        if one.id == "landing.complete" and (one.store or "").startswith("event-data-store")
    ]
    assert complete.verdict is Verdict.PASS


def command(
    provisioned: Provisioned,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *more: str,
    manifest: Manifest | None = None,
) -> int:
    """Run `meshtrail verify` over the events' landing, signed in to the account."""
    keys: Any = provisioned.session.get_credentials()
    for name, value in {
        "AWS_ENDPOINT_URL": provisioned.endpoint,
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_DEFAULT_REGION": provisioned.manifest.home_region,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    where = folder / "manifest.json"
    where.write_text((manifest or provisioned.manifest).to_json(), encoding="utf-8")
    when = ("--since", provisioned.started.isoformat(), "--settle", "0s")
    what = ("--select", "landing.*", "--no-cache", "--quiet", "-o", "json")
    return run(["verify", "--manifest", str(where), *when, *what, *more])


def test_the_command_tells_what_it_scans(
    provisioned: Provisioned,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On stderr, before and after; the report is on stdout, alone."""
    assert (
        command(provisioned, tmp_path, monkeypatch, "--engine", "athena", "--max-scan", "1GB") == ExitCode.OK
    )
    told = capsys.readouterr()
    before, after = told.err.splitlines()
    assert "An estimate" in before
    assert "Athena scanned" in after
    assert json.loads(told.out)["verdict"] == "PASS"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--engine", "athena", "--max-scan", "lots"), "not a number of bytes"),
        (("--engine", "local", "--max-scan", "1GB"), "needs --engine athena"),
    ],
)
def test_a_bound_that_means_nothing_is_wrong_usage(
    provisioned: Provisioned,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    says: str,
) -> None:
    """Before anything is read."""
    assert command(provisioned, tmp_path, monkeypatch, *options) == ExitCode.USAGE
    assert says in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_an_engine_without_tables_is_wrong_usage(
    provisioned: Provisioned,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The error says how to get some."""
    bare = provisioned.manifest.model_copy(update={"athena": None})
    code = command(provisioned, tmp_path, monkeypatch, "--engine", "athena", manifest=bare)
    assert code == ExitCode.USAGE
    assert "athena.enabled" in capsys.readouterr().err
