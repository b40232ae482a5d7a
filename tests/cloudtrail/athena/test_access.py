"""The grants across accounts let Athena read, for one account, and nobody do anything else."""

from typing import Any, Final

import pytest

from cloudtrail.athena.access import ATHENA, bucket_grants, key_grants
from cloudtrail.policy_conditions import Context, Special, Value
from cloudtrail.policy_evaluation import Answer, Request, SomebodyOf, may
from cloudtrail.policy_exposure import to_anybody, to_others
from cloudtrail.resource_policies import TrailDestination, bucket_policy, key_policy

OWNER, READER, OTHER = "222222222222", "123456789012", "333333333333"
BUCKET: Final = "arn:aws:s3:::audit"
LOG_FILE: Final = f"{BUCKET}/mesh/AWSLogs/o-exampleorgid/{OTHER}/CloudTrail/us-east-1/2026/09/01/file.json.gz"
KEY: Final = f"arn:aws:kms:us-east-1:{OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DESTINATION: Final = TrailDestination(
    bucket="audit",
    trail_arn=f"arn:aws:cloudtrail:us-east-1:{READER}:trail/mesh",
    prefix="mesh",
    organization_id="o-exampleorgid",
)
OF_BUCKET: Final = bucket_policy(DESTINATION, readers=bucket_grants(DESTINATION, account=READER))
OF_KEY: Final = key_policy(
    account=OWNER,
    partition="aws",
    trail_arn=DESTINATION.trail_arn,
    event_data_stores=False,
    readers=key_grants(region="us-east-1", account=READER),
)


def answer(
    policy: dict[str, Any],
    action: str,
    resource: str,
    *,
    account: str = READER,
    via: tuple[str, ...] = (ATHENA,),
    s3_in: str = "us-east-1",
) -> Answer:
    """What a policy says to somebody of an account, who asks through services."""
    keys: dict[str, Value] = {
        "aws:securetransport": "true",
        "aws:calledvia": via or Special.ABSENT,
        "kms:viaservice": f"s3.{s3_in}.amazonaws.com" if via else Special.ABSENT,
        "aws:sourcearn": Special.ABSENT,
    }
    request = Request(principal=SomebodyOf(account), action=action, resource=resource, context=Context(keys))
    return may(policy, request).answer


ALLOWED: Final = [
    (OF_BUCKET, "s3:GetBucketLocation", BUCKET),
    (OF_BUCKET, "s3:ListBucket", BUCKET),
    (OF_BUCKET, "s3:GetObject", LOG_FILE),
    (OF_KEY, "kms:Decrypt", KEY),
]


@pytest.mark.parametrize(("policy", "action", "resource"), ALLOWED)
def test_athena_of_the_account_may_read(policy: dict[str, Any], action: str, resource: str) -> None:
    """For that account, and through Athena alone."""
    assert answer(policy, action, resource) is Answer.ALLOWS
    assert answer(policy, action, resource, account=OTHER) is Answer.REFUSES
    assert answer(policy, action, resource, via=()) is Answer.REFUSES


@pytest.mark.parametrize("via", [("cloudformation.amazonaws.com",), ("dynamodb.amazonaws.com",)])
def test_no_other_service_may(via: tuple[str, ...]) -> None:
    """Whatever else asks on somebody's behalf."""
    assert answer(OF_BUCKET, "s3:GetObject", LOG_FILE, via=via) is Answer.REFUSES


@pytest.mark.parametrize(
    ("policy", "action", "resource"),
    [
        *(
            (OF_BUCKET, action, LOG_FILE)
            for action in ("s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion")
        ),
        (OF_BUCKET, "s3:GetObject", f"{BUCKET}/elsewhere/AWSLogs/file"),
        (OF_BUCKET, "s3:GetObject", f"{BUCKET}/mesh/AWSLogs/{READER}/CloudTrail/us-east-1/2026/09/01/file"),
        (OF_BUCKET, "s3:GetBucketPolicy", BUCKET),
        *(
            (OF_KEY, action, KEY)
            for action in ("kms:Encrypt", "kms:GenerateDataKey", "kms:ScheduleKeyDeletion")
        ),
    ],
)
def test_it_may_do_nothing_else(policy: dict[str, Any], action: str, resource: str) -> None:
    """Neither write nor delete, nor read what is no log file of the trail."""
    assert answer(policy, action, resource) is Answer.REFUSES


def test_the_key_serves_s3_of_its_region_only() -> None:
    """In every partition."""
    assert answer(OF_KEY, "kms:Decrypt", KEY, s3_in="eu-west-1") is Answer.REFUSES
    (china,) = key_grants(region="cn-north-1", account=READER)
    assert china["Principal"] == {"AWS": f"arn:aws-cn:iam::{READER}:root"}
    assert china["Condition"] == {"StringLike": {"kms:ViaService": "s3.cn-north-1.amazonaws.com*"}}


def test_only_the_account_of_the_tables_is_let_in() -> None:
    """Nobody else is exposed, and that account is, where it is not known to be one's own."""
    bucket = [BUCKET, f"{BUCKET}/*"]
    for policy, resources in ((OF_BUCKET, bucket), (OF_KEY, [KEY])):
        assert to_anybody(policy, resources) == []
        own = {OWNER, READER}
        assert to_others(policy, resources, accounts=own, organization_id="o-exampleorgid") == []
        (other,) = to_others(policy, resources, accounts={OWNER}, organization_id="o-exampleorgid")
        assert other.who == f"account {READER}"
