"""What `meshtrail verify` has to be allowed for the claims that are selected, and nothing more.

`python -m verify.permissions` writes docs/permissions.md again; a test holds the page current, and others hold every
claim to the actions it declares.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from verify.catalogue import ALL
from verify.engines.permissions import PLACEHOLDERS, athena_actions
from verify.iam_resources import EVERYTHING as ANYTHING
from verify.iam_resources import LISTS, Kind, kind_of, resources
from verify.landing.claims import READS
from verify.selection import EVERYTHING, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloudtrail.manifest import Manifest
    from verify.statement import Statement

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "permissions.md"
BY_NAME: Final = ("probe.", "preflight.", "organization.")
"""How the claims begin that a verification does not decide by itself: `--probe` asks for a call to be made,
`--organization` for every account, and preflight is a command of its own."""
GET_CALLER_IDENTITY: Final = "sts:GetCallerIdentity"
_COMPANIONS: Final = {"cloudtrail:StartQuery": "kms:GenerateDataKey"}
"""What AWS asks besides: CloudTrail, of whoever queries a store under a customer managed key."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One IAM action, what it may be narrowed to, and which claims need it.

    Attributes:
        action: The IAM action.
        resources: What to allow it on; `*` where AWS knows no resource for the action.
        claims: The ids of the claims that need it; every run needs one that has none.
    """

    action: str
    resources: tuple[str, ...]
    claims: tuple[str, ...] = ()


def permissions(selection: Selection = EVERYTHING, manifest: Manifest | None = None) -> list[Permission]:
    """What deciding the selected claims needs, each action once.

    The probe makes calls instead of only reading, and preflight and an organization's verification look at more than an
    account's does, so `*` selects none of them: their claims have to be selected by name, as in `probe.*`,
    `preflight.*` and `organization.*`.

    Args:
        selection: The claims.
        manifest: Whose trails, stores, buckets and keys it is narrowed to; None: placeholders.
    """
    chosen = [one for one in ALL if selection.takes(one.id) and _is_meant(one.id, selection)]
    needed: dict[str, tuple[dict[str, None], dict[str, None]]] = {GET_CALLER_IDENTITY: ({"*": None}, {})}
    for statement in chosen:
        for action, where in _of(statement, manifest):
            allowed, claims = needed.setdefault(action, ({}, {}))
            allowed.update(dict.fromkeys(where))
            claims[statement.id] = None
    return [
        Permission(action, _widest(action, tuple(allowed)), tuple(claims))
        for action, (allowed, claims) in sorted(needed.items())
        if allowed
    ]


def _is_meant(statement: str, selection: Selection) -> bool:
    family = next((one for one in BY_NAME if statement.startswith(one)), None)
    return family is None or any(pattern.startswith(family.rstrip(".")) for pattern in selection.select)


def _of(statement: Statement, manifest: Manifest | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A statement's actions, each with what it is allowed on."""
    listed = {kind for action in statement.actions for kind in LISTS.get(action, ())}
    companions = [_COMPANIONS[action] for action in statement.actions if action in _COMPANIONS]
    for action in dict.fromkeys((*statement.actions, *companions)):
        yield action, resources(action, manifest, found=kind_of(action) in listed)
    if manifest is not None and set(READS) <= {*statement.actions}:
        yield from athena_actions(manifest)


def _widest(action: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Without what a wider one of them covers already."""
    if "*" in allowed:
        return ANYTHING
    whole = [one for one in allowed if one.endswith(("trail/*", "eventdatastore/*", ":::*"))]
    return tuple(whole) if whole and kind_of(action) is not Kind.OBJECT else tuple(sorted(allowed))


def policy(needed: Iterable[Permission]) -> dict[str, Any]:
    """The IAM policy that allows them, one statement for all actions on the same resources."""
    by_resources: dict[tuple[str, ...], list[str]] = {}
    for permission in needed:
        by_resources.setdefault(permission.resources, []).append(permission.action)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": sorted(actions),
                "Resource": where[0] if len(where) == 1 else list(where),
            }
            for where, actions in sorted(by_resources.items())
        ],
    }


def page() -> str:
    """docs/permissions.md."""
    reads = permissions()
    known = {one.action for one in reads}
    preflight = [one for one in permissions(Selection(("preflight.*",))) if one.claims]
    organization = [one for one in permissions(Selection(("organization.*",))) if one.action not in known]
    probe = [one for one in permissions(Selection(("probe.*",))) if one.action not in known]
    return f"""# Permissions

<!-- Written by `python -m verify.permissions`. -->

`meshtrail verify` and `meshtrail events` only read. What they may not read they call UNVERIFIABLE, name the
action that is missing, and go on: no permission is needed for the others to work. `meshtrail permissions` prints the
policy for the claims that `--select` and `--skip` choose, narrowed to the trails, event data stores, buckets and keys
of a manifest; it has no action that none of the claims needs.

{_table(reads)}

For every claim, to be narrowed to your trail, store, bucket and key:

```json
{json.dumps(policy(reads), indent=2)}
```

## The probe

`--probe` makes one call in each Region that is found again in every store. It needs besides:

{_table(probe)}

## Over an organization

`meshtrail verify --organization` assumes the verifier's role in every account, which is allowed what is said above:
`VerifierRole` provisions it so. Whoever runs it needs the same in its own account, the management account or a
delegated administrator's, and besides:

{_table(organization)}

The bucket of the organization's trail is read as whoever runs it, or by the role of `--log-archive-account`.

## Preflight

`meshtrail preflight` reads, too, and changes nothing. In the account that it is run in, the management account or a
delegated administrator's, it needs what `meshtrail permissions --select 'preflight.*'` prints:

{_table(preflight)}

## With Athena

`--engine athena` searches the log files with Athena, which reads and writes with your permissions. `meshtrail
permissions` adds these for a manifest that tells of Athena's tables:

{_of_athena()}

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


def _of_athena() -> str:
    rows = "\n".join(f"| `{action}` | {where} |" for action, where in PLACEHOLDERS)
    return f"| IAM action | on |\n|---|---|\n{rows}"


def _table(needed: Iterable[Permission]) -> str:
    rows = "\n".join(f"| `{one.action}` | {_claims(one)} |" for one in needed)
    return f"| IAM action | for the claims |\n|---|---|\n{rows}"


def _claims(permission: Permission) -> str:
    if not permission.claims:
        return "every run: is this the account the manifest speaks of? (AWS allows it to everybody)"
    return ", ".join(f"`{claim}`" for claim in permission.claims)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
