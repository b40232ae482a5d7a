"""An organization of twelve accounts in a sandbox, provisioned by the example stack, in which App Mesh was called."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from cli.main import run
from sandbox.clients import SandboxClient
from sandbox.engine.run import run_program
from sandbox.organization import (
    EXTERNAL_ID,
    HOME,
    LOG_ARCHIVE,
    MANAGEMENT,
    REGIONS,
    SandboxOrganization,
    build,
)
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from verify.organization.document import OrganizationReport

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT: Final = Path(__file__).parents[2]
STACK: Final = "organization"


@dataclass(frozen=True, slots=True)
class Verified:
    """What `meshtrail verify --organization` ended with.

    Attributes:
        code: Its exit code.
        report: What it wrote.
        said: What it said on stderr.
    """

    code: int
    report: OrganizationReport
    said: str


@dataclass(frozen=True, slots=True)
class Provisioned:
    """An organization after `pulumi up`, and how to look at it.

    Attributes:
        organization: The organization.
        manifest: What the stack says it made.
        started: When it was made; nothing of interest is older.
        folder: Where reports go.
    """

    organization: SandboxOrganization
    manifest: dict[str, Any]
    started: datetime
    folder: Path

    @property
    def signed_in(self) -> dict[str, str]:
        """The environment of who is signed in to the management account, and to nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.organization.sandbox.endpoint,
            "AWS_ACCESS_KEY_ID": MANAGEMENT,
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_DEFAULT_REGION": HOME,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "MESHTRAIL_EXTERNAL_ID": EXTERNAL_ID,
        }

    def verify(self, capsys: pytest.CaptureFixture[str], *more: str) -> Verified:
        """Run the command for all that happened since the start."""
        manifest = self.folder / "manifest.json"
        manifest.write_text(json.dumps(self.manifest), encoding="utf-8")
        what = ("--organization", "--manifest", str(manifest), "--log-archive-account", LOG_ARCHIVE)
        when = ("--since", self.started.isoformat(), "--settle", "0s")
        capsys.readouterr()
        code = run(["verify", *what, *when, "--no-cache", "--quiet", "-o", "json", *more])
        told = capsys.readouterr()
        assert told.out, told.err
        return Verified(code, OrganizationReport.from_json(told.out), told.err)


@pytest.fixture(scope="module")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provisioned]:
    """The module's sandbox, with the `organization` stack in it; it delivers when it is told to."""
    started = datetime.now(UTC).replace(microsecond=0)
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600, lookup_tps=1000)) as sandbox:
        organization = build(SandboxClient(sandbox.endpoint), trusted_access=False, role_name=None)
        organization.root().client("cloudformation").activate_organizations_access()
        up = run_program(PROJECT, STACK, endpoint=sandbox.endpoint, config_overrides=_overrides(organization))
        assert up.error is None, up.error
        folder = tmp_path_factory.mktemp("organization")
        yield Provisioned(organization, dict(up.outputs["manifest"]), started, folder)


@pytest.fixture(autouse=True)
def signed_in(provisioned: Provisioned, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the command is signed in to the management account."""
    for name, value in provisioned.signed_in.items():
        monkeypatch.setenv(name, value)


def _overrides(organization: SandboxOrganization) -> dict[str, Any]:
    """What the example cannot know: whose credentials there are, the root's id, and the Regions in use."""
    written = yaml.safe_load((PROJECT / f"Pulumi.{STACK}.yaml").read_text(encoding="utf-8"))["config"]
    role = {
        **written["meshtrail:verifierRole"],
        "externalId": EXTERNAL_ID,
        "trusted": [MANAGEMENT],
        "organizationalUnits": [organization.units[""]],
    }
    return {
        # A key of twelve digits is the root user of that account.
        "aws:accessKey": MANAGEMENT,
        "meshtrail:verifierRole": role,
        "meshtrail:regions": list(REGIONS),
        "meshtrail:athena": {"enabled": True},
    }
