"""What is made in which account, for stacks that touch more than their own."""

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from cloudtrail.verifier_permissions import verifier_policy, verifier_trust
from cloudtrail.verifier_template import verifier_template

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.components.conftest import Aws, Request, Run

MANAGEMENT: Final = "111111111111"
ARCHIVE: Final = "222222222222"
AUDIT: Final = "333333333333"
VERIFIER: Final = {"deploy": "organization", "externalId": "id", "trusted": [AUDIT]}
ORGANIZATION: Final[dict[str, Any]] = {
    "aws:allowedAccountIds": [MANAGEMENT],
    "meshtrail:scope": "organization",
    "meshtrail:organization": {
        "id": "o-exampleorgid",
        "trustedAccess": True,
        "serviceLinkedRole": True,
        "delegatedAdministrator": AUDIT,
    },
    "meshtrail:logArchive": {"account": ARCHIVE, "role": "Archivist", "externalId": "archive-id"},
    "meshtrail:verifierRole": {**VERIFIER, "organizationalUnits": ["ou-exam-security", "ou-exam-workloads"]},
}
DELEGATED: Final[dict[str, Any]] = {
    **ORGANIZATION,
    "aws:allowedAccountIds": [AUDIT],
    "meshtrail:organization": {
        "id": "o-exampleorgid",
        "managementAccount": MANAGEMENT,
        "managementRole": "Organizer",
        "trustedAccess": True,
        "delegatedAdministrator": AUDIT,
    },
}
IN_THE_ARCHIVE: Final = ("aws:s3/", "aws:kms/")
IN_THE_MANAGEMENT_ACCOUNT: Final = (
    *("aws:organizations/", "aws:cloudformation/", "aws:iam/"),
    "aws:cloudtrail/organizationDelegatedAdminAccount:",
)


@pytest.fixture
def deploy(run: "Callable[..., Run]", aws: "type[Aws]") -> "Callable[[dict[str, Any]], Run]":
    """Runs the program in the account that the configuration allows."""

    def go(values: dict[str, Any]) -> "Run":
        told = aws(account=values["aws:allowedAccountIds"][0], management_account=MANAGEMENT)
        return run(values, aws=told)

    return go


def provider(found: "Run", name: str) -> dict[str, Any]:
    """The inputs of one of the program's own providers; what is no text is JSON in one."""
    (request,) = [each for each in found.all("pulumi:providers:aws") if each.name == name]
    return {
        key: json.loads(value) if str(value)[:1] in {"[", "{"} else value
        for key, value in request.inputs.items()
    }


@pytest.mark.parametrize(
    ("values", "manager"), [(ORGANIZATION, ""), (DELEGATED, "management")], ids=["organization", "delegated"]
)
def test_each_account_gets_what_is_its_own(
    deploy: "Callable[[dict[str, Any]], Run]", values: dict[str, Any], manager: str
) -> None:
    """Bucket and key in the log archive, the organization in the management account, the trail in the stack's own."""
    found = deploy(values)
    for request in found.requests:
        if request.custom and request.type.startswith("aws:"):
            assert request.provider == expected_provider(request, manager), request.type


def expected_provider(request: "Request", manager: str) -> str:
    """The provider that has to manage a resource."""
    if request.type.startswith(IN_THE_ARCHIVE):
        return "log-archive"
    return manager if request.type.startswith(IN_THE_MANAGEMENT_ACCOUNT) else ""


def test_a_provider_assumes_its_role_and_may_run_in_its_account_only(
    deploy: "Callable[[dict[str, Any]], Run]",
) -> None:
    """After the stack's own roles, with the external id, in the stack's Region."""
    own = {"roleArn": f"arn:aws:iam::{MANAGEMENT}:role/Deployment"}
    found = deploy({**ORGANIZATION, "aws:assumeRoles": [own]})
    inputs = provider(found, "log-archive")
    assert inputs["allowedAccountIds"] == [ARCHIVE]
    assert inputs["region"] == "us-east-1"
    assert inputs["assumeRoles"] == [
        own,
        {
            "roleArn": f"arn:aws:iam::{ARCHIVE}:role/Archivist",
            "sessionName": "meshtrail",
            "externalId": "archive-id",
        },
    ]


def test_a_provider_is_handed_the_stacks_other_settings(deploy: "Callable[[dict[str, Any]], Run]") -> None:
    """Endpoints and default tags as they are; a provider made in a program inherits nothing."""
    found = deploy(
        {
            **ORGANIZATION,
            "aws:endpoints": [{"s3": "http://127.0.0.1:4580"}],
            "aws:defaultTags": {"tags": {"team": "security"}},
            "aws:secretKey": "example",
            "aws:s3UsePathStyle": "true",
            "aws:maxRetries": "3",
            "aws:forbiddenAccountIds": [ARCHIVE],
        }
    )
    inputs = provider(found, "log-archive")
    assert inputs["endpoints"] == [{"s3": "http://127.0.0.1:4580"}]
    assert inputs["defaultTags"] == {"tags": {"team": "security"}}
    assert (inputs["s3UsePathStyle"], inputs["maxRetries"]) == ("true", "3")
    assert "forbiddenAccountIds" not in inputs


