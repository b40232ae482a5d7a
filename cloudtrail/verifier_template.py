"""The CloudFormation template of the verifier's role, for a StackSet or by hand.

`python -m cloudtrail.verifier_template` prints it. The same role as `cloudtrail.verifier_permissions` describes, with
what differs between organizations as parameters, so that one StackSet carries it into every account. It is a role and
nothing else: it needs CAPABILITY_NAMED_IAM, and one Region of each account, for roles are global.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final, cast

from cloudtrail.verifier_permissions import POLICY_NAME, ROLE_NAME, trust_document, verifier_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

CAPABILITY: Final = "CAPABILITY_NAMED_IAM"
"""What CloudFormation has to be told: that a role with a name of its own is made."""

ROLE_NAME_PARAMETER: Final = "RoleName"
EXTERNAL_ID_PARAMETER: Final = "ExternalId"
TRUSTED_PARAMETER: Final = "TrustedPrincipals"
ORGANIZATION_PARAMETER: Final = "OrganizationId"

_PARAMETERS: Final[Mapping[str, Mapping[str, str]]] = {
    ROLE_NAME_PARAMETER: {
        "Type": "String",
        "Default": ROLE_NAME,
        "AllowedPattern": r"[\w+=,.@-]{1,64}",
        "Description": "The role's name, the same in every account.",
    },
    EXTERNAL_ID_PARAMETER: {
        "Type": "String",
        "AllowedPattern": r"[\w+=,.@:/-]{2,1224}",
        "Description": "The external id whoever assumes the role has to know.",
    },
    TRUSTED_PARAMETER: {
        "Type": "CommaDelimitedList",
        "Description": "ARNs of who may assume the role: arn:aws:iam::ACCOUNT:root, or of a role.",
    },
    ORGANIZATION_PARAMETER: {
        "Type": "String",
        "AllowedPattern": r"o-[a-z0-9]{10,32}",
        "Description": "The organization they have to be of.",
    },
}


def verifier_template() -> dict[str, Any]:
    """The template, ready for `json.dumps`."""
    policy = verifier_policy(partition="${AWS::Partition}", account="${AWS::AccountId}")
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The role `meshtrail verify --organization` assumes: it reads CloudTrail, and changes nothing.",
        "Parameters": {name: dict(each) for name, each in _PARAMETERS.items()},
        "Resources": {
            "VerifierRole": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": {"Ref": ROLE_NAME_PARAMETER},
                    "Description": "meshtrail verify reads what CloudTrail recorded",
                    "AssumeRolePolicyDocument": trust_document(
                        {"Ref": TRUSTED_PARAMETER},
                        {"Ref": EXTERNAL_ID_PARAMETER},
                        {"Ref": ORGANIZATION_PARAMETER},
                    ),
                    "Policies": [{"PolicyName": POLICY_NAME, "PolicyDocument": _substituted(policy)}],
                },
            }
        },
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["VerifierRole", "Arn"]}}},
    }


def _substituted(value: Any) -> Any:
    """A document with CloudFormation's substitution around every text that asks for one."""
    if isinstance(value, dict):
        return {key: _substituted(each) for key, each in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_substituted(each) for each in cast("list[Any]", value)]
    return {"Fn::Sub": value} if isinstance(value, str) and "${" in value else value


if __name__ == "__main__":
    sys.stdout.write(json.dumps(verifier_template(), indent=2) + "\n")
