"""Stacks of several accounts: what they refuse before anything is touched, and whom their policies let in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cloudtrail.partitions import trail_arn
from cloudtrail.policy_evaluation import Answer, Request, Service, surely
from cloudtrail.policy_requesters import cloudtrail_for
from sandbox.clients import SandboxClient
from sandbox.engine.registration import Operation
from sandbox.engine.run import destroy_stack
from sandbox.organization import AUDIT, LOG_ARCHIVE, MANAGEMENT, ORGANIZATION

from .accounts import ACCOUNT, world_of
from .conftest import PROJECT, Stack

if TYPE_CHECKING:
    from sandbox.engine.run import ProgramRun
    from sandbox.server import Sandbox

CLOUDTRAIL = Service("cloudtrail.amazonaws.com")
HOME = "us-east-1"
OURS = trail_arn(region=HOME, account=MANAGEMENT, name="meshtrail")
BUCKET = f"meshtrail-{LOG_ARCHIVE}-{HOME}"
KEYS = {
    "the account's": f"AWSLogs/{MANAGEMENT}/CloudTrail/file.json.gz",
    "a member's": f"AWSLogs/{ORGANIZATION}/{ACCOUNT}/CloudTrail/file.json.gz",
}


@pytest.fixture
def deployed(request: pytest.FixtureRequest, sandbox: Sandbox) -> Stack:
    """A stack of several accounts, not yet run; `organization` unless a test names another."""
    name = getattr(request, "param", "organization")
    return Stack(name, sandbox, world=world_of(PROJECT, name, SandboxClient(sandbox.endpoint)))


def policy(run: ProgramRun, type_token: str) -> dict[str, Any]:
    """The policy of the only resource of a type, as it was registered."""
    (found,) = [one for one in run.registrations if one.type == type_token]
    return json.loads(found.inputs["policy"])


def refused_before_anything(stack: Stack, **overrides: Any) -> str:
    """Preview and update, each of which has to fail with nothing changed and nothing remembered; the last error."""
    before = stack.calls()
    for preview in (True, False):
        run = stack.try_run(preview=preview, **overrides)
        assert run.error is not None
        # Whoever asks STS who it is, or for a role, has touched nothing.
        assert [call for call in stack.calls()[len(before) :] if not call.startswith("sts:")] == []
        assert all(not state.type.startswith("aws:") for state in stack.state.resources.values())
    return str(run.error)


@pytest.mark.parametrize("deployed", ["organization", "organization-account"], indirect=True)
def test_the_wrong_account_is_refused_before_anything_is_touched(deployed: Stack) -> None:
    """Credentials of another account, or a role in another: neither a preview nor an update gets further."""
    if deployed.name == "organization":
        wrong = {"aws:accessKey": AUDIT}
        # Nothing but the list of accounts stands in the way: the log archive lets everybody in.
        anybody = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
        SandboxClient(deployed.sandbox.endpoint).root(LOG_ARCHIVE).client("iam").update_assume_role_policy(
            RoleName="OrganizationAccountAccessRole",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [anybody]}),
        )
    else:
        deployment = f"arn:aws:iam::{AUDIT}:role/MeshtrailDeployment"
        wrong = {"aws:assumeRoles": [{"roleArn": deployment}]}
    error = refused_before_anything(deployed, **wrong)
    assert f"AWS account {AUDIT} is not one the provider may run in" in error
    assert "aws:allowedAccountIds" in error


def test_a_log_archive_that_lets_nobody_in_leaves_the_management_account_untouched(deployed: Stack) -> None:
    """Right credentials for one account and none for the next make no half of a stack."""
    archive = {"account": LOG_ARCHIVE, "role": "NotThere"}
    error = refused_before_anything(deployed, **{"meshtrail:logArchive": archive})
    assert f"arn:aws:iam::{LOG_ARCHIVE}:role/NotThere" in error


def test_a_stack_that_may_run_anywhere_is_refused_by_its_settings(deployed: Stack) -> None:
    """Without the account's id nobody would notice the wrong one."""
    run = deployed.try_run(preview=True, **{"aws:allowedAccountIds": None})
    assert run.error is not None
    assert "aws:allowedAccountIds" in run.error


