"""AWS partitions, ARNs, and which Regions have App Mesh and CloudTrail Lake.

Sources: AWS General Reference, "Amazon Resource Names" and "AWS App Mesh endpoints and quotas"
(docs.aws.amazon.com/general/latest/gr/appmesh.html); CloudTrail user guide, "CloudTrail Lake
availability change"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-service-availability-change.html).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cloudtrail.errors import MeshtrailError

APP_MESH_REGIONS: Final = frozenset(
    {
        "af-south-1",
        *("ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"),
        *("ap-southeast-1", "ap-southeast-2", "ap-southeast-3"),
        "ca-central-1",
        *("eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2"),
        *("eu-west-1", "eu-west-2", "eu-west-3"),
        *("il-central-1", "me-south-1", "sa-east-1"),
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
        *("cn-north-1", "cn-northwest-1"),
    }
)
"""The Regions App Mesh had an endpoint in; none in GovCloud."""

_DNS_SUFFIXES: Final = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+")
_ACCOUNT: Final = re.compile(r"\d{12}")
_ARN: Final = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):(?P<service>[a-z0-9-]+):(?P<region>[a-z0-9-]*):(?P<account>\d{12}|aws)?:(?P<resource>\S+)"
)


class MalformedArn(MeshtrailError):
    """A text that should be an ARN is not one."""


def is_region(text: str) -> bool:
    """Whether a text has the shape of a Region's name, e.g. `eu-west-1`."""
    return _REGION.fullmatch(text) is not None


def is_account(text: str) -> bool:
    """Whether a text has the shape of an account id: twelve digits."""
    return _ACCOUNT.fullmatch(text) is not None


def partition_of(region: str) -> str:
    """The partition a Region lies in: `aws`, `aws-cn` or `aws-us-gov`."""
    if region.startswith("cn-"):
        return "aws-cn"
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws"


def dns_suffix(partition: str) -> str:
    """The domain of a partition's endpoints; service principals end in `amazonaws.com` in all of them."""
    return _DNS_SUFFIXES.get(partition, "amazonaws.com")


def why_no_lake(region: str) -> str | None:
    """Why a new event data store cannot exist in a Region whatever the account, or None where it can.

    That Lake is closed to *new customers* since 2026-05-31 depends on the account; only AWS can tell.
    """
    if partition_of(region) == "aws-cn":
        return "CloudTrail Lake was never offered in the China Regions."
    return None


@dataclass(frozen=True, slots=True)
class Arn:
    """An Amazon Resource Name in its parts; `region` and `account` are empty where the service has none."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"

    @classmethod
    def parse(cls, text: str) -> Arn:
        """Read an ARN.

        Raises:
            MalformedArn: when the text is none.
        """
        match = _ARN.fullmatch(text)
        if match is None:
            raise MalformedArn(
                f"{text!r} is not an ARN",
                remedy="An ARN reads arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE.",
            )
        return cls(
            match["partition"], match["service"], match["region"], match["account"] or "", match["resource"]
        )


def trail_arn(*, region: str, account: str, name: str) -> str:
    """The ARN of a trail in its home Region; an organization trail carries the management account."""
    return str(Arn(partition_of(region), "cloudtrail", region, account, f"trail/{name}"))


def bucket_arn(bucket: str, partition: str) -> str:
    """The ARN of a bucket."""
    return f"arn:{partition}:s3:::{bucket}"
