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

import boto3
import pytest

from cloudtrail.manifest import TrailPromise
from verify.aws import Aws
from verify.integrity import CloudTrailPublicKeys, Outcome, check_integrity
from verify.log_files import LogFiles, SqliteCheckpoint
from verify.s3_objects import S3Objects
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

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
        [
            *pip,
            "install",
            "--quiet",
            "--only-binary",
            ":all:",
            "--require-hashes",
            "--no-deps",
            "-r",
            str(LOCKED),
        ],
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


# What is done to an object: from what it is to what it becomes, None to delete it. Kind of object first.
TAMPERINGS: dict[str, tuple[str, Callable[[bytes], bytes | None], bool]] = {
    "log file changed": ("/CloudTrail/", lambda body: _rewritten(body, b"CreateMesh", b"DeleteMesh"), True),
    "log file deleted": ("/CloudTrail/", lambda _body: None, True),
    "log file appended to": ("/CloudTrail/", lambda body: body + gzip.compress(b"{}"), True),
    "digest changed": ("/CloudTrail-Digest/", lambda body: _rewritten(body, b"SHA-256", b"SHA-512"), True),
    "digest deleted": ("/CloudTrail-Digest/", lambda _body: None, True),
    "digest copied without its metadata": ("/CloudTrail-Digest/", lambda body: body, False),
}


def _rewritten(body: bytes, old: bytes, new: bytes) -> bytes:
    return gzip.compress(gzip.decompress(body).replace(old, new))


def test_whatever_it_finds_meshtrail_finds_too(
    aws_cli: Path, client: SandboxClient, root: SandboxSession, audited: str, trails: Any
) -> None:
    """Each tampering that AWS's validator calls invalid breaks meshtrail's own check of the same bucket."""
    s3 = root.client("s3")
    assert ours(client, root, audited) is not Outcome.BROKEN
    for name, (kind, tamper, keep) in TAMPERINGS.items():
        key = min(key for key in trails.delivered(kind=kind) if "us-east-1/" in key)
        original = s3.get_object(Bucket="audit-bucket", Key=key)
        body, metadata = original["Body"].read(), original["Metadata"]
        tampered = tamper(body)
        if tampered is None:
            s3.delete_object(Bucket="audit-bucket", Key=key)
        else:
            s3.put_object(Bucket="audit-bucket", Key=key, Body=tampered, Metadata=metadata if keep else {})
        verdict = validate(aws_cli, client, root, audited, "us-east-1")
        assert (name, verdict.returncode) == (name, 1), verdict.stdout
        assert (name, ours(client, root, audited)) == (name, Outcome.BROKEN)
        s3.put_object(Bucket="audit-bucket", Key=key, Body=body, Metadata=metadata)


def ours(client: SandboxClient, caller: SandboxSession, arn: str) -> Outcome:
    """What meshtrail makes of us-east-1 over the last and the next hour."""
    now = datetime.now(UTC)
    session: Any = boto3.Session
    aws = Aws(session(**caller.credentials), endpoint_url=client.endpoint)
    window = Window(now - timedelta(hours=1), now + timedelta(hours=1))
    trail = TrailPromise(
        arn=arn,
        name=arn.rpartition("/")[2],
        home_region="us-east-1",
        scope="multi-region",
        bucket="audit-bucket",
        bucket_region="us-east-1",
    )
    objects = S3Objects(aws, bucket="audit-bucket", region="us-east-1")
    log_files = LogFiles(objects, bucket="audit-bucket", sources=(), checkpoint=SqliteCheckpoint())
    return check_integrity(
        objects,
        log_files,
        trail=trail,
        account=arn.split(":")[4],
        region="us-east-1",
        window=window,
        public_keys=CloudTrailPublicKeys(aws, window=window, now=now),
        now=now,
        logging=None,
    ).outcome
