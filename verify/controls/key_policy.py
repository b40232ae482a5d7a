"""What is claimed of a key's policy: CloudTrail may use the key, and nobody from elsewhere may.

Sources: CloudTrail user guide, "Configure AWS KMS key policies for CloudTrail"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html); AWS KMS developer
guide, "Allowing users in other accounts to use a KMS key"
(docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.policy_conditions import Context, Special
from cloudtrail.policy_evaluation import Answer, Decision, Request, surely
from cloudtrail.policy_exposure import to_others
from cloudtrail.policy_requesters import CLOUDTRAIL, cloudtrail_for, cloudtrail_for_a_store
from verify.controls.base import Control
from verify.controls.bucket_policy_words import exposures_told, open_question, statements_told
from verify.controls.bucket_state import GET_ENCRYPTION
from verify.controls.key_state import DESCRIBE_KEY, GET_KEY_POLICY, KeyState
from verify.controls.requirements import DELIVERY, nist, security_hub
from verify.finding import Finding, fails, holds
from verify.report.parts import Severity
from verify.s3_objects import DECRYPT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtrail.manifest import TrailPromise

_GENERATE: Final = "kms:GenerateDataKey"
_ENCRYPTION_CONTEXT: Final = "kms:encryptioncontext:aws:cloudtrail:arn"


@dataclass(frozen=True, slots=True)
class _Use:
    """Something CloudTrail does with the key."""

    action: str
    whose: str
    context: Context
    trail: TrailPromise | None = None


class KeyLetsCloudTrailIn(Control[KeyState]):
    """The policy allows what CloudTrail does with the key, for each trail and event data store that uses it.

    To decrypt is only needed for a trail whose bucket uses an S3 bucket key, so the bucket is asked when the policy
    does not allow it anyway.
    """

    id = "key.policy-sufficient"
    title = "The key's policy lets CloudTrail encrypt for each of its trails and event data stores"
    severity = Severity.HIGH
    actions = (GET_KEY_POLICY, GET_ENCRYPTION)
    requirements = DELIVERY
    remedy = (
        "Add the missing statements to the key's policy (`aws kms put-key-policy`), and except "
        "cloudtrail.amazonaws.com from what refuses it."
    )

    def look(self, subject: KeyState) -> Finding:
        """Decide it by evaluating the policy for each request CloudTrail makes."""
        missing: list[str] = []
        facts: list[tuple[str, str]] = []
        undecided: list[Decision] = []
        for use in _uses(subject):
            decision = _decided(subject, use)
            if decision.answer is Answer.CANNOT_TELL:
                undecided.append(decision)
            elif decision.answer is Answer.REFUSES and _needed(subject, use):
                missing.append(f"{use.action} for {use.whose}")
                facts += statements_told("refuses CloudTrail", decision.because)
        if missing:
            return fails(
                f"The policy of key {subject.arn} does not let CloudTrail call {', '.join(missing)}.",
                *(("missing", one) for one in missing),
                *facts,
            )
        if undecided:
            return open_question(
                f"Whether the policy of key {subject.arn} lets CloudTrail in cannot be told.", undecided
            )
        return holds("CloudTrail may use the key.")


class KeyIsNotOpen(Control[KeyState]):
    """No statement lets everybody or another account use the key, unless under conditions that pin it down."""

    id = "key.not-open"
    title = "The key's policy lets neither everybody nor other accounts in without conditions"
    severity = Severity.HIGH
    actions = (GET_KEY_POLICY,)
    requirements = (*security_hub("KMS.5"), *nist("AC-3", "SC-12"))
    remedy = "Name the principals, or add conditions such as `kms:CallerAccount` or `aws:PrincipalOrgID`."

    def look(self, subject: KeyState) -> Finding:
        """Decide it by evaluating the policy for every account and organization it speaks of."""
        exposures = to_others(
            subject.policy,
            [subject.arn],
            accounts=subject.accounts,
            organization_id=subject.manifest.organization_id,
        )
        unconditional = [
            each
            for each in exposures
            if not each.who.startswith("account ") or not all(one.get("Condition") for one in each.statements)
        ]
        finding = exposures_told(f"key {subject.arn}", unconditional)
        conditional = [each for each in exposures if each not in unconditional]
        told = [
            fact
            for each in conditional
            for fact in statements_told(f"under conditions: {each.who}", each.statements)
        ]
        return finding or holds("Nobody else is let in without conditions.", *told)


KEY_POLICY_CONTROLS: tuple[Control[KeyState], ...] = (KeyLetsCloudTrailIn(), KeyIsNotOpen())


def _uses(subject: KeyState) -> Iterator[_Use]:
    for trail in subject.trails:
        context = cloudtrail_for(trail.arn, organization_id=subject.manifest.organization_id)
        bare = Context({**context.keys, _ENCRYPTION_CONTEXT: Special.ABSENT})
        for action in (_GENERATE, DESCRIBE_KEY, DECRYPT):
            yield _Use(action, f"trail {trail.name}", bare if action == DESCRIBE_KEY else context, trail)
    for store in subject.stores:
        for action in (_GENERATE, DECRYPT):
            yield _Use(action, f"event data store {store.name or store.arn}", cloudtrail_for_a_store())


def _decided(subject: KeyState, use: _Use) -> Decision:
    request = Request(principal=CLOUDTRAIL, action=use.action, resource=subject.arn, context=use.context)
    return surely(subject.policy, request)


def _needed(subject: KeyState, use: _Use) -> bool:
    if use.trail is None or use.action != DECRYPT:
        return True
    return bool((subject.bucket_of(use.trail).encryption or {}).get("BucketKeyEnabled", False))
