"""`meshtrail preflight`: what it prints, what it exits with, and what it refuses."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cli.main import run
from tests.verify.preflight.answers import (
    GOOD,
    MEMBER,
    ORGANIZATION,
    PLAN,
    FakeAws,
    found,
    policies,
    refused,
    session_of,
    trail,
)
from verify.preflight.document import SCHEMA, Preflight
from verify.preflight.run import STATEMENTS
from verify.verdict import ExitCode, Verdict

Answering = Callable[..., FakeAws]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Lets the command meet an AWS that answers as `GOOD`, but for the changes."""

    def patched(**changes: Any) -> FakeAws:
        fake = FakeAws(GOOD | changes)
        monkeypatch.setattr("verify.preflight.command.Aws", lambda: fake)
        return fake

    return patched


def test_nothing_in_the_way_exits_with_0(answering: Answering, capsys: pytest.CaptureFixture[str]) -> None:
    """And says that nothing was changed."""
    answering()
    assert run(["preflight", "--region", "us-east-1", "--organization-id", ORGANIZATION]) == ExitCode.OK
    out = capsys.readouterr().out
    assert "PASS" in out
    assert "Nothing was changed." in out
    assert session_of("111111111111")["Arn"] in out


def test_something_in_the_way_exits_with_1(answering: Answering, capsys: pytest.CaptureFixture[str]) -> None:
    """With what to do about it."""
    answering(list_aws_service_access_for_organization={"EnabledServicePrincipals": []})
    assert run(["preflight", "--region", "us-east-1"]) == ExitCode.FAILED
    assert "enable-aws-service-access" in capsys.readouterr().out


def test_what_could_not_be_looked_at_exits_with_2(
    answering: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the permission that is missing; never as a pass."""
    answering(simulate_principal_policy=refused())
    assert run(["preflight", "--region", "us-east-1"]) == ExitCode.UNVERIFIABLE
    assert "iam:SimulatePrincipalPolicy" in capsys.readouterr().out


def test_a_severity_below_the_bound_is_shown_and_does_not_count(
    answering: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    """As of `meshtrail verify`."""
    answering(
        describe_trails={"trailList": [trail("aws-controltower-BaselineCloudTrail", organization=True)]}
    )
    assert run(["preflight", "--region", "us-east-1", "--fail-on", "high"]) == ExitCode.OK
    assert "aws-controltower-BaselineCloudTrail" in capsys.readouterr().out


def test_json_is_one_document(answering: Answering, capsys: pytest.CaptureFixture[str]) -> None:
    """Of its own schema, with every check in it, and read again as it was written."""
    answering()
    run(["preflight", "--region", "us-east-1", "--expect-region", "eu-west-1", "-o", "json"])
    out = capsys.readouterr().out
    document = json.loads(out)
    assert document["schema"] == SCHEMA
    assert document["planned"]["expectedRegions"] == ["eu-west-1"]
    assert {claim["id"] for claim in document["claims"]} == {one.id for one in STATEMENTS}
    assert Preflight.model_validate_json(out).to_json() == out


@pytest.mark.parametrize(
    "wrong",
    [
        ["--region", "Ireland"],
        ["--region", "us-east-1", "--key", "alias/audit"],
        ["--region", "us-east-1", "--select", "trail.*"],
        ["--region", "us-east-1", "--scope", "galaxy"],
    ],
    ids=["region", "key", "select", "scope"],
)
def test_wrong_usage_exits_with_3(answering: Answering, wrong: list[str]) -> None:
    """Before anything is asked."""
    fake = answering()
    assert run(["preflight", *wrong]) == ExitCode.USAGE
    assert fake.calls == []


def test_without_credentials_there_is_nothing_to_say(
    answering: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even which account it would be about."""
    answering(
        get_caller_identity=refused("ExpiredToken", "The security token included in the request is expired")
    )
    assert run(["preflight", "--region", "us-east-1"]) == ExitCode.UNVERIFIABLE
    assert "Sign in" in capsys.readouterr().err


def test_a_token_that_expires_in_the_middle_leaves_the_rest_open() -> None:
    """What was told before stays told; nothing afterwards passes."""
    expired = refused("ExpiredTokenException", "expired")
    after: dict[str, Any] = {
        name: expired for name in GOOD if name not in {"get_caller_identity", "describe_organization"}
    }
    by_id = {claim.id: claim for claim in found(PLAN, **after)}
    assert by_id["preflight.all-features"].verdict is Verdict.PASS
    told = {"preflight.all-features", "preflight.may-span"}
    for name, claim in by_id.items():
        assert name in told or claim.verdict in {Verdict.UNVERIFIABLE, Verdict.NOT_APPLICABLE}
        if claim.verdict is Verdict.UNVERIFIABLE:
            assert "Sign in" in (claim.reason or "")


def test_a_plain_member_that_is_refused_everything_passes_nothing_it_could_not_see() -> None:
    """It is told that it is not the management account, and who is."""
    denied: dict[str, Any] = {
        name: refused() for name in GOOD if name not in {"get_caller_identity", "describe_organization"}
    }
    denied["get_caller_identity"] = session_of(MEMBER)
    claims = found(PLAN, **denied)
    assert [claim.id for claim in claims if claim.verdict is Verdict.PASS] == ["preflight.all-features"]
    assert {claim.verdict for claim in claims} == {
        Verdict.PASS,
        Verdict.UNVERIFIABLE,
        Verdict.NOT_APPLICABLE,
    }


def test_a_question_that_is_refused_is_asked_once() -> None:
    """Whoever needs the answer besides is told the same."""
    fake = FakeAws(GOOD | {"describe_organization": refused(), "describe_regions": refused()})
    found(PLAN, aws=fake)
    assert fake.calls.count(("organizations", "describe_organization")) == 1
    assert fake.calls.count(("ec2", "describe_regions")) == 1


def test_what_aws_calls_things_cannot_steer_a_terminal(
    answering: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names of trails and policies are written by whoever may create them."""
    hostile = "audit\x1b[2J\u202e::warning::x"
    deny = {
        "Version": "2012-10-17",
        "Statement": [{"Sid": hostile, "Effect": "Deny", "Action": "*", "Resource": "*"}],
    }
    answering(
        describe_trails={"trailList": [trail("audit") | {"Name": hostile}]},
        get_caller_identity=session_of("333333333333"),
        **policies(deny),
    )
    run(["preflight", "--region", "us-east-1"])
    out = capsys.readouterr().out
    assert "\\x1b[2J" in out
    assert "\x1b[2J" not in out
    assert "\u202e" not in out
