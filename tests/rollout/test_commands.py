"""The commands as a person or a CI job runs them, on a `pulumi` that is none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from typer.testing import CliRunner

from rollout.commands import app

if TYPE_CHECKING:
    from typer.testing import Result

    from rollout.program import Program
    from tests.rollout.conftest import FakePulumi

ACCOUNTS = [f"{123456789012 + number}" for number in range(4)]
NAMES = [f"account-{account}" for account in ACCOUNTS]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def here(tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the program, and a file of accounts."""
    monkeypatch.chdir(program.folder)
    monkeypatch.setenv("MESHTRAIL_EXTERNAL_ID", "example-external-id")
    (tmp_path / "accounts.txt").write_text("\n".join(f"{account} name # why" for account in ACCOUNTS))
    return program.folder


def rollout(*arguments: str | Path, stdin: str | None = None) -> Result:
    """Run a command."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def planned(here: Path, *arguments: str) -> Result:
    """Plan for every account of the file, in waves of two."""
    accounts = here.parent / "accounts.txt"
    return rollout("plan", "--accounts", accounts, "--wave-size", "2", "--with-external-id", *arguments)


def states(here: Path) -> dict[str, str]:
    """What `status` says of every stack."""
    del here
    document = json.loads(rollout("status", "-o", "json").stdout)
    return {one["stack"]: one["state"] for one in document["stacks"]}


def test_a_plan_is_the_canary_and_then_the_others(here: Path) -> None:
    """It is printed and kept, and asks Pulumi and AWS nothing."""
    result = planned(here)

    assert result.exit_code == 0
    plan = json.loads((here / ".rollout" / "plan.json").read_text())
    waves = [[stack["name"] for stack in wave["stacks"]] for wave in plan["waves"]]
    assert waves == [NAMES[:1], NAMES[1:3], NAMES[3:]]
    assert "wave 1 (canary): 1 stack" in result.stdout
    assert "example-external-id" not in (here / ".rollout" / "plan.json").read_text()


def test_the_same_plan_goes_to_the_runners_of_ci(here: Path) -> None:
    """Lines for $GITHUB_OUTPUT with a matrix a wave, and a child pipeline with a stage a wave."""
    github = dict(
        line.split("=", 1) for line in planned(here, "--format", "github-matrix").stdout.splitlines()
    )
    gitlab = yaml.safe_load(planned(here, "--format", "gitlab").stdout)

    assert json.loads(github["waves"]) == [1, 2, 3]
    jobs = json.loads(github["wave-2"])["include"]
    assert [job["arguments"] for job in jobs] == [f"--only-stack {name}" for name in NAMES[1:3]]
    assert gitlab["stages"] == ["wave-1", "wave-2", "wave-3"]
    assert [job["JOB"] for job in gitlab["rollout wave 3"]["parallel"]["matrix"]] == NAMES[3:]


def test_up_rolls_out_every_account_once(here: Path, pulumi: FakePulumi) -> None:
    """And the second time there is nothing to do."""
    planned(here)

    first, second = rollout("up"), rollout("up")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "4 of 4 stacks done" in first.stdout
    assert all(pulumi.there(account) for account in ACCOUNTS)
    assert len(pulumi.asked("up")) == 4
    assert set(states(here).values()) == {"done"}
    assert "[1/4] done" in first.stderr
    assert "4 of 4 stacks done already" in second.stderr


def test_a_failed_wave_is_the_last_and_up_goes_on_there(here: Path, pulumi: FakePulumi) -> None:
    """Accounts of later waves are untouched until then."""
    planned(here)
    pulumi.fault(NAMES[1], "up", "provider-error")

    first = rollout("up", "--parallel", "1")

    assert first.exit_code == 1
    assert "stopped in wave 2; 2 stacks not begun" in first.stdout
    assert "AccessDeniedException" in first.stdout
    assert list(states(here).values()) == ["done", "failed", "untouched", "untouched"]
    pulumi.mend()
    before = len(pulumi.asked("up"))
    assert rollout("up").exit_code == 0
    assert {call["options"]["--stack"] for call in pulumi.asked("up")[before:]} == set(NAMES[1:])


def test_a_rollout_that_is_killed_is_gone_on_with(here: Path, pulumi: FakePulumi) -> None:
    """Its stack is in doubt, and locked by what the dead process left; then the lock is taken, and all is done."""
    planned(here)
    pulumi.fault(NAMES[2], "up", "hang")
    process = subprocess.Popen(
        [sys.executable, "-c", "from rollout.commands import app; app()", "up", "--parallel", "1"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    orphan = _hanging(pulumi, NAMES[2], process)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    assert list(states(here).values()) == ["done", "done", "in-doubt", "untouched"]
    pulumi.mend()
    locked = rollout("up", "--only-wave", "2")  # the dead run's `pulumi` is still at it
    assert locked.exit_code == 2
    assert "--take-locks" in locked.stdout
    assert states(here)[NAMES[2]] == "in-doubt"

    os.kill(orphan, signal.SIGKILL)
    assert rollout("up", "--take-locks").exit_code == 0
    assert set(states(here).values()) == {"done"}
    assert [call["options"]["--stack"] for call in pulumi.asked("cancel")] == [NAMES[2]]


def _hanging(pulumi: FakePulumi, name: str, process: subprocess.Popen[bytes]) -> int:
    path = pulumi.home / "running" / name
    until = time.monotonic() + 60
    while not (path.exists() and path.read_text()):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    return int(path.read_text())


def test_a_part_can_be_rolled_out(here: Path, pulumi: FakePulumi) -> None:
    """As a CI runner does: the gate between waves is then its pipeline's."""
    planned(here)

    assert rollout("up", "--only-stack", NAMES[2], "--only-stack", NAMES[3]).exit_code == 0

    assert {call["options"]["--stack"] for call in pulumi.asked("up")} == set(NAMES[2:])


