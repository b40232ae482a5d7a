"""Against a `pulumi` that is none, but is asked what the Automation API asks the real one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import yaml

from rollout.automation import AutomationStacks, NoPulumi
from rollout.redaction import HIDDEN, Redaction
from rollout.stacks import Ended, Looked, Outcome
from tests.rollout.world import stack

if TYPE_CHECKING:
    from pathlib import Path

    from rollout.plan import Settings
    from rollout.workspaces import Workspaces
    from tests.rollout.conftest import FakePulumi

ONE = stack(0)


def test_up_makes_a_stack_that_is_not_there(stacks: AutomationStacks, pulumi: FakePulumi) -> None:
    """It is looked for, made with the secrets provider, previewed, and updated without a question."""
    ended = stacks.up(ONE, message="a test")

    assert ended == Ended(outcome=Outcome.DONE, changes={"create": 3})
    assert [call["words"] for call in pulumi.calls][:5] == [
        ["version"],
        ["stack", "select"],
        ["stack", "init", ONE.name],
        ["preview"],
        ["up"],
    ]
    (made,) = pulumi.asked("stack", "init")
    assert made["options"]["--secrets-provider"] == "awskms://alias/meshtrail"
    (up,) = pulumi.asked("up")
    assert {"--yes", "--skip-preview", "--non-interactive"} <= set(up["options"])
    assert up["options"]["--message"] == "a test"
    assert up["options"]["--stack"] == ONE.name
    assert all("--show-secrets" not in call["options"] for call in pulumi.asked("stack", "history"))
    assert pulumi.there(ONE.account) == ["bucket", "key", "trail"]


def test_up_looks_first(stacks: AutomationStacks, pulumi: FakePulumi) -> None:
    """What a preview refuses is not begun: an update has changed what comes before, by the time it is refused."""
    pulumi.fault(ONE.name, "preview", "replaces")

    ended = stacks.up(ONE, message="a test")

    assert ended.outcome is Outcome.PROTECTED
    assert not ended.touched
    assert "unable to replace resource" in ended.why
    assert pulumi.asked("up") == []


def test_every_call_goes_to_the_backend_of_the_plan(stacks: AutomationStacks, pulumi: FakePulumi) -> None:
    """Wherever `pulumi login` points to."""
    stacks.up(ONE, message="a test")

    assert {call["backend"] for call in pulumi.calls[1:]} == {"s3://meshtrail-state?region=us-east-1"}


def test_every_stack_has_a_working_directory_of_its_own(stacks: AutomationStacks, pulumi: FakePulumi) -> None:
    """Pulumi remembers by directory which stack is selected."""
    stacks.up(ONE, message="a test")
    stacks.up(stack(1), message="a test")

    folders = {(call["options"]["--stack"], call["folder"]) for call in pulumi.asked("up")}
    assert len({folder for _, folder in folders}) == 2


def test_a_stack_is_bound_to_its_account(stacks: AutomationStacks, workspaces: Workspaces) -> None:
    """The provider refuses any other, and assumes the role with its external id."""
    stacks.up(ONE, message="a test")

    config = yaml.safe_load((workspaces.of(ONE) / f"Pulumi.{ONE.name}.yaml").read_text())["config"]
    assert config == {
        "aws:region": "us-east-1",
        "meshtrail:regions": ["us-east-1"],
        "aws:allowedAccountIds": ["123456789012"],
        "aws:assumeRoles": [
            {
                "roleArn": "arn:aws:iam::123456789012:role/MeshtrailDeployer",
                "sessionName": "meshtrail-rollout",
                "externalId": "example-external-id",
            }
        ],
    }


def test_what_pulumi_encrypts_secrets_with_is_kept(stacks: AutomationStacks, workspaces: Workspaces) -> None:
    """It lies in the stack's file, beside the settings, which are written again each time."""
    stacks.up(ONE, message="a test")
    stacks.up(ONE, message="again")

    written = yaml.safe_load((workspaces.of(ONE) / f"Pulumi.{ONE.name}.yaml").read_text())
    assert written["encryptionsalt"] == f"v1:{ONE.name}"


def test_the_program_is_run_where_it_is(
    stacks: AutomationStacks, workspaces: Workspaces, tmp_path: Path
) -> None:
    """With its own environment, too: paths in Pulumi.yaml no longer hang on the directory."""
    stacks.preview(ONE)

    project = yaml.safe_load((workspaces.of(ONE) / "Pulumi.yaml").read_text())
    assert project["main"] == str(tmp_path / "program")
    assert project["runtime"]["options"]["virtualenv"] == str(tmp_path / "program" / ".venv")


