"""What is claimed of a bucket's policy towards CloudTrail: it lets every trail deliver, and nobody else's.

Source: CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudtrail.object_keys import owner_prefix
from cloudtrail.partitions import Arn
from cloudtrail.policy_evaluation import Answer, Decision, Request, may, surely
from cloudtrail.policy_requesters import (
    CLOUDTRAIL,
    cloudtrail_for,
    cloudtrail_for_a_stranger,
    strange_account,
)
from cloudtrail.resource_policies import TrailDestination, bucket_needs, missing_bucket_statements, tls_only
from verify.aws import Gone
from verify.controls.base import Control
from verify.controls.bucket_policy_words import open_question, statements_told
from verify.controls.bucket_state import GET_POLICY, BucketState
from verify.controls.requirements import DELIVERY, nist, security_hub
from verify.finding import Finding, cannot_tell, fails, holds
from verify.report.parts import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudtrail.manifest import TrailPromise
    from cloudtrail.resource_policies import Statement


class BucketLetsCloudTrailIn(Control[BucketState]):
    """The policy allows every delivery of every trail that uses the bucket, and no Deny takes it back."""

    id = "bucket.delivery-policy"
    title = "The bucket's policy lets CloudTrail deliver for each of its trails"
    severity = Severity.HIGH
    actions = (GET_POLICY,)
    requirements = DELIVERY
    remedy = (
        "Add the missing statements to the bucket's policy, and except cloudtrail.amazonaws.com from what refuses "
        "it; CloudTrail tries again for 30 days."
    )

    def look(self, subject: BucketState) -> Finding:
        """Decide it by evaluating the policy for each request CloudTrail makes."""
        try:
            policy = subject.policy
        except Gone as error:
            return fails(f"Bucket {subject.bucket} does not exist.", ("error", error.why))
        missing: list[Statement] = []
        refusing: list[Statement] = []
        undecided: list[Decision] = []
        for trail, need in _needs(subject):
            decision = _decided(policy, trail, need, organization_id=subject.manifest.organization_id)
            if decision.answer is Answer.CANNOT_TELL:
                undecided.append(decision)
            elif decision.answer is Answer.REFUSES:
                refusing += decision.because
                missing += () if decision.because else (need,)
        if missing or refusing:
            return fails(
                _said(subject.bucket, missing, refusing),
                *statements_told("missing", missing),
                *statements_told("refuses CloudTrail", refusing),
            )
        if undecided:
            return open_question(
                f"Whether the policy of {subject.bucket} lets CloudTrail deliver cannot be told.", undecided
            )
        unknown = [trail.name for trail in subject.trails if _unknown_organization(subject, trail)]
        if unknown:
            return cannot_tell(
                f"Whether the policy lets {', '.join(unknown)} deliver for the organization's members cannot be told.",
                reason="The manifest does not name the organization, under whose id those files lie.",
            )
        return holds(f"CloudTrail may deliver for {len(subject.trails)} trail(s).")


class BucketIsGuarded(Control[BucketState]):
    """Nobody can point a trail of a strange account at the bucket: the confused deputy."""

    id = "bucket.unguarded"
    title = "CloudTrail may write to the bucket only for trails that its policy names"
    severity = Severity.MEDIUM
    actions = (GET_POLICY,)
    requirements = nist("AU-9", "AC-4")
    remedy = "Ask for `aws:SourceArn` (the trail's ARN) in each statement for cloudtrail.amazonaws.com."

    def look(self, subject: BucketState) -> Finding:
        """Decide it by evaluating the policy for a trail of an account it does not speak of."""
        policy = subject.policy or {}
        account = strange_account(policy)
        # The stranger chooses the prefix; what follows is CloudTrail's.
        request = Request(
            principal=CLOUDTRAIL,
            action="s3:PutObject",
            resource=f"{subject.arn}/*AWSLogs/{account}/*",
            context=cloudtrail_for_a_stranger(account),
        )
        decision = may(policy, request)
        if decision.answer is Answer.ALLOWS:
            return fails(
                f"Trails of strangers may deliver into {subject.bucket}: its policy does not ask whose they are.",
                *statements_told("unguarded", decision.because),
            )
        if decision.answer is Answer.CANNOT_TELL:
            return open_question(
                f"Whether trails of strangers may deliver into {subject.bucket} cannot be told.", [decision]
            )
        return holds("CloudTrail may write for no trail that the policy does not name.")


class BucketRefusesWithoutTls(Control[BucketState]):
    """Everything that does not come over TLS is refused, on the bucket and on every object."""

    id = "bucket.tls-only"
    title = "The bucket refuses requests without TLS"
    severity = Severity.MEDIUM
    actions = (GET_POLICY,)
    requirements = (*security_hub("S3.5"), *nist("SC-8", "SC-8(1)", "SC-13", "AC-17(2)"))
    remedy = 'Deny `s3:*` to everybody where `aws:SecureTransport` is "false".'

    def look(self, subject: BucketState) -> Finding:
        """Decide it by what the policy's Deny statements cover."""
        missing = missing_bucket_statements(
            subject.policy, [tls_only(subject.bucket, partition=subject.manifest.partition)]
        )
        if missing:
            return fails(
                f"Requests to {subject.bucket} without TLS are not refused, or not all of them.",
                *statements_told("missing", missing),
            )
        return holds("Every request without TLS is refused.")


