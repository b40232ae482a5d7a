"""The verifier's role as documents: who gets in, what it may do, and the same in a template."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from moto.iam.policy_validation import IAMPolicyDocumentValidator, IAMTrustPolicyDocumentValidator

from cloudtrail.policy_conditions import Context, Special
from cloudtrail.policy_evaluation import Answer, Request, SomebodyOf, may, surely
from cloudtrail.verifier_permissions import VERIFIER_ACTIONS, verifier_policy, verifier_trust
from cloudtrail.verifier_template import CAPABILITY, verifier_template

AUDIT, STRANGER = "333333333333", "444455556666"
READS = ("Describe", "Get", "List", "Lookup", "Filter", "Start", "Decrypt", "GenerateDataKey")


def allowed(action: str, resource: str, *, account: str = "123456789012") -> bool:
    """Whether the role's policy allows an action on a resource."""
    policy = verifier_policy(partition="aws", account=account)
    for statement in policy["Statement"]:
        statement["Principal"] = "*"  # the evaluator is one of resources' policies
    request = Request(principal=SomebodyOf(account), action=action, resource=resource)
    return surely(policy, request).answer is Answer.ALLOWS


def lets_in(trust: dict[str, Any], account: str, **keys: str | Special) -> bool:
    """Whether a trust policy lets somebody of an account assume the role."""
    trust = json.loads(json.dumps(trust))
    for statement in trust["Statement"]:
        statement["Resource"] = "*"  # a trust policy has none: it is the role's own
    context = Context({key.replace("_", ":"): value for key, value in keys.items()})
    request = Request(principal=SomebodyOf(account), action="sts:AssumeRole", resource="*", context=context)
    return may(trust, request).answer is Answer.ALLOWS


def test_the_role_changes_nothing() -> None:
    """Every action reads; StartQuery begins a query, and GenerateDataKey is what a query under a key needs."""
    for action in VERIFIER_ACTIONS:
        assert action.partition(":")[2].startswith(READS), action


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("s3:GetObject", "arn:aws:s3:::logs/AWSLogs/123456789012/CloudTrail/a.json.gz", True),
        ("s3:GetObject", "arn:aws:s3:::logs/prefix/AWSLogs/o-exampleorgid/a.json.gz", True),
        ("s3:GetObject", "arn:aws:s3:::payroll/2026.csv", False),
        ("logs:FilterLogEvents", "arn:aws:logs:us-east-1:123456789012:log-group:/meshtrail/m:*", True),
        ("logs:FilterLogEvents", "arn:aws:logs:us-east-1:123456789012:log-group:/app/orders:*", False),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/EXAMPLE", True),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:222222222222:key/EXAMPLE", False),
        ("cloudtrail:GetTrail", "arn:aws:cloudtrail:us-east-1:111111111111:trail/organization", True),
        ("cloudtrail:StopLogging", "arn:aws:cloudtrail:us-east-1:123456789012:trail/mesh", False),
        ("sts:AssumeRole", "arn:aws:iam::123456789012:role/MeshtrailVerifier", False),
    ],
)
def test_it_reads_cloudtrails_files_and_nobody_elses(action: str, resource: str, *, expected: bool) -> None:
    """An organization's trail is another account's; a key of another account is that account's role's to use."""
    assert allowed(action, resource) is expected


def test_it_asks_for_the_external_id_and_the_organization() -> None:
    """Both have to be right, and neither lets in an account that is not trusted."""
    trust = verifier_trust(
        [AUDIT], partition="aws", external_id="secret-id", organization_id="o-exampleorgid"
    )
    right: dict[str, Any] = {"sts_externalid": "secret-id", "aws_principalorgid": "o-exampleorgid"}
    assert lets_in(trust, AUDIT, **right)
    assert not lets_in(trust, STRANGER, **right)
    assert not lets_in(trust, AUDIT, **{**right, "sts_externalid": "another"})
    assert not lets_in(trust, AUDIT, **{**right, "sts_externalid": Special.ABSENT})
    assert not lets_in(trust, AUDIT, **{**right, "aws_principalorgid": "o-otherorgid1"})
    assert not lets_in(trust, AUDIT, **{**right, "aws_principalorgid": Special.ABSENT})


def test_without_an_organization_only_the_external_id_is_asked_for() -> None:
    """For an account that is in none."""
    trust = verifier_trust([AUDIT], partition="aws", external_id="secret-id")
    assert lets_in(trust, AUDIT, sts_externalid="secret-id")
    assert not lets_in(trust, AUDIT, sts_externalid=Special.ABSENT)


def test_a_role_is_trusted_as_itself_and_an_account_by_its_root() -> None:
    """In the role's own partition."""
    role = "arn:aws-us-gov:iam::333333333333:role/MeshtrailAuditor"
    (statement,) = verifier_trust([AUDIT, role], partition="aws-us-gov", external_id="id")["Statement"]
    assert statement["Principal"] == {"AWS": [f"arn:aws-us-gov:iam::{AUDIT}:root", role]}


def test_the_documents_pass_an_independent_grammar_check() -> None:
    """Moto's IAM validators, written against real answers of IAM, accept both."""
    trust = verifier_trust([AUDIT], partition="aws", external_id="id", organization_id="o-exampleorgid")
    IAMTrustPolicyDocumentValidator(json.dumps(trust)).validate()
    policy = json.dumps(verifier_policy(partition="aws", account="123456789012"))
    IAMPolicyDocumentValidator(policy).validate()
    # IAM: 10,240 characters for all inline policies of a role, white space not counted.
    assert len(re.sub(r"\s", "", policy)) < 10_240


def test_the_template_holds_the_same_role() -> None:
    """What it substitutes, filled in as CloudFormation would, gives the very documents."""
    values: dict[str, Any] = {
        "AWS::Partition": "aws-cn",
        "AWS::AccountId": "123456789012",
        "ExternalId": "id",
        "OrganizationId": "o-exampleorgid",
        "TrustedPrincipals": [f"arn:aws-cn:iam::{AUDIT}:root"],
        "RoleName": "Verifier",
    }

    def filled(value: Any) -> Any:
        match value:
            case {"Ref": name}:
                return values[name]
            case {"Fn::Sub": text}:
                return re.sub(r"\$\{(.+?)\}", lambda found: values[found[1]], text)
            case dict():
                return {key: filled(each) for key, each in value.items()}
            case list():
                return [filled(each) for each in value]
            case _:
                return value

    template = verifier_template()
    properties = filled(template["Resources"]["VerifierRole"]["Properties"])
    assert properties["RoleName"] == "Verifier"
    assert properties["Policies"] == [
        {
            "PolicyName": "verify",
            "PolicyDocument": verifier_policy(partition="aws-cn", account="123456789012"),
        }
    ]
    assert properties["AssumeRolePolicyDocument"] == verifier_trust(
        [AUDIT], partition="aws-cn", external_id="id", organization_id="o-exampleorgid"
    )
    assert CAPABILITY == "CAPABILITY_NAMED_IAM"
    assert len(json.dumps(template)) < 51_200  # CloudFormation's limit for a template in a request


def test_the_template_is_a_role_and_nothing_else() -> None:
    """Whoever lets it into every account has one thing to review."""
    template = verifier_template()
    assert [each["Type"] for each in template["Resources"].values()] == ["AWS::IAM::Role"]
    assert {name for name, each in template["Parameters"].items() if "Default" not in each} == {
        *("ExternalId", "TrustedPrincipals", "OrganizationId"),
    }