@pytest.mark.parametrize("deployed", ["organization", "delegated-admin"], indirect=True)
def test_bucket_and_key_let_in_the_management_accounts_trail_and_no_other(deployed: Stack) -> None:
    """Also when a delegated administrator makes it: the trail is the management account's, and so is its ARN."""
    run = deployed.run()
    bucket, key = policy(run, "aws:s3/bucketPolicy:BucketPolicy"), policy(run, "aws:kms/key:Key")
    others = {
        "another of the account": f"{OURS}-2",
        "in another Region": trail_arn(region="eu-west-1", account=MANAGEMENT, name="meshtrail"),
        "the administrator's own": trail_arn(region=HOME, account=AUDIT, name="meshtrail"),
        "a member's own": trail_arn(region=HOME, account=ACCOUNT, name="meshtrail"),
        "a stranger's": trail_arn(region=HOME, account="000000000000", name="meshtrail"),
    }
    for whose, arn in {"ours": OURS, **others}.items():
        expected = Answer.ALLOWS if whose == "ours" else Answer.REFUSES
        context = cloudtrail_for(arn, organization_id=ORGANIZATION)
        for what, path in KEYS.items():
            put = Request(
                principal=CLOUDTRAIL,
                action="s3:PutObject",
                resource=f"arn:aws:s3:::{BUCKET}/{path}",
                context=context,
            )
            assert surely(bucket, put).answer is expected, (whose, what)
        encrypt = Request(principal=CLOUDTRAIL, action="kms:GenerateDataKey", resource="*", context=context)
        assert surely(key, encrypt).answer is expected, whose


@pytest.mark.parametrize("deployed", ["organization", "delegated-admin"], indirect=True)
def test_what_happens_in_a_member_lands_in_the_log_archive(deployed: Stack) -> None:
    """The trail is seen from every account, delivers below the organization's id, and the manifest says where."""
    run = deployed.run()
    client = SandboxClient(deployed.sandbox.endpoint)
    client.root(ACCOUNT).client("appmesh", "eu-west-1").create_mesh(meshName="payments", spec={})
    client.flush()
    (trail,) = run.outputs["manifest"]["trails"]
    assert (trail["arn"], trail["bucketAccount"], trail["bucket"]) == (OURS, LOG_ARCHIVE, BUCKET)
    shadows = client.root(ACCOUNT).client("cloudtrail", "eu-west-1").describe_trails()["trailList"]
    assert [(each["TrailARN"], each["HomeRegion"]) for each in shadows] == [(OURS, HOME)]
    prefix = f"AWSLogs/{ORGANIZATION}/{ACCOUNT}/CloudTrail/eu-west-1/"
    found = client.root(LOG_ARCHIVE).client("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    assert found["KeyCount"] == 1
    owners = {account: _buckets(client, account) for account in (MANAGEMENT, AUDIT, LOG_ARCHIVE)}
    assert owners == {MANAGEMENT: [], AUDIT: [], LOG_ARCHIVE: [BUCKET]}


def test_every_account_has_the_role_and_asks_for_the_external_id(deployed: Stack) -> None:
    """The management account by the stack, all others by the StackSet."""
    deployed.run()
    client = SandboxClient(deployed.sandbox.endpoint)
    verifier = client.root(AUDIT)
    for account in (MANAGEMENT, LOG_ARCHIVE, AUDIT, ACCOUNT):
        role = f"arn:aws:iam::{account}:role/MeshtrailVerifier"
        session = verifier.assume_role(role, session_name="verify", ExternalId="meshtrail-example")
        assert session.client("sts").get_caller_identity()["Account"] == account
        with pytest.raises(Exception, match="AccessDenied"):
            verifier.assume_role(role, session_name="verify")


@pytest.mark.parametrize("deployed", ["delegated-admin"], indirect=True)
def test_what_is_the_organizations_stays_when_the_stack_goes(deployed: Stack) -> None:
    """Trusted access and the delegated administrator are forgotten, not taken away; bucket and key are protected."""
    run = deployed.run()
    organizations = SandboxClient(deployed.sandbox.endpoint).root(MANAGEMENT).client("organizations")
    destroyed = destroy_stack(
        PROJECT,
        deployed.name,
        endpoint=deployed.sandbox.endpoint,
        state=run.state,
        config_overrides=deployed.world.overrides,
    )
    assert destroyed.error is not None
    assert "protected" in destroyed.error
    for state in run.state.resources.values():
        state.protect = False
    destroyed = destroy_stack(
        PROJECT,
        deployed.name,
        endpoint=deployed.sandbox.endpoint,
        state=run.state,
        config_overrides=deployed.world.overrides,
    )
    assert destroyed.error is None
    assert destroyed.changes[Operation.FORGET] == 2
    trusted = organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert "cloudtrail.amazonaws.com" in {each["ServicePrincipal"] for each in trusted}
    admins = organizations.list_delegated_administrators()["DelegatedAdministrators"]
    assert [each["Id"] for each in admins] == [AUDIT]


def _buckets(client: SandboxClient, account: str) -> list[str]:
    return [each["Name"] for each in client.root(account).client("s3").list_buckets()["Buckets"]]