def test_what_is_set_up_in_the_organization_outlives_the_stack(
    deploy: "Callable[[dict[str, Any]], Run]",
) -> None:
    """Trusted access comes before the registration, and all of it is left in place when the stack goes."""
    found = deploy(ORGANIZATION)
    access = found.one("aws:organizations/awsServiceAccess:AwsServiceAccess")
    linked = found.one("aws:iam/serviceLinkedRole:ServiceLinkedRole")
    admin = found.one("aws:cloudtrail/organizationDelegatedAdminAccount:OrganizationDelegatedAdminAccount")
    assert access.inputs == {"servicePrincipal": "cloudtrail.amazonaws.com"}
    assert linked.inputs["awsServiceName"] == "cloudtrail.amazonaws.com"
    assert admin.inputs == {"accountId": AUDIT}
    assert all(each.retain_on_delete for each in (access, linked, admin))
    assert {access.name, linked.name} <= admin.dependencies
    order = [request.name for request in found.requests]
    assert order.index("audit-recording-trail") > order.index(access.name)


def test_nothing_is_set_up_that_was_not_asked_for(deploy: "Callable[[dict[str, Any]], Run]") -> None:
    """An organization trail alone changes nothing about the organization."""
    bare = {"aws:allowedAccountIds": [MANAGEMENT], "meshtrail:scope": "organization"}
    found = deploy({**bare, "meshtrail:organization": {"id": "o-exampleorgid"}})
    assert found.all("meshtrail:index:OrganizationAccess") == []
    assert found.all("pulumi:providers:aws") == []
    assert found.all("meshtrail:index:VerifierRole") == []


def test_the_verifiers_role_is_the_one_that_is_reviewed(deploy: "Callable[[dict[str, Any]], Run]") -> None:
    """Trust and permissions are cloudtrail's documents, for the account the role is in."""
    found = deploy(ORGANIZATION)
    role = found.one("aws:iam/role:Role")
    assert role.inputs["name"] == "MeshtrailVerifier"
    assert json.loads(role.inputs["assumeRolePolicy"]) == verifier_trust(
        [AUDIT], partition="aws", external_id="id", organization_id="o-exampleorgid"
    )
    assert found.policy("aws:iam/rolePolicy:RolePolicy") == verifier_policy(
        partition="aws", account=MANAGEMENT
    )


def test_the_stack_set_carries_it_into_each_unit_by_itself(
    deploy: "Callable[[dict[str, Any]], Run]",
) -> None:
    """Service-managed, for accounts that join too; a unit that comes or goes moves no other unit's stacks."""
    found = deploy(ORGANIZATION)
    stack_set = found.one("aws:cloudformation/stackSet:StackSet").inputs
    assert stack_set["permissionModel"] == "SERVICE_MANAGED"
    assert stack_set["autoDeployment"] == {"enabled": True, "retainStacksOnAccountRemoval": False}
    assert stack_set["capabilities"] == ["CAPABILITY_NAMED_IAM"]
    assert json.loads(stack_set["templateBody"]) == verifier_template()
    assert stack_set["parameters"] == {
        "RoleName": "MeshtrailVerifier",
        "ExternalId": "id",
        "TrustedPrincipals": f"arn:aws:iam::{AUDIT}:root",
        "OrganizationId": "o-exampleorgid",
    }
    stacks = found.all("aws:cloudformation/stackSetInstance:StackSetInstance")
    assert sorted(each.inputs["deploymentTargets"]["organizationalUnitIds"][0] for each in stacks) == [
        *("ou-exam-security", "ou-exam-workloads"),
    ]


def test_a_role_per_stack_is_in_the_stacks_own_account(run: "Callable[..., Run]") -> None:
    """Without an organization the external id is all it asks for besides the account."""
    verifier = {"deploy": "stack", "externalId": "id", "trusted": [AUDIT]}
    found = run({"meshtrail:verifierRole": verifier})
    assert found.all("aws:cloudformation/stackSet:StackSet") == []
    assert json.loads(found.one("aws:iam/role:Role").inputs["assumeRolePolicy"]) == verifier_trust(
        [AUDIT], partition="aws", external_id="id"
    )


_POLICIES: Final = {"aws:s3/bucketPolicy:BucketPolicy": 2, "aws:kms/key:Key": 1}
"""The policies of bucket and key, and how many statements let Athena read."""


def athenas(found: "Run", kind: str) -> list[dict[str, Any]]:
    """The statements for Athena of the one policy of its kind."""
    (request,) = found.all(kind)
    statements = json.loads(request.inputs["policy"])["Statement"]
    return [each for each in statements if each["Sid"].startswith("Athena")]


def test_athena_may_read_the_log_archive_only_where_there_are_tables(
    deploy: "Callable[[dict[str, Any]], Run]",
) -> None:
    """Bucket and key let the stack's own account in, through Athena; without tables, or an archive, nobody."""
    tables = {"meshtrail:athena": {"enabled": True}}
    alone = {key: value for key, value in ORGANIZATION.items() if key != "meshtrail:logArchive"}
    for kind, count in _POLICIES.items():
        assert len(athenas(deploy({**ORGANIZATION, **tables}), kind)) == count
        for values in (ORGANIZATION, {**alone, **tables}):
            assert athenas(deploy(values), kind) == []


@pytest.mark.parametrize("values", [ORGANIZATION, DELEGATED], ids=["organization", "delegated"])
def test_athena_reads_as_the_account_of_the_tables(
    deploy: "Callable[[dict[str, Any]], Run]", values: dict[str, Any]
) -> None:
    """Which is the stack's own, and not that of the trail's ARN."""
    found = deploy({**values, "meshtrail:athena": {"enabled": True}})
    own = values["aws:allowedAccountIds"][0]
    for kind, count in _POLICIES.items():
        granted = [each["Principal"] for each in athenas(found, kind)]
        assert granted == [{"AWS": f"arn:aws:iam::{own}:root"}] * count