BUCKET_POLICY_CONTROLS: tuple[Control[BucketState], ...] = (
    BucketLetsCloudTrailIn(),
    BucketIsGuarded(),
    BucketRefusesWithoutTls(),
)


def _needs(subject: BucketState) -> Iterator[tuple[TrailPromise, Statement]]:
    """Every request that delivery is made of, as the statement that would allow it."""
    for trail in subject.trails:
        organization = subject.manifest.organization_id if trail.scope == "organization" else None
        destination = TrailDestination(
            bucket=subject.bucket, trail_arn=trail.arn, prefix=trail.prefix, organization_id=organization
        )
        for need in bucket_needs(destination):
            yield trail, need


def _decided(
    policy: dict[str, Any] | None, trail: TrailPromise, need: Statement, *, organization_id: str | None
) -> Decision:
    action = str(need["Action"])
    writes = action == "s3:PutObject"
    context = cloudtrail_for(trail.arn, organization_id=organization_id, writes=writes)
    decisions = [
        surely(policy, Request(principal=CLOUDTRAIL, action=action, resource=resource, context=context))
        for resource in _written(str(need["Resource"]), trail)
    ]
    by_weight = (Answer.REFUSES, Answer.CANNOT_TELL, Answer.ALLOWS)
    return min(decisions, key=lambda one: (by_weight.index(one.answer), not one.because))


def _written(resource: str, trail: TrailPromise) -> Iterator[str]:
    """What CloudTrail writes below an account: log files, and digest files. Statements may name them apart."""
    account = owner_prefix(account=Arn.parse(trail.arn).account, prefix=trail.prefix)
    if not resource.endswith(f"/{account}*"):
        yield resource
        return
    yield f"{resource.removesuffix('*')}CloudTrail/*"
    if trail.log_file_validation:
        yield f"{resource.removesuffix('*')}CloudTrail-Digest/*"


def _unknown_organization(subject: BucketState, trail: TrailPromise) -> bool:
    return trail.scope == "organization" and subject.manifest.organization_id is None


def _said(bucket: str, missing: Sequence[Statement], refusing: Sequence[Statement]) -> str:
    parts: list[str] = []
    if missing:
        parts.append(f"lacks {', '.join(str(need['Sid']) for need in missing)}")
    if refusing:
        parts.append("refuses CloudTrail by a Deny")
    return f"The policy of {bucket} {' and '.join(parts)}: CloudTrail cannot deliver."
