from typing import TYPE_CHECKING, Any

import pytest

from cloudtrail.resource_policies import TrailDestination, bucket_policy
from components.existing_bucket import UnusableBucket

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.components.conftest import Aws, Run

SETTINGS = {"meshtrail:bucket": {"existing": {"name": "audit-logs"}}}
GOOD = bucket_policy(
    TrailDestination(
        bucket="audit-logs", trail_arn="arn:aws:cloudtrail:us-east-1:123456789012:trail/meshtrail"
    )
)


def test_a_bucket_that_lets_cloudtrail_in_is_used_as_it_is(
    run: "Callable[..., Run]", aws: "type[Aws]"
) -> None:
    """No bucket, no policy, nothing of a bucket is registered; the trail gets its name."""
    found = run(SETTINGS, aws=aws(bucket_policy=GOOD))
    assert not [request for request in found.requests if request.type.startswith("aws:s3/")]
    assert found.one("aws:cloudtrail/trail:Trail").inputs["s3BucketName"] == "audit-logs"
    assert found.manifest()["trails"][0]["bucket"] == "audit-logs"
    assert found.warnings == []


def refused(run: "Callable[..., Run]", answers: "Aws", settings: dict[str, Any] = SETTINGS) -> str:
    """What the program says when it refuses a bucket; it must not have asked for a trail by then."""
    requests: list[str] = []
    with pytest.raises(UnusableBucket) as caught:
        run(settings, aws=answers, seen=requests.append)
    assert "aws:cloudtrail/trail:Trail" not in requests
    return str(caught.value)


@pytest.mark.parametrize("sid", ["CloudTrailReadsBucketAcl", "CloudTrailWritesAccount"])
def test_a_missing_statement_is_printed_in_full(
    run: "Callable[..., Run]", aws: "type[Aws]", sid: str
) -> None:
    """Exactly the one that is missing, ready to be added; the trail is never asked for."""
    policy = {**GOOD, "Statement": [each for each in GOOD["Statement"] if each["Sid"] != sid]}
    text = refused(run, aws(bucket_policy=policy))
    assert "has a policy that lacks what CloudTrail needs" in text
    assert f'"Sid": "{sid}"' in text
    assert text.count('"Sid"') == 1
    assert '"aws:SourceArn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/meshtrail"' in text


def test_a_bucket_without_a_policy_is_told_so(run: "Callable[..., Run]", aws: "type[Aws]") -> None:
    """With everything it has to hold."""
    text = refused(run, aws(bucket_policy=None))
    assert "The bucket audit-logs has no policy" in text
    assert text.count('"Sid"') == 2


def test_an_organization_trail_needs_the_organizations_path(
    run: "Callable[..., Run]", aws: "type[Aws]"
) -> None:
    """A policy that was right for the account's trail lacks one statement."""
    organization = {"meshtrail:scope": "organization", "meshtrail:organization": {"id": "o-exampleorgid"}}
    text = refused(run, aws(bucket_policy=GOOD), {**SETTINGS, **organization})
    assert "arn:aws:s3:::audit-logs/AWSLogs/o-exampleorgid/*" in text


def test_a_deny_that_hits_cloudtrail_is_shown(run: "Callable[..., Run]", aws: "type[Aws]") -> None:
    """An Allow does not help against it."""
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::audit-logs/*",
    }
    text = refused(run, aws(bucket_policy={**GOOD, "Statement": [*GOOD["Statement"], deny]}))
    assert "refuses CloudTrail" in text
    assert '"Effect": "Deny"' in text


def test_a_bucket_that_is_elsewhere_is_named_with_its_region(
    run: "Callable[..., Run]", aws: "type[Aws]"
) -> None:
    """AWS's answer counts, not what the settings say."""
    text = refused(run, aws(bucket_policy=GOOD, bucket_region="eu-west-1"))
    assert "The bucket audit-logs is in eu-west-1, not in us-east-1" in text


def test_a_policy_that_may_not_be_read_is_an_error_of_its_own(
    run: "Callable[..., Run]", aws: "type[Aws]"
) -> None:
    """AccessDenied is not taken for "there is no policy"."""
    text = refused(run, aws(refusal="AccessDenied: not authorized to perform s3:GetBucketPolicy"))
    assert "cannot be read" in text
    assert "AccessDenied" in text


def test_what_a_bucket_merely_ought_to_have_is_a_warning(run: "Callable[..., Run]", aws: "type[Aws]") -> None:
    """TLS is not enforced, and a stranger's trail could deliver; the trail is provisioned all the same."""
    loose = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": ["s3:GetBucketAcl", "s3:PutObject"],
        "Resource": ["arn:aws:s3:::audit-logs", "arn:aws:s3:::audit-logs/*"],
    }
    found = run(SETTINGS, aws=aws(bucket_policy={"Statement": [loose]}))
    assert found.one("aws:cloudtrail/trail:Trail")
    assert len(found.warnings) == 2
    assert "without TLS" in found.warnings[0]
    assert "aws:SourceArn" in found.warnings[1]


def test_a_preview_refuses_as_well(run: "Callable[..., Run]", aws: "type[Aws]") -> None:
    """The policy is read, and found wanting, before anything is made."""
    with pytest.raises(UnusableBucket):
        run(SETTINGS, aws=aws(bucket_policy=None), preview=True)
