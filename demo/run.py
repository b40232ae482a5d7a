"""The demo: provision, call, deliver, break if asked to, verify."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import boto3

from cloudtrail.errors import MeshtrailError
from cloudtrail.manifest import Manifest
from demo.callers import set_up_callers
from demo.calls import call_every_operation
from demo.envoy import MESH, connect_envoys
from demo.faults import Ground
from sandbox.clients import SandboxClient
from sandbox.engine.run import run_program
from sandbox.process import spawn
from sandbox.settings import SandboxSettings
from verify.aws import Aws
from verify.landing.probe import Probe
from verify.s3_objects import S3Objects
from verify.verification import Options, Verification
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from demo.faults import Fault
    from verify.progress import Watcher
    from verify.report import Report

STACK: Final = "sandbox"
DIGESTS_EVERY: Final = timedelta(seconds=3)
DELIVERIES_EVERY: Final = timedelta(seconds=1)
_LATE_AFTER: Final = timedelta(seconds=30)
_PATIENCE: Final = timedelta(seconds=10)
_POLL: Final = timedelta(seconds=1)


class ProgramFailed(MeshtrailError):
    """The Pulumi program did not finish."""


@dataclass(frozen=True, slots=True)
class Story:
    """What the demo did.

    Attributes:
        report: What the verification found.
        manifest: What was provisioned.
        struck: Where a fault struck, or None.
    """

    report: Report
    manifest: Manifest
    struck: str | None


def play(project: Path, *, fault: Fault | None, watcher: Watcher, tell: Callable[[str], None]) -> Story:
    """Run the demo against a sandbox of its own.

    Args:
        project: The folder of the Pulumi program.
        fault: What to break, or None.
        watcher: Who watches the verification's progress.
        tell: Takes one line for each thing that is done.

    Raises:
        MeshtrailError: when a step could not be done at all; what the proof finds is in the report instead.
    """
    settings = SandboxSettings(
        delivery_interval=DELIVERIES_EVERY.total_seconds(), digest_interval=DIGESTS_EVERY.total_seconds()
    )
    started = datetime.now(UTC)
    with spawn(settings) as process:
        tell(f"sandbox       an AWS in a box at {process.endpoint}")
        sandbox = SandboxClient(process.endpoint)
        manifest = provision(project, process.endpoint)
        tell(f"provisioned   {_provisioned(manifest)}")
        session: Any = boto3.Session  # the stubs want each keyword by name
        root: boto3.Session = session(**sandbox.root(manifest.account).credentials)
        ground = Ground(sandbox, Aws(root, endpoint_url=process.endpoint), manifest)
        struck = _strike(fault, ground, before_calls=True, tell=tell)
        call_app_mesh(sandbox, manifest, tell)
        sandbox.flush()
        tell("delivered     to Event history, the trail's bucket and the event data store")
        struck = _strike(fault, ground, before_calls=False, tell=tell) or struck
        report = look(manifest, ground.aws, since=started, watcher=watcher)
    return Story(report, manifest, struck)


def provision(project: Path, endpoint: str) -> Manifest:
    """Run the Pulumi program, unmodified, against an endpoint and take the manifest it exports.

    Raises:
        ProgramFailed: when it does not finish.
    """
    run = run_program(project, STACK, endpoint=endpoint)
    if run.error:
        raise ProgramFailed("The Pulumi program did not finish", where=f"stack {STACK}", why=run.error)
    exported: Any = run.outputs.get("manifest")
    return Manifest.from_json(json.dumps(exported), where=f"stack {STACK}")


def call_app_mesh(sandbox: SandboxClient, manifest: Manifest, tell: Callable[[str], None]) -> None:
    """Make every App Mesh call in every Region of the manifest, and let the Envoys of a mesh connect."""
    callers = set_up_callers(sandbox, account=manifest.account)
    for region in manifest.regions:
        calls = call_every_operation(callers, region=region, mesh_name=MESH)
        kinds = len({call.caller for call in calls})
        envoys = connect_envoys(sandbox, account=manifest.account, region=region)
        tell(
            f"called        {len({call.operation for call in calls})} App Mesh operations in {region} "
            f"as {kinds} kinds of caller, and {envoys} Envoy events"
        )


def look(manifest: Manifest, aws: Aws, *, since: datetime, watcher: Watcher) -> Report:
    """Verify what was provisioned, a probe included, exactly as `meshtrail verify` does."""
    now = datetime.now(UTC)
    verification = Verification(
        manifest,
        aws=aws,
        objects_of=lambda trail: S3Objects(aws, bucket=trail.bucket, region=trail.bucket_region),
        options=Options(
            window=Window(since, now + timedelta(seconds=1)),
            now=now,
            late_after=_LATE_AFTER,
            digest_cadence=DIGESTS_EVERY,
        ),
        watcher=watcher,
    )
    return verification.run(Probe(aws, verification.stores, patience=_PATIENCE, poll=_POLL))


def _strike(
    fault: Fault | None, ground: Ground, *, before_calls: bool, tell: Callable[[str], None]
) -> str | None:
    if fault is None or fault.before_calls is not before_calls:
        return None
    struck = fault.strike(ground)
    tell(f"broken        {fault.story} {struck}")
    return struck


def _provisioned(manifest: Manifest) -> str:
    trails = ", ".join(f"trail {trail.name} ({trail.scope})" for trail in manifest.trails)
    stores = ", ".join(
        f"event data store {store.name} ({store.retention_days} days)" for store in manifest.event_data_stores
    )
    return "; ".join(part for part in (trails, stores) if part)