def test_journals_of_several_runners_are_one_status(here: Path, tmp_path: Path, pulumi: FakePulumi) -> None:
    """Of a stack that several name, the worst counts."""
    planned(here)
    plan = here / ".rollout" / "plan.json"
    for number, name in enumerate(NAMES):
        if number == 3:
            pulumi.fault(name, "up", "lost-lock")
        rollout("up", "--plan", plan, "--directory", tmp_path / f"runner-{number}", "--only-stack", name)
    journals = [
        part for number in range(4) for part in ("--journal", tmp_path / f"runner-{number}" / "journal.jsonl")
    ]

    result = rollout("status", *journals, "-o", "json")

    assert result.exit_code == 2
    assert json.loads(result.stdout)["counts"] == {"done": 3, "in-doubt": 1}


def test_another_program_than_the_planned_one_is_refused(here: Path, pulumi: FakePulumi) -> None:
    """What was looked at is what is rolled out."""
    planned(here)
    (here / "__main__.py").write_text("import parts, os\n")

    result = rollout("up")

    assert "changed since the plan" in str(result.exception)
    assert not pulumi.asked("up")


def test_a_new_plan_does_again_what_was_done_with_the_old_one(here: Path, pulumi: FakePulumi) -> None:
    """It is outdated meanwhile, not done."""
    planned(here)
    rollout("up", "--only-wave", "1")
    (here / "__main__.py").write_text("import parts, os\n")
    planned(here)

    assert states(here)[NAMES[0]] == "outdated"
    assert rollout("up", "--only-wave", "1").exit_code == 0
    assert len(pulumi.asked("up")) == 2


def test_drift_is_found_and_stays_in_the_status(here: Path, pulumi: FakePulumi) -> None:
    """1 for drift, 2 for what could not be seen; nothing is changed."""
    planned(here)
    rollout("up", "--only-wave", "3")
    pulumi.fault(NAMES[3], "drift", "drifted")

    result = rollout("drift", "--only-wave", "3")

    assert result.exit_code == 1
    assert f"{NAMES[3]}: 1 update" in result.stdout
    assert "drift" in rollout("status").stdout
    assert states(here)[NAMES[3]] == "done"
    assert rollout("drift", "--only-wave", "1").exit_code == 2


