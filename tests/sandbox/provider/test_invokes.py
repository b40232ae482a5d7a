from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.provider.invokes import INVOKES, NothingFound
from sandbox.provider.session import Aws, ProviderConfig

from .conftest import ACCOUNT, document

if TYPE_CHECKING:
    from sandbox.server import Sandbox


def call(aws: Aws, name: str, **args: Any) -> dict[str, Any]:
    """Call a function by the last part of its token."""
    token = next(token for token in INVOKES if token.endswith(f":{name}"))
    return INVOKES[token](aws, args)


def test_the_caller_is_known_by_account(aws: Aws) -> None:
    """Account, ARN and user id are what STS says."""
    found = call(aws, "getCallerIdentity")
    assert found["accountId"] == found["id"] == ACCOUNT
    assert found["arn"].startswith("arn:aws:")


@pytest.mark.parametrize(
    ("region", "partition", "suffix", "reverse"),
    [
        ("eu-west-1", "aws", "amazonaws.com", "com.amazonaws"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com", "com.amazonaws"),
    ],
)
def test_partition_and_region_are_the_providers(
    region: str, partition: str, suffix: str, reverse: str
) -> None:
    """Neither needs a call."""
    aws = Aws(ProviderConfig.read({"region": region}, endpoint="http://127.0.0.1:1", where="the test"))
    assert call(aws, "getPartition") == {
        "dnsSuffix": suffix,
        "id": partition,
        "partition": partition,
        "reverseDnsPrefix": reverse,
    }
    assert call(aws, "getRegion")["region"] == region


def test_a_region_may_be_named(aws: Aws) -> None:
    """Asked for another Region the function speaks of that."""
    assert call(aws, "getRegion", region="us-east-1")["endpoint"] == "ec2.us-east-1.amazonaws.com"


def test_a_bucket_and_its_policy_are_found(aws: Aws, bucket: str) -> None:
    """A bucket somebody else made tells its Region and its policy."""
    found = call(aws, "getBucket", bucket=bucket)
    assert (found["arn"], found["bucketRegion"]) == ("arn:aws:s3:::audit-bucket", "eu-west-1")
    policy = document({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"{found['arn']}/*"})
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
    assert call(aws, "getBucketPolicy", bucket=bucket)["policy"] == policy


def test_what_is_not_there_is_said_in_words(aws: Aws, bucket: str) -> None:
    """A missing bucket, and a bucket without a policy, are named."""
    with pytest.raises(NothingFound, match="no bucket 'nowhere'"):
        call(aws, "getBucket", bucket="nowhere")
    with pytest.raises(NothingFound, match="couldn't find resource"):
        call(aws, "getBucketPolicy", bucket=bucket)


def test_the_organization_shows_its_accounts_to_the_management_account(aws: Aws, sandbox: Sandbox) -> None:
    """The management account sees every account; the short form only the organization."""
    assert sandbox.endpoint
    organizations = aws.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    organizations.create_account(Email="mesh@example.com", AccountName="mesh")
    found = call(aws, "getOrganization")
    assert (found["masterAccountId"], found["featureSet"]) == (ACCOUNT, "ALL")
    assert found["id"].startswith("o-")
    assert [account["name"] for account in found["nonMasterAccounts"]] == ["mesh"]
    assert "accounts" not in call(aws, "getOrganization", returnOrganizationOnly=True)
