"""Records such as CloudTrail writes: about 1.3 KB each, of a busy account's everyday calls.

Nobody's data: accounts, names and addresses are those of AWS's documentation, the rest comes from a seeded generator.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from bench.corpus.spec import ACCOUNT, REGION

if TYPE_CHECKING:
    import random
    from datetime import datetime

APP_MESH: Final = "appmesh.amazonaws.com"

_ABOUT_APP_MESH: Final = 0.0005
"""How many of the calls that ask for a role ask for App Mesh's: about one record in thirty thousand."""

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_ROLES: Final = ("deploy", "ci-runner", "eks-node", "readonly", "lambda-orders", "platform-admin", "backup")
_AGENTS: Final = (
    "aws-cli/2.27.50 md/awscrt#0.26.1 ua/2.1 os/linux#6.1.0 md/arch#x86_64 lang/python#3.13.4 md/pyimpl#CPython",
    "Boto3/1.40.11 md/Botocore#1.40.11 ua/2.1 os/linux#5.10.238 md/arch#aarch64 lang/python#3.12.9 Botocore/1.40.11",
    "APN/1.0 HashiCorp/1.0 Terraform/1.9.8 terraform-provider-aws/6.9.0 aws-sdk-go-v2/1.38.0",
    "aws-sdk-java/2.31.60 Linux/6.1.141 OpenJDK_64-Bit_Server_VM/21.0.7 exec-env/AWS_ECS_FARGATE",
)
_CALLS: Final = (
    ("ec2", "DescribeInstances", True),
    ("ec2", "DescribeNetworkInterfaces", True),
    ("ec2", "CreateTags", False),
    ("sts", "AssumeRole", True),
    ("s3", "GetBucketAcl", True),
    ("kms", "Decrypt", True),
    ("kms", "GenerateDataKey", True),
    ("logs", "CreateLogStream", False),
    ("ssm", "UpdateInstanceInformation", False),
    ("dynamodb", "DescribeTable", True),
    ("ecr", "BatchGetImage", True),
    ("elasticloadbalancing", "DescribeTargetHealth", True),
    ("autoscaling", "DescribeAutoScalingGroups", True),
    ("secretsmanager", "GetSecretValue", True),
    ("iam", "GetRole", True),
    ("lambda", "GetFunction20150331v2", True),
)
_MESH_CALLS: Final = (
    ("DescribeMesh", True),
    ("ListVirtualNodes", True),
    ("UpdateRoute", False),
    ("CreateVirtualNode", False),
    ("DeleteVirtualRouter", False),
)


def record(rng: random.Random, time: datetime) -> bytes:
    """A record of another service than App Mesh; now and then one that only speaks of App Mesh."""
    service, name, read_only = rng.choice(_CALLS)
    parameters: dict[str, Any] = {
        "filterSet": {"items": [{"name": "vpc-id", "valueSet": {"items": [{"value": _id(rng, "vpc")}]}}]},
        "maxResults": rng.choice((100, 500, 1000)),
        "resourceId": _id(rng, "i"),
    }
    answer: dict[str, Any] | None = None
    if not read_only:
        answer = {"requestId": _uuid(rng), "_return": True, "resourceId": _id(rng, "eni")}
    if name == "GetRole" and rng.random() < _ABOUT_APP_MESH:
        parameters = {"roleName": "AWSServiceRoleForAppMesh", "servicePrincipal": APP_MESH}
    source = f"{service}.amazonaws.com"
    return _text(
        rng, time, source=source, name=name, read_only=read_only, parameters=parameters, answer=answer
    )


def mesh_record(rng: random.Random, time: datetime) -> bytes:
    """A record of App Mesh."""
    name, read_only = rng.choice(_MESH_CALLS)
    mesh = rng.choice(("payments", "shop"))
    arn = f"arn:aws:appmesh:{REGION}:{ACCOUNT}:mesh/{mesh}"
    answer = (
        None if read_only else {"meshName": mesh, "metadata": {"arn": arn, "uid": _uuid(rng), "version": 1}}
    )
    parameters = {"meshName": mesh, "clientToken": _uuid(rng)}
    return _text(
        rng, time, source=APP_MESH, name=name, read_only=read_only, parameters=parameters, answer=answer
    )


def _text(
    rng: random.Random,
    time: datetime,
    *,
    source: str,
    name: str,
    read_only: bool,
    parameters: dict[str, Any],
    answer: dict[str, Any] | None,
) -> bytes:
    role = rng.choice(_ROLES)
    principal = f"AROA{_letters(rng, 17)}"
    moment = time.strftime(_TIME)
    return json.dumps(
        {
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "AssumedRole",
                "principalId": f"{principal}:{role}-session",
                "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{role}-session",
                "accountId": ACCOUNT,
                "accessKeyId": f"ASIA{_letters(rng, 16)}",
                "sessionContext": {
                    "sessionIssuer": {
                        "type": "Role",
                        "principalId": principal,
                        "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
                        "accountId": ACCOUNT,
                        "userName": role,
                    },
                    "webIdFederationData": {},
                    "attributes": {"creationDate": moment, "mfaAuthenticated": "false"},
                },
            },
            "eventTime": moment,
            "eventSource": source,
            "eventName": name,
            "awsRegion": REGION,
            "sourceIPAddress": f"203.0.113.{rng.randrange(1, 255)}",
            "userAgent": rng.choice(_AGENTS),
            "requestParameters": parameters,
            "responseElements": answer,
            "requestID": _uuid(rng),
            "eventID": _uuid(rng),
            "readOnly": read_only,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": ACCOUNT,
            "eventCategory": "Management",
            "tlsDetails": {
                "tlsVersion": "TLSv1.3",
                "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": f"{source.split('.', 1)[0]}.{REGION}.amazonaws.com",
            },
        },
        separators=(",", ":"),
    ).encode()


def _uuid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _id(rng: random.Random, kind: str) -> str:
    return f"{kind}-0{rng.getrandbits(64):016x}"


def _letters(rng: random.Random, count: int) -> str:
    return "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=count))
