"""Every single IAM action that any claim declares, refused in turn in a whole verification.

What may not be looked at is UNVERIFIABLE and names the action; whatever else passes must not rest on it. Each row says
which claims are open, and, for those that declare the action and pass all the same, why they may.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

from tests.verify.faults.matrix import OPEN, claims_off, complete, named, shown, words
from tests.verify.iam_actions import iam_action
from verify.catalogue import STATEMENTS
from verify.exit_status import exit_status
from verify.verdict import ExitCode, Verdict

if TYPE_CHECKING:
    from tests.verify.faults.world import World
    from verify.report import Claim

COPIED = "every event is in the event data store as well, and that is read without it"
NOT_NEEDED = "what is there decides it without"

DECLARED = {statement.id: statement.actions for statement in STATEMENTS}
ONLY_COPY = "retention.only-in-event-history event-history"
LAKE, LOG_GROUP, BUCKET = ("event-data-store",), ("log-group",), ("trail-bucket",)
STORES_OF = {
    "cloudtrail:LookupEvents": ("event-history",),
    "cloudtrail:StartQuery": LAKE,
    "cloudtrail:DescribeQuery": LAKE,
    "cloudtrail:GetQueryResults": LAKE,
    "cloudtrail:GetEventDataStore": LAKE,
    "cloudtrail:GetTrailStatus": (*LOG_GROUP, *BUCKET),
    "logs:FilterLogEvents": LOG_GROUP,
    "logs:DescribeLogGroups": LOG_GROUP,
    "s3:ListBucket": BUCKET,
    "s3:GetObject": BUCKET,
    "s3:GetLifecycleConfiguration": BUCKET,
    "s3:GetBucketObjectLockConfiguration": BUCKET,
    "kms:Decrypt": BUCKET,
}
"""Which kinds of store an action is for: what a claim says of another one does not rest on it."""


@dataclass(frozen=True)
class Refused:
    """One IAM action that is refused.

    Attributes:
        action: The action.
        off: The names of the claims that are UNVERIFIABLE for it.
        passes: The claims that declare it and pass, each with the reason why they may.
        message: What AWS says.
        asked_by: The action that asks for this one, where another store's claim names only that.
    """

    action: str
    off: tuple[str, ...]
    passes: dict[str, str] = field(default_factory=dict[str, str])
    message: str = "You are not authorized."
    asked_by: str = ""

    def __str__(self) -> str:
        return self.action

    def apply(self, world: World) -> None:
        """Refuse every operation that the action allows."""
        service, operations = _operations(self.action)
        assert operations, f"{self.action} allows nothing that there is"
        code = "AccessDenied" if service == "s3" else "AccessDeniedException"
        for operation in operations:
            world.refuse(service, operation, code=code, message=self.message)

    def rests_on_it(self, claim: Claim) -> bool:
        """Whether a claim needs the action, by what it declares and which kind of store it speaks of."""
        statement, _, store = named(claim).partition(" ")
        own = STORES_OF.get(self.action)
        about_another = own is not None and store not in ("", *own) and named(claim) != ONLY_COPY
        return self.action in DECLARED[statement] and not about_another


def _operations(action: str) -> tuple[str, list[str]]:
    """The service and the operations that an action allows; of `kms:Decrypt`, the one that asks for it."""
    if action == "kms:Decrypt":
        return "s3", ["GetObject"]
    if action == "kms:GenerateDataKey":
        return "cloudtrail", ["StartQuery"]
    service = action.partition(":")[0]
    model: Any = botocore.session.get_session().get_service_model(service)
    return service, [name for name in model.operation_names if iam_action(service, name) == action]


INTEGRITY: tuple[str, ...] = ("integrity.digest-chain", "integrity.log-files")
INVENTORY = ("inventory.as-promised", "inventory.complete")
NO_STORE_COMPLETE = tuple(complete(OPEN))
"""What is missing from one store may be in the one that cannot be read."""
KEY_REFUSED = "User is not authorized to perform: {} on the resource associated with this ciphertext"
NO_GAP: dict[str, str] = dict.fromkeys(
    INTEGRITY, "the digest files have no gap that would have to be explained"
)


def nothing_missing(*stores: str) -> dict[str, str]:
    """Claims about stores of which it is not known since when they hold events: they hold all of them."""
    claims = ("complete", "readable", "unaltered", "in-time")
    names = [f"landing.{claim} {store}" for store in stores for claim in claims]
    return dict.fromkeys([*names, ONLY_COPY], "nothing is missing that might be older than the store")


LAKE_COMPLETE = {
    name: why for name, why in nothing_missing("event-data-store").items() if "in-time" not in name
}
TRAIL_TAKES_ALL = {"inventory.lasting-store": "the trail takes all of them"}
STORE_TAKES_ALL = {"inventory.lasting-store": "the event data store takes all of them"}

MATRIX = [
    Refused(
        "cloudtrail:LookupEvents",
        (*NO_STORE_COMPLETE, "changes.none-weakening", ONLY_COPY),
        {"trail.fresh": NOT_NEEDED, "trail.logging": NOT_NEEDED},
    ),
    Refused("cloudtrail:StartQuery", NO_STORE_COMPLETE, {ONLY_COPY: "every event is in the trail's bucket"}),
    Refused(
        "cloudtrail:DescribeQuery", NO_STORE_COMPLETE, {ONLY_COPY: "every event is in the trail's bucket"}
    ),
    Refused(
        "cloudtrail:GetQueryResults", NO_STORE_COMPLETE, {ONLY_COPY: "every event is in the trail's bucket"}
    ),
    Refused(
        "kms:GenerateDataKey",
        NO_STORE_COMPLETE,
        message=KEY_REFUSED.format("kms:GenerateDataKey"),
        asked_by="cloudtrail:StartQuery",
    ),
    Refused("logs:FilterLogEvents", NO_STORE_COMPLETE, {ONLY_COPY: COPIED}),
    Refused(
        "logs:DescribeLogGroups",
        ("retention.as-promised log-group",),
        nothing_missing("log-group"),
    ),
    Refused(
        "s3:ListBucket",
        (*NO_STORE_COMPLETE, *INTEGRITY, *INVENTORY),
        {
            ONLY_COPY: COPIED,
            "changes.none-weakening": "the manifest says whose the bucket is",
        }
        | STORE_TAKES_ALL,
    ),
    Refused("s3:GetObject", (*NO_STORE_COMPLETE, *INTEGRITY), {ONLY_COPY: COPIED}),
    Refused(
        "kms:Decrypt",
        (*NO_STORE_COMPLETE, *INTEGRITY),
        {ONLY_COPY: COPIED},
        message=KEY_REFUSED.format("kms:Decrypt"),
    ),
    Refused(
        "cloudtrail:DescribeTrails",
        ("account.multi-region-trail", "account.trail-quota", *INVENTORY),
        STORE_TAKES_ALL,
    ),
    Refused(
        "cloudtrail:GetEventDataStore",
        (
            "event-data-store.as-promised",
            "event-data-store.captures-app-mesh",
            "event-data-store.customer-key",
            "event-data-store.ingesting",
            "event-data-store.retention",
            "event-data-store.termination-protection",
            "retention.as-promised event-data-store",
            *INVENTORY,
        ),
        TRAIL_TAKES_ALL | LAKE_COMPLETE,
    ),
    Refused(
        "cloudtrail:GetEventSelectors",
        ("account.multi-region-trail", "trail.as-promised", "trail.captures-app-mesh", *INVENTORY),
        STORE_TAKES_ALL | {"trail.fresh": "its last deliveries are recent, whatever it takes"},
    ),
    Refused(
        "cloudtrail:GetTrail",
        (
            "trail.as-promised",
            "trail.cloudwatch-logs",
            "trail.encrypted",
            "trail.fresh",
            "trail.log-file-validation",
        ),
        NO_GAP,
    ),
    Refused(
        "cloudtrail:GetTrailStatus",
        ("account.multi-region-trail", "trail.delivering", "trail.fresh", "trail.logging"),
        NO_GAP | nothing_missing("log-group", "trail-bucket") | STORE_TAKES_ALL,
    ),
    Refused("cloudtrail:ListEventDataStores", INVENTORY, TRAIL_TAKES_ALL),
    Refused("cloudtrail:ListPublicKeys", INTEGRITY),
    Refused("cloudtrail:ListTags", ("trail.tagged",)),
    Refused("kms:DescribeKey", ("key.rotation", "key.usable")),
    Refused("kms:GetKeyPolicy", ("key.not-open", "key.policy-sufficient")),
    Refused("kms:GetKeyRotationStatus", ("key.rotation",)),
    Refused("s3:GetBucketAcl", ("bucket.not-public",)),
    Refused("s3:GetBucketLogging", ("bucket.access-log-target", "bucket.access-logging")),
    Refused(
        "s3:GetBucketObjectLockConfiguration",
        ("bucket.access-log-target", "bucket.object-lock", "retention.as-promised trail-bucket"),
    ),
    Refused(
        "s3:GetBucketPolicy",
        (
            "bucket.delivery-policy",
            "bucket.not-public",
            "bucket.not-shared",
            "bucket.tls-only",
            "bucket.unguarded",
        ),
    ),
    Refused("s3:GetBucketPolicyStatus", ("bucket.not-public",)),
    Refused("s3:GetBucketPublicAccessBlock", ("bucket.not-public",)),
    Refused("s3:GetBucketVersioning", ("bucket.versioning",)),
    Refused(
        "s3:GetEncryptionConfiguration",
        ("bucket.encrypted",),
        {"key.policy-sufficient": "the policy allows what CloudTrail needs in either case"},
    ),
    Refused(
        "s3:GetLifecycleConfiguration",
        ("bucket.lifecycle", "retention.as-promised trail-bucket"),
    ),
]
ELSEWHERE = {
    "appmesh:ListMeshes": "asked by a probe only",
    "ec2:DescribeRegions": "asked by a discovery of every Region only",
    "organizations:DescribeOrganization": "asked by a discovery that finds an organization's trail only",
}


@pytest.mark.parametrize("row", MATRIX, ids=str)
def test_a_refused_action_leaves_open_what_needs_it(row: Refused, looked_at: World) -> None:
    """UNVERIFIABLE by name, exit code 2, nothing accused; and nothing passes that rests on it."""
    row.apply(looked_at)
    report = looked_at.verify()
    off = claims_off(report)
    assert {name: claim.verdict for name, claim in off.items()} == dict.fromkeys(row.off, OPEN), shown(off)
    unnamed = [name for name, claim in off.items() if row.action not in words(claim)]
    assert [name for name in unnamed if not row.asked_by or row.asked_by not in words(off[name])] == []
    assert len(unnamed) < len(off)
    assert exit_status(report) == ExitCode.UNVERIFIABLE
    passing = {
        named(claim) for claim in report.claims if claim.verdict is Verdict.PASS and row.rests_on_it(claim)
    }
    assert passing == set(row.passes)


def test_every_action_has_its_row() -> None:
    """Those of every claim; what a verification with a manifest does not ask for has a test of its own below."""
    rows = [row.action for row in MATRIX]
    assert len(rows) == len(set(rows))
    declared = {action for actions in DECLARED.values() for action in actions}
    assert declared == {*rows, *ELSEWHERE} - {"kms:GenerateDataKey"}


def test_without_a_fault_everything_passes(looked_at: World) -> None:
    """What the rows above take away was there."""
    report = looked_at.verify()
    assert shown(claims_off(report)) == ""
    assert exit_status(report) == ExitCode.OK
    silent = {claim.id for claim in report.claims if claim.verdict is not Verdict.PASS}
    assert silent <= {"landing.in-time", "retention.as-promised"}
