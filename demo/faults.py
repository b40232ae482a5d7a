"""Ways to break the record, each to show that the proof can fail.

A fault strikes either before the calls are made (something stops recording) or after their events were
delivered (somebody tampers with what was recorded).
"""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.catalog import APP_MESH
from cloudtrail.errors import MeshtrailError
from cloudtrail.object_keys import digest_prefix, log_prefix, parse_digest_key, parse_log_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtrail.manifest import Manifest, TrailPromise
    from sandbox.clients import SandboxClient
    from verify.aws import Aws


class UnknownFault(MeshtrailError):
    """There is no fault of that name."""


class NothingToStrike(MeshtrailError):
    """What a fault should damage is not there."""


_PATIENCE: Final = 30
"""How many seconds to wait for something to damage."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a fault strikes: the sandbox, an administrator's session in it, and what was provisioned."""

    sandbox: SandboxClient
    aws: Aws
    manifest: Manifest

    @property
    def trail(self) -> TrailPromise:
        """The trail."""
        return self.manifest.trails[0]

    @property
    def s3(self) -> Any:
        """S3, where the trail's bucket is."""
        return self.aws.client("s3", self.trail.bucket_region)


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break the record.

    Attributes:
        name: What `--break` calls it.
        story: What somebody did, or what went wrong.
        strike: Does it; returns where it struck.
        before_calls: Whether it strikes before the calls are made, or after their delivery.
    """

    name: str
    story: str
    strike: Callable[[Ground], str]
    before_calls: bool


def _stop_logging(ground: Ground) -> str:
    ground.aws.cloudtrail(ground.trail.home_region).stop_logging(Name=ground.trail.arn)
    return ground.trail.arn


def _narrow_selector(ground: Ground) -> str:
    ground.aws.cloudtrail(ground.trail.home_region).put_event_selectors(
        TrailName=ground.trail.arn,
        AdvancedEventSelectors=[
            {
                "Name": "Management events selector",
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Management"]},
                    {"Field": "readOnly", "Equals": ["true"]},
                ],
            }
        ],
    )
    return ground.trail.arn


def _drop_events(ground: Ground) -> str:
    ground.sandbox.add_fault("drop", destination="trail", match={"eventSource": APP_MESH}, every=7)
    return f"deliveries to {ground.trail.bucket}"


def _delete_log(ground: Ground) -> str:
    key = _log_with_app_mesh(ground)
    ground.s3.delete_object(Bucket=ground.trail.bucket, Key=key)
    return f"s3://{ground.trail.bucket}/{key}"


def _tamper_log(ground: Ground) -> str:
    key = _log_with_app_mesh(ground)
    stored = ground.s3.get_object(Bucket=ground.trail.bucket, Key=key)
    document = json.loads(gzip.decompress(stored["Body"].read()))
    record = next(record for record in document["Records"] if record["eventSource"] == APP_MESH)
    record["userIdentity"] = {"type": "IAMUser", "userName": "somebody-else"}
    body = gzip.compress(json.dumps(document).encode())
    ground.s3.put_object(Bucket=ground.trail.bucket, Key=key, Body=body)
    return f"s3://{ground.trail.bucket}/{key}"


def _delete_digest(ground: Ground) -> str:
    # Not the newest: nothing points to that one yet, and a digest that is merely not due is no finding.
    *_, key, _ = _digests(ground)
    ground.s3.delete_object(Bucket=ground.trail.bucket, Key=key)
    return f"s3://{ground.trail.bucket}/{key}"


def _digests(ground: Ground) -> list[str]:
    """The keys of the home Region's digest files, oldest first; two at least, for which a fast machine waits."""
    for _ in range(_PATIENCE):
        digests = sorted(key for key in _keys(ground, digest_prefix) if parse_digest_key(key))
        if len(digests) > 1:
            return digests
        time.sleep(1)
        ground.sandbox.flush()
    raise NothingToStrike(
        "There are no two digest files of which one could be deleted",
        where=f"s3://{ground.trail.bucket}",
        remedy="Log file validation has to be on; run the demo without --break first.",
    )


def _log_with_app_mesh(ground: Ground) -> str:
    for key in _keys(ground, log_prefix):
        if parse_log_key(key) is None:
            continue
        body = ground.s3.get_object(Bucket=ground.trail.bucket, Key=key)["Body"].read()
        records = json.loads(gzip.decompress(body))["Records"]
        # Other calls may mention App Mesh too: the verifier's own searches do.
        if any(record["eventSource"] == APP_MESH for record in records):
            return key
    raise NothingToStrike(
        "There is no log file with App Mesh events to strike",
        where=f"s3://{ground.trail.bucket}",
        remedy="The demo's calls were not delivered; run it without --break first.",
    )


def _keys(ground: Ground, prefix: Callable[..., str]) -> list[str]:
    folder = prefix(
        account=ground.manifest.account,
        region=ground.trail.home_region,
        organization=ground.manifest.organization_id,
        prefix=ground.trail.prefix,
    )
    pages = ground.s3.get_paginator("list_objects_v2").paginate(Bucket=ground.trail.bucket, Prefix=folder)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]


FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault("stop-logging", "Somebody stops the trail.", _stop_logging, before_calls=True),
        Fault(
            "narrow-selector",
            "Somebody narrows the trail to read-only events, under the default selector's name.",
            _narrow_selector,
            before_calls=True,
        ),
        Fault(
            "drop-events", "The trail loses every seventh App Mesh event.", _drop_events, before_calls=True
        ),
        Fault("delete-log", "Somebody deletes a log file.", _delete_log, before_calls=False),
        Fault("tamper-log", "Somebody puts another name into a log file.", _tamper_log, before_calls=False),
        Fault("delete-digest", "Somebody deletes a digest file.", _delete_digest, before_calls=False),
    )
}
"""Every fault by its name."""


def fault_named(name: str) -> Fault:
    """The fault of a name.

    Raises:
        UnknownFault: listing those that exist.
    """
    if name not in FAULTS:
        raise UnknownFault(f"There is no fault {name!r}", remedy=f"Choose one of: {', '.join(FAULTS)}.")
    return FAULTS[name]