def test_what_drifted_is_put_back_only_when_aws_is_looked_at(here: Path, pulumi: FakePulumi) -> None:
    """Pulumi's `up` compares the program with the state alone, unless it is told to refresh that first."""
    planned(here)
    rollout("up", "--only-wave", "1")
    rollout("up", "--only-wave", "1", "--again", "--refresh")

    assert ["--refresh" in call["options"] for call in pulumi.asked("up")] == [False, True]


def test_preview_shows_and_changes_nothing(here: Path, pulumi: FakePulumi) -> None:
    """Not even what the journal says."""
    planned(here)

    result = rollout("preview", "-o", "json")

    assert result.exit_code == 0
    assert [one["changes"] for one in json.loads(result.stdout)] == [{"create": 3}] * 4
    assert not any(pulumi.there(account) for account in ACCOUNTS)
    assert set(states(here).values()) == {"untouched"}


def test_destroy_asks_and_nobody_is_there(here: Path, pulumi: FakePulumi) -> None:
    """Without a terminal and without --yes nothing is deleted."""
    planned(here)
    rollout("up", "--only-wave", "1")

    result = rollout("destroy", stdin="meshtrail\n")

    assert "nobody is there to confirm" in str(result.exception)
    assert not pulumi.asked("destroy")


@pytest.mark.parametrize(("answer", "deleted"), [("meshtrail", True), ("yes", False)])
def test_destroy_wants_the_name_typed(
    here: Path, pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch, answer: str, deleted: bool
) -> None:
    """A plain yes is too easy to type."""
    planned(here)
    rollout("up", "--only-wave", "1")
    monkeypatch.setattr("rollout.commands._is_terminal", lambda: True)

    rollout("destroy", "--only-wave", "1", stdin=f"{answer}\n")

    assert (pulumi.there(ACCOUNTS[0]) == []) is deleted


def test_destroy_leaves_what_is_protected(here: Path, pulumi: FakePulumi) -> None:
    """The stack is refused, whole; what is known of it does not change."""
    planned(here)
    rollout("up", "--only-wave", "1")
    pulumi.fault(NAMES[0], "destroy", "protected")

    result = rollout("destroy", "--only-wave", "1", "--yes")

    assert result.exit_code == 1
    assert "protected" in result.stdout
    assert pulumi.there(ACCOUNTS[0]) == ["bucket", "key", "trail"]
    assert states(here)[NAMES[0]] == "done"


def test_nothing_secret_is_written_down(
    here: Path, pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In no journal, no plan and no output, even if the provider says it."""
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "example-passphrase")
    planned(here)
    pulumi.fault(NAMES[0], "up", "provider-error")

    result = rollout("up")

    written = result.output + "".join(
        (here / ".rollout" / name).read_text() for name in ("journal.jsonl", "plan.json")
    )
    assert "AccessDeniedException" in written
    for hidden in (secret, "example-passphrase", "example-external-id"):
        assert hidden not in written


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["plan", "--accounts", "missing.txt"], "cannot be read"),
        (["plan", "--accounts", "../accounts.txt", "--account", "999999999999"], "not there"),
        (["plan", "--accounts", "../accounts.txt", "--canary", "999999999999"], "canary"),
        (["plan", "--accounts", "../accounts.txt", "--backend", "postgres://u:p@localhost/x"], "password"),
        (["up"], "There is no plan"),
        (["status"], "There is no plan"),
    ],
)
def test_what_is_wrong_is_said(here: Path, arguments: list[str], why: str) -> None:
    """As an error with its remedy, before anything is done."""
    assert here.exists()

    error: Any = rollout(*arguments).exception

    assert why in str(error)


def test_meshtrail_offers_rollouts_and_loads_them_for_nobody_else() -> None:
    """`meshtrail controls` needs nothing of it, and a rollout's status nothing of Pulumi's SDK."""
    loaded = "import sys; from cli.main import run; run([{}]); print({} in sys.modules, file=sys.stderr)"

    def says(words: str, module: str) -> str:
        code = loaded.format(words, repr(module))
        return subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
        ).stderr.splitlines()[-1]

    assert says("'rollout', 'status'", "rollout.commands") == "True"
    assert says("'rollout', 'status'", "pulumi") == "False"
    assert says("'controls'", "rollout") == "False"