@pytest.mark.parametrize("version", ["3.200.0", "3.272.0"])
def test_an_error_of_a_provider_is_told(
    stacks: AutomationStacks, pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    """By the engine's own words, however its events travel, and without the secret that is in them."""
    monkeypatch.setenv("FAKE_PULUMI_VERSION", version)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    pulumi.fault(ONE.name, "up", "provider-error")
    stacks = AutomationStacks(stacks._settings, stacks._workspaces, Redaction(os.environ))

    ended = stacks.up(ONE, message="a test")

    assert ended.outcome is Outcome.FAILED
    assert ended.touched
    assert "AccessDeniedException" in ended.why
    assert HIDDEN in ended.why
    assert "wJalr" not in ended.why


def test_a_lost_lock_is_an_outcome_of_its_own(stacks: AutomationStacks, pulumi: FakePulumi) -> None:
    """For what was done since is in nobody's state; the remedy is to ask AWS."""
    pulumi.fault(ONE.name, "up", "lost-lock")

    ended = stacks.up(ONE, message="a test")

    assert ended.outcome is Outcome.LOST_LOCK
    assert ended.touched
    assert f"pulumi refresh --stack {ONE.name}" in ended.remedy


def test_a_lock_that_was_taken_away_is_lost_even_if_all_ended_well(
    stacks: AutomationStacks, pulumi: FakePulumi
) -> None:
    """Somebody may have updated the stack at the same time."""
    pulumi.fault(ONE.name, "up", "lock-deleted")

    assert stacks.up(ONE, message="a test").outcome is Outcome.LOST_LOCK


def test_a_stack_that_others_update_is_left_alone(stacks: AutomationStacks, pulumi: FakePulumi) -> None:
    """Whether the backend is a bucket or Pulumi Cloud: nothing was touched, and nothing is taken."""
    stacks.up(ONE, message="to make it")
    pulumi.lock(ONE.name).touch()
    pulumi.fault(stack(1).name, "up", "conflict")

    for one in (ONE, stack(1)):
        ended = stacks.up(one, message="a test")
        assert ended.outcome is Outcome.LOCKED
        assert not ended.touched
        assert f"pulumi cancel --stack {one.name}" in ended.remedy
    assert pulumi.lock(ONE.name).exists()


def test_a_lock_can_be_taken(stacks: AutomationStacks, pulumi: FakePulumi) -> None:
    """On demand: `pulumi cancel`."""
    stacks.up(ONE, message="to make it")
    pulumi.lock(ONE.name).touch()

    assert not stacks.cancel(ONE)
    assert stacks.up(ONE, message="a test").outcome is Outcome.DONE


def test_a_missing_passphrase_touches_nothing(stacks: AutomationStacks, pulumi: FakePulumi) -> None:
    """And its remedy names the variable."""
    pulumi.fault(ONE.name, "up", "passphrase")

    ended = stacks.up(ONE, message="a test")

    assert ended.outcome is Outcome.REFUSED
    assert not ended.touched
    assert "PULUMI_CONFIG_PASSPHRASE" in ended.remedy


def test_drift_is_a_refresh_that_only_looks(stacks: AutomationStacks, pulumi: FakePulumi) -> None:
    """The state stays as it is."""
    stacks.up(ONE, message="to make it")
    assert stacks.drift(ONE) == Looked(seen=True)

    pulumi.fault(ONE.name, "drift", "drifted")

    assert stacks.drift(ONE) == Looked(seen=True, changes={"update": 1})
    assert all("--preview-only" in call["options"] for call in pulumi.asked("refresh"))


def test_a_stack_that_is_not_there_has_no_drift(stacks: AutomationStacks, pulumi: FakePulumi) -> None:
    """It could not be seen, which is not the same as none; and it is not made by looking."""
    looked = stacks.drift(ONE)

    assert not looked.seen
    assert not pulumi.asked("stack", "init")


def test_preview_shows_what_up_would_do(stacks: AutomationStacks, pulumi: FakePulumi) -> None:
    """And does none of it."""
    assert stacks.preview(ONE) == Looked(seen=True, changes={"create": 3})
    assert pulumi.there(ONE.account) == []


def test_destroy_looks_first_and_refuses_what_is_protected(
    stacks: AutomationStacks, pulumi: FakePulumi
) -> None:
    """Then nothing at all is deleted."""
    stacks.up(ONE, message="to make it")
    pulumi.fault(ONE.name, "destroy", "protected")

    ended = stacks.destroy(ONE, message="a test")

    assert ended.outcome is Outcome.PROTECTED
    assert not ended.touched
    assert "bucket" in ended.why
    assert pulumi.there(ONE.account) == ["bucket", "key", "trail"]
    assert all("--preview-only" in call["options"] for call in pulumi.asked("destroy"))
    assert all("--exclude-protected" not in call["options"] for call in pulumi.calls)


def test_destroy_deletes_what_is_not_protected(stacks: AutomationStacks, pulumi: FakePulumi) -> None:
    """After it was asked for."""
    stacks.up(ONE, message="to make it")

    assert stacks.destroy(ONE, message="a test").outcome is Outcome.DONE
    assert pulumi.there(ONE.account) == []


def test_what_was_never_there_is_destroyed(stacks: AutomationStacks) -> None:
    """Nothing is left to do."""
    ended = stacks.destroy(ONE, message="a test")

    assert (ended.outcome, ended.touched) == (Outcome.DONE, False)


def test_outputs_leave_secrets_out(stacks: AutomationStacks) -> None:
    """The manifest is one that others read."""
    stacks.up(ONE, message="to make it")

    assert stacks.outputs(ONE) == {"manifest": "{}"}


def test_stacks_of_pulumi_cloud_are_named_in_full(
    pulumi: FakePulumi, workspaces: Workspaces, settings: Settings
) -> None:
    """With their owner and project; the file beside them by their own name."""
    owned = settings.model_copy(update={"pulumi_organization": "example", "backend": ""})

    AutomationStacks(owned, workspaces, Redaction({})).up(ONE, message="a test")

    (up,) = pulumi.asked("up")
    assert up["options"]["--stack"] == f"example/meshtrail/{ONE.name}"
    assert up["backend"] == ""


def test_without_pulumi_nothing_begins(
    workspaces: Workspaces, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And the error says where to get it."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoPulumi, match="cannot be used"):
        AutomationStacks(settings, workspaces, Redaction({}))
