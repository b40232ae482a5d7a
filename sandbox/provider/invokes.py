"""The provider's functions: what a program may ask of AWS without making anything.

Each takes its arguments and gives the result by the names pulumi-aws uses. They only read, so they run in a
preview as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from cloudtrail.errors import MeshtrailError
from cloudtrail.partitions import bucket_arn, dns_suffix, partition_of
from sandbox.provider.aws_errors import code_of
from sandbox.provider.resource_type import Values
from sandbox.provider.s3_bucket import NO_SUCH_BUCKET
from sandbox.provider.session import Aws

Invoke = Callable[[Aws, Values], Values]

_NO_BUCKET_POLICY: Final = "reading S3 Bucket ({bucket}) Policy: couldn't find resource"
"""The real provider's words: a program can tell "no policy" from other refusals by them alone."""


class NothingFound(MeshtrailError):
    """A function looked for something AWS does not have."""


def _caller_identity(aws: Aws, args: Values) -> Values:
    del args
    found = aws.client("sts").get_caller_identity()
    account = aws.account  # also refuses an account the provider may not run in
    return {"accountId": account, "arn": found["Arn"], "id": account, "userId": found["UserId"]}


def _partition(aws: Aws, args: Values) -> Values:
    del args
    suffix = dns_suffix(aws.partition)
    reverse = ".".join(reversed(suffix.split(".")))
    return {"dnsSuffix": suffix, "id": aws.partition, "partition": aws.partition, "reverseDnsPrefix": reverse}


def _region(aws: Aws, args: Values) -> Values:
    region = args.get("region") or args.get("name") or aws.region
    endpoint = f"ec2.{region}.{dns_suffix(partition_of(region))}"
    return {"description": region, "endpoint": endpoint, "id": region, "name": region, "region": region}


def _bucket(aws: Aws, args: Values) -> Values:
    bucket, region = args["bucket"], args.get("region") or aws.region
    try:
        head = aws.client("s3", region).head_bucket(Bucket=bucket)
    except ClientError as error:
        if code_of(error) in NO_SUCH_BUCKET:
            raise NothingFound(f"There is no bucket {bucket!r}", where=region) from error
        raise
    located, suffix = head.get("BucketRegion") or region, dns_suffix(aws.partition)
    return {
        "arn": bucket_arn(bucket, aws.partition),
        "bucket": bucket,
        "bucketDomainName": f"{bucket}.s3.{suffix}",
        "bucketRegion": located,
        "bucketRegionalDomainName": f"{bucket}.s3.{located}.{suffix}",
        "id": bucket,
        "region": region,
    }


def _bucket_policy(aws: Aws, args: Values) -> Values:
    bucket, region = args["bucket"], args.get("region") or aws.region
    try:
        policy = aws.client("s3", region).get_bucket_policy(Bucket=bucket)["Policy"]
    except ClientError as error:
        if code_of(error) in (*NO_SUCH_BUCKET, "NoSuchBucketPolicy"):
            raise NothingFound(_NO_BUCKET_POLICY.format(bucket=bucket), where=region) from error
        raise
    return {"bucket": bucket, "id": bucket, "policy": policy, "region": region}


def _organization(aws: Aws, args: Values) -> Values:
    client = aws.client("organizations")
    found = client.describe_organization()["Organization"]
    result: Values = {
        "arn": found["Arn"],
        "featureSet": found["FeatureSet"],
        "id": found["Id"],
        "masterAccountArn": found["MasterAccountArn"],
        "masterAccountEmail": found["MasterAccountEmail"],
        "masterAccountId": found["MasterAccountId"],
        "returnOrganizationOnly": args.get("returnOrganizationOnly"),
    }
    management = found["MasterAccountId"] == aws.account
    if management and not args.get("returnOrganizationOnly"):
        pages = client.get_paginator("list_accounts").paginate()
        accounts = [_account(account) for page in pages for account in page["Accounts"]]
        roots = client.list_roots()["Roots"]
        result |= {
            "accounts": accounts,
            "nonMasterAccounts": [one for one in accounts if one["id"] != result["masterAccountId"]],
            "masterAccountName": next(
                (one["name"] for one in accounts if one["id"] == result["masterAccountId"]), ""
            ),
            "roots": [{"arn": root["Arn"], "id": root["Id"], "name": root["Name"]} for root in roots],
        }
    return result


def _account(account: Mapping[str, Any]) -> Values:
    return {key.lower(): account[key] for key in ("Arn", "Email", "Id", "Name", "Status")}


INVOKES: Final[Mapping[str, Invoke]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:s3/getBucket:getBucket": _bucket,
    "aws:s3/getBucketPolicy:getBucketPolicy": _bucket_policy,
    "aws:organizations/getOrganization:getOrganization": _organization,
}
"""Every function the sandbox has, by token; others are refused by name."""
