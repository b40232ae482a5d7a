from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox.clients import SandboxClient
from sandbox.provider.session import Aws, ProviderConfig, ProviderMisconfigured

if TYPE_CHECKING:
    from sandbox.server import Sandbox


def read(raw: dict[str, Any], endpoint: str | None = "http://127.0.0.1:1") -> ProviderConfig:
    """Read a configuration."""
    return ProviderConfig.read(raw, endpoint=endpoint, where="the test")


def test_a_configuration_is_read_from_the_namespace_or_a_providers_inputs() -> None:
    """What is not a scalar may come as a value or as JSON in a string."""
    roles = [{"roleArn": "arn:aws:iam::111122223333:role/audit"}]
    for given in (roles, '[{"roleArn": "arn:aws:iam::111122223333:role/audit"}]'):
        config = read({"region": "eu-west-1", "assumeRoles": given, "skipRegionValidation": "true"})
        assert config.roles == tuple(roles)


def test_the_sandbox_wins_over_configured_endpoints() -> None:
    """The program is unmodified, its stack too: where it runs is the run's matter."""
    raw = {"region": "eu-west-1", "endpoints": [{"s3": "http://127.0.0.1:4580"}]}
    assert read(raw).endpoints == {"*": "http://127.0.0.1:1"}
    assert read(raw, endpoint=None).endpoints == {"s3": "http://127.0.0.1:4580"}


def test_without_an_endpoint_nothing_is_called() -> None:
    """The sandbox's provider never reaches AWS itself, whatever credentials lie about."""
    with pytest.raises(ProviderMisconfigured, match="has no endpoint"):
        read({"region": "eu-west-1"}, endpoint=None)
    aws = Aws(read({"region": "eu-west-1", "endpoints": [{"s3api": "http://127.0.0.1:1"}]}, endpoint=None))
    assert aws.client("s3").meta.endpoint_url == "http://127.0.0.1:1"
    with pytest.raises(ProviderMisconfigured, match="no endpoint for iam"):
        aws.client("iam")


@pytest.mark.parametrize(
    ("raw", "told"),
    [({}, "no Region"), ({"region": "eu-west-1", "profile": "me", "httpProxy": "x"}, "httpProxy, profile")],
)
def test_what_the_sandbox_cannot_honour_is_refused_by_name(raw: dict[str, Any], told: str) -> None:
    """Settings that would change who is called, or how, are not silently dropped."""
    with pytest.raises(ProviderMisconfigured, match=told):
        read(raw)


def test_the_wrong_account_is_refused(sandbox: Sandbox) -> None:
    """`allowedAccountIds` and `forbiddenAccountIds` hold here too."""
    for guard in ({"allowedAccountIds": ["444455556666"]}, {"forbiddenAccountIds": '["123456789012"]'}):
        aws = Aws(read({"region": "eu-west-1", **guard}, sandbox.endpoint))
        with pytest.raises(ProviderMisconfigured, match="123456789012 is not one"):
            _ = aws.account
    assert Aws(read({"region": "eu-west-1", "allowedAccountIds": ["123456789012"]}, sandbox.endpoint)).account


def test_roles_are_assumed_one_from_the_other(sandbox: Sandbox) -> None:
    """A provider of another account works with that account's credentials."""
    for account, trusted in (("111122223333", "123456789012"), ("444455556666", "111122223333")):
        statement = {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"}
        SandboxClient(sandbox.endpoint).root(account).client("iam").create_role(
            RoleName="audit",
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
    roles = [
        {"roleArn": f"arn:aws:iam::{account}:role/audit"} for account in ("111122223333", "444455556666")
    ]
    aws = Aws(read({"region": "eu-west-1", "assumeRoles": roles}, sandbox.endpoint))
    assert aws.account == "444455556666"


def test_nothing_of_this_machines_aws_setup_is_used(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    """Profiles, config files, endpoints and proxies of the environment do not reach the sandbox."""
    monkeypatch.setenv("AWS_PROFILE", "not-there")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:2")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:3")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "9")
    aws = Aws(read({"region": "eu-west-1"}, sandbox.endpoint))
    assert aws.account == "123456789012"


def test_a_refusal_is_raised_at_once(sandbox: Sandbox) -> None:
    """Nothing is retried: one refusal, one error."""
    aws = Aws(read({"region": "eu-west-1"}, sandbox.endpoint))
    calls: list[str] = []

    def note(request: Any, **_: Any) -> None:
        calls.append(request.url)

    iam = aws.client("iam")
    iam.meta.events.register("before-send.iam", note)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_role(RoleName="nobody")
    assert len(calls) == 1


def test_a_wrong_account_is_refused_before_any_call_but_the_one_that_tells_it(sandbox: Sandbox) -> None:
    """Whatever service is asked for first; the right account is asked for once."""
    wrong = Aws(read({"region": "eu-west-1", "allowedAccountIds": ["444455556666"]}, sandbox.endpoint))
    for service in ("s3", "cloudtrail", "iam"):
        with pytest.raises(ProviderMisconfigured, match="may run in"):
            wrong.client(service)
    called = {event.record["eventName"] for event in sandbox.state.ledger.events()}
    assert called <= {"GetCallerIdentity"}
    right = Aws(read({"region": "eu-west-1", "allowedAccountIds": ["123456789012"]}, sandbox.endpoint))
    assert right.client("s3").list_buckets()["Buckets"] == []
