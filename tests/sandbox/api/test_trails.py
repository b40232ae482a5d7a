from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cloudtrail.resource_policies import TrailDestination, bucket_policy, log_role_trust

if TYPE_CHECKING:
    from sandbox.clients import SandboxClient, SandboxSession

SELF = "arn:aws:cloudtrail:us-east-1:123456789012:trail/mesh"


def test_a_new_trail_does_not_log(root: SandboxSession, trails: Any) -> None:
    """A trail made through the API records nothing until StartLogging, and has no times yet."""
    trails.create(start=False)
    status = root.client("cloudtrail").get_trail_status(Name="mesh")
    assert status["IsLogging"] is False
    assert "StartLoggingTime" not in status
    assert "LatestDeliveryTime" not in status


def test_a_bucket_that_does_not_let_the_trail_write_is_refused(root: SandboxSession, refused: Any) -> None:
    """CreateTrail fails on a bucket without the policy, and leaves no trail behind."""
    root.client("s3").create_bucket(Bucket="bare")
    cloudtrail = root.client("cloudtrail")
    with refused() as error:
        cloudtrail.create_trail(Name="mesh", S3BucketName="bare")
    assert error.code == "InsufficientS3BucketPolicyException"
    assert "bare" in error.message
    assert cloudtrail.list_trails()["Trails"] == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"S3BucketName": "nowhere"}, "S3BucketDoesNotExistException"),
        ({"Name": "ab"}, "InvalidTrailNameException"),
        ({"Name": "my--trail"}, "InvalidTrailNameException"),
        ({"Name": "192.168.5.4"}, "InvalidTrailNameException"),
        ({"Name": "mesh"}, "TrailAlreadyExistsException"),
        ({"S3KeyPrefix": "x" * 201}, "InvalidS3PrefixException"),
        (
            {"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": False},
            "InvalidParameterCombinationException",
        ),
        ({"IsOrganizationTrail": True}, "OrganizationsNotInUseException"),
        ({"KmsKeyId": "alias/none"}, "KmsKeyNotFoundException"),
        (
            {"CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/r"},
            "InvalidCloudWatchLogsLogGroupArnException",
        ),
        (
            {"CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:g"},
            "InvalidCloudWatchLogsLogGroupArnException",
        ),
        (
            {"CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:g:*"},
            "InvalidCloudWatchLogsRoleArnException",
        ),
        ({"SnsTopicName": "nowhere"}, "InsufficientSnsTopicPolicyException"),
    ],
)
def test_what_create_trail_refuses(
    root: SandboxSession, trails: Any, refused: Any, options: dict[str, Any], code: str
) -> None:
    """Each thing that is wrong with a new trail has AWS's error for it."""
    trails.create()
    trails.create("other", bucket="other-bucket")
    cloudtrail = root.client("cloudtrail")
    cloudtrail.delete_trail(Name="other")
    with refused() as error:
        cloudtrail.create_trail(**{"Name": "other", "S3BucketName": "other-bucket", **options})
    assert error.code == code


def test_a_region_has_five_trails(root: SandboxSession, trails: Any, refused: Any) -> None:
    """The sixth trail of a Region is one too many, multi-Region ones of elsewhere counted."""
    for number in range(4):
        trails.create(f"trail-{number}", bucket=f"bucket-{number}")
    trails.create("everywhere", bucket="bucket-4", region="eu-west-1", IsMultiRegionTrail=True)
    with refused() as error:
        root.client("cloudtrail").create_trail(Name="sixth", S3BucketName="bucket-0")
    assert error.code == "MaximumNumberOfTrailsExceededException"


def test_a_multi_region_trail_is_seen_everywhere_and_changed_at_home(
    root: SandboxSession, trails: Any, refused: Any
) -> None:
    """Elsewhere it is a shadow: described unless left out, read by ARN, and not changed."""
    arn = trails.create(IsMultiRegionTrail=True)
    abroad = root.client("cloudtrail", "eu-west-1")
    (seen,) = abroad.describe_trails()["trailList"]
    assert (seen["TrailARN"], seen["HomeRegion"]) == (arn, "us-east-1")
    assert abroad.describe_trails(includeShadowTrails=False)["trailList"] == []
    assert abroad.get_trail_status(Name=arn)["IsLogging"] is True
    for name in ("mesh", arn):
        with refused() as error:
            abroad.stop_logging(Name=name)
        assert error.code == "InvalidHomeRegionException"


