"""AWS's own validator, from the package index and in an environment of its own, judges the sandbox."""

from __future__ import annotations

import fcntl
import gzip
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.clients import SandboxClient, SandboxSession

VENV = Path(__file__).parents[2] / "build" / "awscli-venv"
LOCKED = Path(__file__).parents[2] / "requirements" / "oracle.txt"
REGIONS = ("us-east-1", "eu-west-1")


@pytest.fixture(scope="module")
def aws_cli() -> Path:
    """The `aws` command, installed once; without a package index the oracle cannot be asked."""
    VENV.parent.mkdir(exist_ok=True)
    # Tests run side by side: one of them installs, the others wait.
    with (VENV.parent / "awscli-venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = VENV / "installed"
        if not installed.exists() or installed.read_bytes() != LOCKED.read_bytes():
            try:
                _install()
            except (subprocess.SubprocessError, OSError) as error:
                pytest.skip(f"awscli cannot be installed here: {error}")
    return VENV / "bin" / "aws"


def _install() -> None:
    pip = (str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True, capture_output=True)
    subprocess.run(
        [*pip, "install", "--quiet", "--only-binary", ":all:", "--require-hashes", "-r", str(LOCKED)],
        check=True,
        capture_output=True,
        timeout=90,
    )
    (VENV / "installed").write_bytes(LOCKED.read_bytes())


def validate(aws: Path, client: SandboxClient, caller: SandboxSession, arn: str, region: str) -> Any:
    """Run `aws cloudtrail validate-logs` over the last and the next hour."""
    now = datetime.now(UTC)
    command = [
        *(str(aws), "cloudtrail", "validate-logs", "--trail-arn", arn, "--region", region, "--verbose"),
        *("--start-time", (now - timedelta(hours=1)).isoformat()),
        *("--end-time", (now + timedelta(hours=1)).isoformat()),
    ]
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": client.endpoint,
        "AWS_ACCESS_KEY_ID": caller.credentials["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": caller.credentials["aws_secret_access_key"],
    }
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def audited(client: SandboxClient, root: SandboxSession, trails: Any) -> str:
    """A multi-Region trail with two digests in each of two Regions; its ARN."""
    arn = trails.create(IsMultiRegionTrail=True, EnableLogFileValidation=True)
    for number in range(2):
        for region in REGIONS:
            root.client("appmesh", region).create_mesh(meshName=f"mesh-{number}")
        client.flush()
    return arn


@pytest.mark.parametrize("region", REGIONS)
def test_everything_delivered_is_valid(
    aws_cli: Path, client: SandboxClient, root: SandboxSession, audited: str, region: str
) -> None:
    """AWS's validator finds every digest and every log file of the sandbox valid, in each source Region."""
    verdict = validate(aws_cli, client, root, audited, region)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert "2/2 digest files valid" in verdict.stdout
    assert "2/2 log files valid" in verdict.stdout


def test_a_changed_log_file_is_found(
    aws_cli: Path, client: SandboxClient, root: SandboxSession, audited: str, trails: Any
) -> None:
    """AWS's validator finds the one log file that was changed after its delivery."""
    s3 = root.client("s3")
    key = next(key for key in trails.delivered() if "eu-west-1" in key)
    body = gzip.decompress(s3.get_object(Bucket="audit-bucket", Key=key)["Body"].read())
    changed = gzip.compress(body.replace(b"CreateMesh", b"DeleteMesh"))
    s3.put_object(Bucket="audit-bucket", Key=key, Body=changed)
    verdict = validate(aws_cli, client, root, audited, "eu-west-1")
    assert verdict.returncode == 1
    assert f"{key}\tINVALID: hash value doesn't match" in verdict.stderr


def test_a_deleted_digest_is_found(
    aws_cli: Path, client: SandboxClient, root: SandboxSession, audited: str, trails: Any
) -> None:
    """AWS's validator misses a digest that another one names."""
    oldest = min(key for key in trails.delivered(kind="/CloudTrail-Digest/us-east-1/"))
    root.client("s3").delete_object(Bucket="audit-bucket", Key=oldest)
    verdict = validate(aws_cli, client, root, audited, "us-east-1")
    assert verdict.returncode == 1
    assert f"{oldest}\tINVALID: not found" in verdict.stderr
