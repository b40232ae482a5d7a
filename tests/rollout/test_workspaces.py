from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from rollout.program import NoProgram, config_of, inputs_of, program_of
from rollout.run import StackHeld
from tests.rollout.world import stack

if TYPE_CHECKING:
    from rollout.plan import Settings
    from rollout.program import Program
    from rollout.workspaces import Workspaces


def test_two_runs_cannot_work_on_one_stack(workspaces: Workspaces) -> None:
    """The second is refused and told who the first is; another stack is free."""
    with workspaces.held(stack(0)):
        with pytest.raises(StackHeld, match=r"process [0-9]+"), workspaces.held(stack(0)):
            pass
        with workspaces.held(stack(1)):
            pass
    with workspaces.held(stack(0)):
        pass


def test_nobody_else_reads_a_working_directory(workspaces: Workspaces) -> None:
    """Its settings hold the external id."""
    folder = workspaces.prepare(stack(0))

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_a_secret_of_one_stack_is_no_setting_for_many(program: Program) -> None:
    """It could be decrypted in none of them."""
    file = program.folder / "Pulumi.organization-account.yaml"
    file.write_text("config:\n  meshtrail:word: {secure: v1:x}\n")

    with pytest.raises(NoProgram, match="a secret of one stack"):
        program.template(file.name)


def test_the_account_is_bound_whatever_the_settings_say(settings: Settings) -> None:
    """Settings for many accounts cannot allow another one."""
    config = config_of("123456789012", {"aws:allowedAccountIds": ["999999999999"]}, settings)

    assert config["aws:allowedAccountIds"] == ["123456789012"]


def test_a_role_of_one_account_is_no_setting_for_many(settings: Settings) -> None:
    """Where no role is asked for, none is assumed: the credentials are the account's."""
    template = {"aws:assumeRoles": [{"roleArn": "arn:aws:iam::999999999999:role/Example"}]}

    assert "aws:assumeRoles" not in config_of(
        "123456789012", template, settings.model_copy(update={"role_name": ""})
    )


def test_inputs_follow_whatever_decides_a_stack(program: Program, settings: Settings) -> None:
    """Program, settings, role and backend; neither tests beside it nor what Python compiled."""
    config = config_of("123456789012", {}, settings)
    before = inputs_of(program, config, settings)

    (program.folder / "tests").mkdir()
    (program.folder / "tests" / "test_x.py").write_text("x = 1\n")
    (program.folder / ".venv").mkdir()
    (program.folder / ".venv" / "x.py").write_text("x = 1\n")
    assert inputs_of(program_of(program.folder), config, settings) == before

    assert inputs_of(program, {**config, "meshtrail:name": "x"}, settings) != before
    elsewhere = settings.model_copy(update={"backend": "file:///srv/meshtrail"})
    assert inputs_of(program, config, elsewhere) != before
    (program.folder / "parts" / "__init__.py").write_text("x = 1\n")
    assert inputs_of(program_of(program.folder), config, settings) != before
