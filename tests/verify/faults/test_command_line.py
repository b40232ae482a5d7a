"""The exit code of `meshtrail verify` itself: what a shell sees of a fault."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cli.main import run
from tests.verify.faults.world import HOME, REGIONS, World
from verify.verdict import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def nothing(_: World) -> None:
    """All is well."""


def refuse(service: str, operation: str) -> Callable[[World], None]:
    """Refuse an operation."""
    return lambda world: world.refuse(service, operation)


def drop(world: World) -> None:
    """Lose an event on its way to the trail."""
    world.sandbox.add_fault(
        "drop", destination="trail", match={"eventSource": "appmesh.amazonaws.com", "region": world.region}
    )
    world.call("lost")


ROWS: list[tuple[str, Callable[[World], None], bool, int, str]] = [
    ("nothing", nothing, True, ExitCode.OK, ""),
    ("an event lost", drop, True, ExitCode.FAILED, "landing.complete"),
    ("Event history refused", refuse("cloudtrail", "LookupEvents"), True, ExitCode.UNVERIFIABLE, ""),
    ("the account refused", refuse("sts", "GetCallerIdentity"), True, ExitCode.UNVERIFIABLE, "sts:Get"),
    ("nothing, discovered", nothing, False, ExitCode.OK, ""),
    (
        "trails refused to a discovery",
        refuse("cloudtrail", "DescribeTrails"),
        False,
        ExitCode.UNVERIFIABLE,
        "",
    ),
]
"""What is wrong, how it is done, whether a manifest is given, the exit code, and what is said on stderr or stdout."""


def sign_in(world: World, monkeypatch: pytest.MonkeyPatch, endpoint: str | None = None) -> None:
    """The environment of somebody who is signed in to the account, and has nothing else."""
    keys: Any = world.aws.session.get_credentials()
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint or world.sandbox.endpoint,
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_DEFAULT_REGION": HOME,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)


def verified(world: World, folder: Path, *more: str, manifest: bool = True) -> int:
    """Run `meshtrail verify` over the account's events."""
    where = folder / "manifest.json"
    where.write_text(world.manifest.to_json(), encoding="utf-8")
    what = ("--manifest", str(where)) if manifest else ("--region", world.region)
    when = ("--since", world.started.isoformat(), "--settle", "0s")
    return run(["verify", *what, *when, "--no-cache", "--quiet", "-o", "json", *more])


@pytest.mark.parametrize(("number", "row"), list(enumerate(ROWS)), ids=[row[0] for row in ROWS])
def test_the_exit_code(
    number: int,
    row: tuple[str, Callable[[World], None], bool, int, str],
    looked_at: World,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """0 all well, 1 something failed, 2 something could not be told; the report is on stdout."""
    _, deed, manifest, code, says = row
    world = looked_at.in_region(REGIONS[number])
    sign_in(world, monkeypatch)
    world.call("there")
    deed(world)
    assert verified(world, tmp_path, manifest=manifest) == code
    told = capsys.readouterr()
    assert says in told.out + told.err
    if told.out:
        verdicts = {claim["verdict"] for claim in json.loads(told.out)["claims"]}
        assert ("FAIL" in verdicts, "UNVERIFIABLE" in verdicts) >= (code == 1, code == 2)


def test_a_probe_that_may_not_call_says_so(looked_at: World) -> None:
    """Who may not call App Mesh leaves a record of that in each store all the same, which proves as much."""
    looked_at.refuse("appmesh", "ListMeshes", code="AccessDeniedException")
    claims = {(claim.id, claim.verdict.value) for claim in looked_at.probe().claims if "probe" in claim.id}
    assert claims == {("probe.landed", "PASS")}


def test_regions_that_are_refused_name_their_action(
    looked_at: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a manifest and a Region there is nothing to verify then: exit code 2, and no report."""
    sign_in(looked_at, monkeypatch)
    looked_at.refuse("ec2", "DescribeRegions", code="UnauthorizedOperation")
    assert run(["verify", "--quiet", "--no-cache"]) == ExitCode.UNVERIFIABLE
    told = capsys.readouterr()
    assert told.out == ""
    assert "ec2:DescribeRegions" in told.err


def test_no_endpoint_is_no_failure(
    looked_at: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be reached is exit code 2."""
    sign_in(looked_at, monkeypatch, "http://127.0.0.1:1")
    assert verified(looked_at, tmp_path) == ExitCode.UNVERIFIABLE
    assert "Check the network" in capsys.readouterr().err


def test_a_manifest_that_is_none_is_wrong_usage(
    looked_at: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is asked then."""
    sign_in(looked_at, monkeypatch)
    manifest = tmp_path / "manifest.json"
    manifest.write_text("{}", encoding="utf-8")
    assert run(["verify", "--manifest", str(manifest)]) == ExitCode.USAGE
