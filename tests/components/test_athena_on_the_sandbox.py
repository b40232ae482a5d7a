"""Athena's tables in a stack's life: made, found unchanged, changed, and gone when nobody asks for them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox.clients import SandboxClient
from sandbox.engine.registration import Operation
from sandbox.engine.run import ProgramRun, run_program
from sandbox.engine.state import StackState
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings

ROOT: Final = Path(__file__).parents[2]
REGION: Final = "eu-west-1"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A sandbox that delivers nothing by itself."""
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600)) as sandbox:
        yield sandbox.endpoint


def up(endpoint: str, athena: dict[str, Any], state: StackState) -> ProgramRun:
    """Run the smallest stack, with these settings of Athena."""
    run = run_program(
        ROOT, "single-region", endpoint=endpoint, state=state, config_overrides={"athena": athena}
    )
    assert run.error is None
    return run


def test_a_life_with_athena(endpoint: str) -> None:
    """A second run changes nothing; another limit changes the workgroup alone; off takes everything away."""
    athena = SandboxClient(endpoint).root().client("athena", REGION)
    first = up(endpoint, {"enabled": True}, StackState())
    again = up(endpoint, {"enabled": True}, first.state)
    assert again.changes.keys() == {Operation.SAME}
    changed = up(endpoint, {"enabled": True, "maxScanGigabytes": 7}, again.state)
    assert changed.changes[Operation.UPDATE] == 1
    name = changed.outputs["manifest"]["athena"]["workgroup"]
    found = athena.get_work_group(WorkGroup=name)["WorkGroup"]
    assert found["Configuration"]["BytesScannedCutoffPerQuery"] == 7 * 10**9
    assert len(athena.list_named_queries(WorkGroup=name)["NamedQueryIds"]) == 4
    off = up(endpoint, {"enabled": False}, changed.state)
    assert {operation for _, operation in off.deletions} == {Operation.DELETE}
    assert off.outputs["manifest"]["athena"] is None
    glue = SandboxClient(endpoint).root().client("glue", REGION)
    assert glue.get_databases()["DatabaseList"] == []
    assert [group["Name"] for group in athena.list_work_groups()["WorkGroups"]] == ["primary"]