def test_a_single_region_trail_is_seen_at_home_only(root: SandboxSession, trails: Any, refused: Any) -> None:
    """Another Region does not know it."""
    arn = trails.create()
    abroad = root.client("cloudtrail", "eu-west-1")
    assert abroad.describe_trails()["trailList"] == []
    with refused() as error:
        abroad.get_trail(Name=arn)
    assert error.code == "TrailNotFoundException"


def test_an_arn_of_something_else_is_no_trail(root: SandboxSession, refused: Any) -> None:
    """The ARN of a role does not name a trail."""
    with refused() as error:
        root.client("cloudtrail").get_trail(Name="arn:aws:iam::123456789012:role/r")
    assert error.code == "CloudTrailARNInvalidException"


def test_an_update_that_could_not_deliver_changes_nothing(
    root: SandboxSession, trails: Any, refused: Any
) -> None:
    """UpdateTrail is checked like CreateTrail; a refused one leaves the trail as it was."""
    trails.create(EnableLogFileValidation=True)
    root.client("s3").create_bucket(Bucket="bare")
    cloudtrail = root.client("cloudtrail")
    with refused() as error:
        cloudtrail.update_trail(Name="mesh", S3BucketName="bare", EnableLogFileValidation=False)
    assert error.code == "InsufficientS3BucketPolicyException"
    trail = cloudtrail.get_trail(Name="mesh")["Trail"]
    assert (trail["S3BucketName"], trail["LogFileValidationEnabled"]) == ("audit-bucket", True)


def test_an_update_changes_what_it_names(root: SandboxSession, trails: Any) -> None:
    """UpdateTrail leaves alone what it does not name."""
    trails.create(EnableLogFileValidation=True)
    answer = root.client("cloudtrail").update_trail(Name="mesh", IsMultiRegionTrail=True)
    assert answer["IsMultiRegionTrail"] is True
    assert answer["LogFileValidationEnabled"] is True
    assert answer["TrailARN"] == SELF


def test_a_deleted_trail_is_gone(root: SandboxSession, trails: Any, refused: Any) -> None:
    """After DeleteTrail the name is free and unknown."""
    arn = trails.create()
    cloudtrail = root.client("cloudtrail")
    cloudtrail.delete_trail(Name=arn)
    with refused() as error:
        cloudtrail.get_trail(Name="mesh")
    assert error.code == "TrailNotFoundException"


def test_a_key_has_to_be_usable_where_the_bucket_is(root: SandboxSession, trails: Any, refused: Any) -> None:
    """A disabled key is refused by name; an enabled one is kept by its ARN."""
    trails.create()
    kms, cloudtrail = root.client("kms"), root.client("cloudtrail")
    key = trails.key()
    identifier = key.rpartition("/")[2]
    assert cloudtrail.update_trail(Name="mesh", KmsKeyId=identifier)["KmsKeyId"] == key
    kms.disable_key(KeyId=identifier)
    with refused() as error:
        cloudtrail.update_trail(Name="mesh", KmsKeyId=key)
    assert error.code == "KmsKeyDisabledException"


def test_a_key_has_to_let_this_trail_encrypt(root: SandboxSession, trails: Any, refused: Any) -> None:
    """A key's policy without CloudTrail in it, or with another trail in it, is refused."""
    trails.create()
    bare = root.client("kms").create_key()["KeyMetadata"]["Arn"]
    for key in (bare, trails.key("other")):
        with refused() as error:
            root.client("cloudtrail").update_trail(Name="mesh", KmsKeyId=key)
        assert error.code == "InsufficientEncryptionPolicyException"
        assert key in error.message


def test_a_bucket_key_needs_decryption_too(root: SandboxSession, trails: Any, refused: Any) -> None:
    """With an S3 bucket key CloudTrail must decrypt as well, or the trail is refused."""
    trails.create()
    key = trails.key()
    kms, cloudtrail, s3 = root.client("kms"), root.client("cloudtrail"), root.client("s3")
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    policy["Statement"] = [each for each in policy["Statement"] if each["Action"] != "kms:Decrypt"]
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    cloudtrail.update_trail(Name="mesh", KmsKeyId=key)
    encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule = {"ApplyServerSideEncryptionByDefault": encryption, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket="audit-bucket", ServerSideEncryptionConfiguration={"Rules": [rule]})
    with refused() as error:
        cloudtrail.update_trail(Name="mesh", KmsKeyId=key)
    assert error.code == "InsufficientEncryptionPolicyException"


