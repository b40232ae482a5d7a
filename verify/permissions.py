"""What `meshtrail verify` has to be allowed, and nothing more.

`python -m verify.permissions` writes docs/permissions.md again; a test holds the page current, and another
holds the calls a verification really makes to this list.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from verify.controls.event_data_store import STORE_CONTROLS
from verify.controls.trail import TRAIL_CONTROLS
from verify.integrity.public_keys import LIST_PUBLIC_KEYS
from verify.lookup_events import LOOKUP_EVENTS
from verify.s3_objects import DECRYPT, GET, LIST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "permissions.md"


@dataclass(frozen=True, slots=True)
class Permission:
    """One IAM action, what it is for, and what it may be narrowed to.

    Attributes:
        action: The IAM action.
        purpose: What `meshtrail verify` does with it.
        resource: What to allow it on; `*` where AWS knows no resource for the action.
    """

    action: str
    purpose: str
    resource: str = "*"


_TRAIL: Final = "arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME"
_STORE: Final = "arn:aws:cloudtrail:REGION:ACCOUNT:eventdatastore/ID"
_BUCKET: Final = "arn:aws:s3:::BUCKET"
_KEY: Final = "arn:aws:kms:REGION:ACCOUNT:key/ID"

READS: Final = (
    Permission("sts:GetCallerIdentity", "is this the account the manifest speaks of? (needs no permission)"),
    Permission(LOOKUP_EVENTS, "reads Event history"),
    Permission(LIST, "lists log and digest files", _BUCKET),
    Permission(GET, "reads log and digest files", f"{_BUCKET}/*"),
    Permission(DECRYPT, "reads them under a customer managed key, and event data stores under one", _KEY),
    Permission(LIST_PUBLIC_KEYS, "verifies the signatures of digest files"),
    Permission("cloudtrail:StartQuery", "asks the event data store", _STORE),
    Permission("cloudtrail:DescribeQuery", "waits for its answer", _STORE),
    Permission("cloudtrail:GetQueryResults", "reads its answer", _STORE),
    Permission(
        "kms:GenerateDataKey", "what CloudTrail asks of whoever queries a store under such a key", _KEY
    ),
)
"""What reading the stores needs; the controls add their own."""

PROBE: Final = (
    Permission("appmesh:ListMeshes", "the marked call; refused, it is recorded all the same"),
    Permission("cloudtrail:DescribeTrails", "the witness, where App Mesh does not answer"),
)
"""What `--probe` needs besides."""


def permissions() -> list[Permission]:
    """Everything a verification without a probe needs, each action once."""
    controls = [
        *((control, _TRAIL) for control in TRAIL_CONTROLS),
        *((control, _STORE) for control in STORE_CONTROLS),
    ]
    purposes: dict[str, tuple[list[str], str]] = {}
    for control, resource in controls:
        for action in control.actions:
            purposes.setdefault(action, ([], resource))[0].append(f"`{control.id}`")
    return [
        *READS,
        *(
            Permission(action, f"decides {', '.join(names)}", resource)
            for action, (names, resource) in purposes.items()
        ),
    ]


def policy(needed: Iterable[Permission]) -> Mapping[str, Any]:
    """The IAM policy that allows them, one statement for each resource."""
    by_resource: dict[str, list[str]] = {}
    for permission in needed:
        by_resource.setdefault(permission.resource, []).append(permission.action)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": sorted(actions), "Resource": resource}
            for resource, actions in by_resource.items()
        ],
    }


def page() -> str:
    """docs/permissions.md."""
    rows = "\n".join(f"| `{one.action}` | {one.purpose} |" for one in permissions())
    probe = "\n".join(f"| `{one.action}` | {one.purpose} |" for one in PROBE)
    return f"""# Permissions

<!-- Written by `python -m verify.permissions`. -->

`meshtrail verify` and `meshtrail events` only read. What they may not read they call UNVERIFIABLE, name the
action that is missing, and go on: no permission is needed for the others to work.

| IAM action | what for |
|---|---|
{rows}

As a policy, to be narrowed to your trail, store, bucket and key:

```json
{json.dumps(policy(permissions()), indent=2)}
```

`--probe` makes one call in each Region that is found again in every store:

| IAM action | what for |
|---|---|
{probe}

## To provision

`pulumi up` creates, reads and tags what the stack asks for, and needs the actions of the resources it contains:
`s3:*Bucket*`, `s3:PutEncryptionConfiguration`, `s3:PutLifecycleConfiguration` and their `Get` counterparts on the
audit bucket; `kms:CreateKey`, `kms:PutKeyPolicy`, `kms:EnableKeyRotation`, `kms:CreateAlias` and the key's reads;
`cloudtrail:CreateTrail`, `UpdateTrail`, `PutEventSelectors`, `PutInsightSelectors`, `StartLogging`, `AddTags` and
the trail's reads; for an event data store `cloudtrail:CreateEventDataStore`, `UpdateEventDataStore` and its reads
(and `cloudformation:*Resource*` where Cloud Control creates it); for CloudWatch Logs `logs:CreateLogGroup`,
`logs:PutRetentionPolicy`, `iam:CreateRole`, `iam:PutRolePolicy`, `iam:PassRole`; for SNS `sns:CreateTopic` and
`sns:SetTopicAttributes`. An organization trail also needs `organizations:DescribeOrganization` and
`iam:CreateServiceLinkedRole`. Nothing has to be allowed to delete, and for audit data nothing should be.
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
