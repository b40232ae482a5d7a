"""What is claimed of who else gets at a bucket: not the public, and no other account.

Source: Amazon S3 user guide, "Blocking public access to your Amazon S3 storage"
(docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudtrail.policy_evaluation import Answer
from cloudtrail.policy_exposure import to_anybody, to_others
from verify.controls.base import Control
from verify.controls.bucket_policy_words import exposures_told, statements_told
from verify.controls.bucket_state import (
    GET_ACL,
    GET_POLICY,
    GET_POLICY_STATUS,
    GET_PUBLIC_ACCESS_BLOCK,
    BucketState,
)
from verify.controls.requirements import BUCKET_NOT_PUBLIC, nist, security_hub
from verify.finding import Finding, fails, holds
from verify.report.parts import Severity

if TYPE_CHECKING:
    from verify.finding import Fact

_GROUPS: Final = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "anybody",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "anybody with an AWS account",
}


class BucketIsNotPublic(Control[BucketState]):
    """Neither policy nor access control list opens the bucket to everybody, or the public access block stops it."""

    id = "bucket.not-public"
    title = "The bucket is not publicly accessible"
    severity = Severity.CRITICAL
    actions = (GET_POLICY, GET_POLICY_STATUS, GET_PUBLIC_ACCESS_BLOCK, GET_ACL)
    requirements = BUCKET_NOT_PUBLIC
    remedy = "Switch all four settings of the bucket's public access block on, then remove the statement or the grant."

    def look(self, subject: BucketState) -> Finding:
        """Decide it from S3's own judgement, the policy itself, the grants and the public access block."""
        block = subject.public_access_block
        exposures = to_anybody(subject.policy or {}, _everything(subject))
        by_policy = [each for each in exposures if each.answer is Answer.ALLOWS]
        facts = [fact for each in exposures for fact in statements_told("lets anybody in", each.statements)]
        ways: list[str] = []
        if by_policy or subject.policy_is_public:
            ways.append("its policy" + ("" if by_policy else " (S3 calls it public)"))
        if granted := _public_grants(subject):
            ways.append("its access control list")
        unblocked = [
            way
            for way in ways
            if not block.get("IgnorePublicAcls" if way.endswith("list") else "RestrictPublicBuckets", False)
        ]
        evidence = (*facts, *granted, ("public access block", _told(block)))
        if unblocked:
            return fails(f"Bucket {subject.bucket} is public by {' and '.join(unblocked)}.", *evidence)
        if ways:
            return holds(
                f"Only the public access block keeps {subject.bucket} from being public by {' and '.join(ways)}.",
                *evidence,
            )
        undecided = exposures_told(subject.bucket, exposures)
        if undecided is not None and not block.get("RestrictPublicBuckets", False):
            return undecided
        return holds("Neither policy nor access control list lets the public in.", *evidence)


class BucketIsNotShared(Control[BucketState]):
    """The policy gives access to no other account; the organization's own members and services are not others."""

    id = "bucket.not-shared"
    title = "The bucket's policy gives no other account access"
    severity = Severity.HIGH
    actions = (GET_POLICY,)
    requirements = (*security_hub("S3.6"), *nist("AC-3", "AC-6", "AU-9"))
    remedy = (
        "Remove the statement, or accept it by a waiver that names its owner; readers of the record are better let "
        "in through a role of the bucket's own account."
    )

    def look(self, subject: BucketState) -> Finding:
        """Decide it by evaluating the policy for every account and organization it speaks of."""
        policy = subject.policy or {}
        others = to_others(
            policy,
            _everything(subject),
            accounts=subject.accounts,
            organization_id=subject.manifest.organization_id,
        )
        finding = exposures_told(subject.bucket, others)
        return finding or holds("No other account has access by the bucket's policy.")


BUCKET_ACCESS_CONTROLS: tuple[Control[BucketState], ...] = (BucketIsNotPublic(), BucketIsNotShared())


def _everything(subject: BucketState) -> list[str]:
    return [subject.arn, f"{subject.arn}/*"]


def _public_grants(subject: BucketState) -> list[Fact]:
    return [
        ("granted", f"{grant.get('Permission')} to {_GROUPS[group]}")
        for grant in subject.grants
        if (group := str(grant.get("Grantee", {}).get("URI"))) in _GROUPS
    ]


def _told(block: dict[str, bool]) -> str:
    on = [name for name, value in sorted(block.items()) if value]
    return ", ".join(on) or "none"