def test_a_topic_has_to_let_this_trail_publish(root: SandboxSession, trails: Any, refused: Any) -> None:
    """A topic whose policy names another trail is refused."""
    trails.create()
    with refused() as error:
        root.client("cloudtrail").update_trail(Name="mesh", SnsTopicName=trails.topic("other"))
    assert error.code == "InsufficientSnsTopicPolicyException"


def test_an_organization_trail_in_china_is_its_partitions(root: SandboxSession, refused: Any) -> None:
    """Organizations are looked for in the trail's own partition, and its bucket's policy in its words."""
    organizations, region = root.client("organizations", "cn-north-1"), "cn-north-1"
    identifier = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    arn = f"arn:aws-cn:cloudtrail:{region}:{root.account}:trail/mesh"
    s3 = root.client("s3", region)
    s3.create_bucket(Bucket="audit", CreateBucketConfiguration={"LocationConstraint": region})
    policy = bucket_policy(TrailDestination(bucket="audit", trail_arn=arn, organization_id=identifier))
    s3.put_bucket_policy(Bucket="audit", Policy=json.dumps(policy))
    made = root.client("cloudtrail", region).create_trail(
        Name="mesh", S3BucketName="audit", IsOrganizationTrail=True
    )
    assert made["TrailARN"] == arn
    with refused() as error:
        root.client("cloudtrail").create_trail(Name="mesh", S3BucketName="audit", IsOrganizationTrail=True)
    assert error.code == "OrganizationsNotInUseException"


@pytest.mark.parametrize(
    ("trusted", "features", "code"),
    [
        (False, "ALL", "CloudTrailAccessNotEnabledException"),
        (True, "CONSOLIDATED_BILLING", "OrganizationNotInAllFeaturesModeException"),
    ],
)
def test_an_organization_has_to_be_ready(
    root: SandboxSession, trails: Any, refused: Any, trusted: bool, features: str, code: str
) -> None:
    """An organization trail needs all features and trusted access for CloudTrail."""
    organizations = root.client("organizations")
    organizations.create_organization(FeatureSet=features)
    if trusted:
        organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    trails.create()
    with refused() as error:
        root.client("cloudtrail").create_trail(
            Name="other", S3BucketName="audit-bucket", IsOrganizationTrail=True
        )
    assert error.code == code


def test_members_see_an_organization_trail_and_cannot_change_it(
    client: SandboxClient, root: SandboxSession, trails: Any, refused: Any
) -> None:
    """A member account reads its organization's trail; only the management account changes it."""
    organizations = root.client("organizations")
    identifier = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    made = organizations.create_account(AccountName="dev", Email="dev@example.com")
    member = client.root(made["CreateAccountStatus"]["AccountId"]).client("cloudtrail")
    arn = trails.create(organization=identifier)
    assert member.get_trail(Name=arn)["Trail"]["IsOrganizationTrail"] is True
    with refused() as error:
        member.stop_logging(Name=arn)
    assert error.code == "NotOrganizationMasterAccountException"


def test_a_log_group_and_its_role_are_kept(root: SandboxSession, trails: Any) -> None:
    """A trail with a log group and a role tells both."""
    role = root.client("iam").create_role(
        RoleName="logs", AssumeRolePolicyDocument=json.dumps(log_role_trust())
    )
    root.client("logs").create_log_group(logGroupName="trail")
    group = "arn:aws:logs:us-east-1:123456789012:log-group:trail:*"
    trails.create(CloudWatchLogsLogGroupArn=group, CloudWatchLogsRoleArn=role["Role"]["Arn"])
    trail = root.client("cloudtrail").get_trail(Name="mesh")["Trail"]
    assert (trail["CloudWatchLogsLogGroupArn"], trail["CloudWatchLogsRoleArn"]) == (
        group,
        role["Role"]["Arn"],
    )


def test_a_topic_may_be_named_by_its_arn(root: SandboxSession, trails: Any) -> None:
    """AWS takes a topic's name or its ARN."""
    topic = trails.topic()
    trails.create(SnsTopicName=topic)
    assert root.client("cloudtrail").get_trail(Name="mesh")["Trail"]["SnsTopicARN"] == topic
