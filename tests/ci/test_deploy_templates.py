"""The templates that deploy: least privilege, one deployment at a time, nothing destroyed, what is pinned is known."""

import re
import subprocess
from typing import Any

import pytest

from tests.ci.templates import ACTION, GITHUB, GITLAB, GITLAB_VERIFY, ROOT, steps_of

JOBS: dict[str, Any] = GITHUB["jobs"]
SCRIPTS = sorted((ROOT / "ci").rglob("*.sh"))
TEMPLATES = sorted((ROOT / "ci").rglob("*.yml"))
ON: Any = GITHUB[True]
"""YAML 1.1 reads `on` as true; GitHub does not."""


def scripts() -> dict[str, str]:
    """Every script of both templates, by where it is."""
    found = {f"github {job} {name}": script for job in JOBS for name, script in steps_of(job).items()}
    for job, told in GITLAB.items():
        for key in ("before_script", "script"):
            found |= {f"gitlab {job} {key} {number}": line for number, line in enumerate(told.get(key, []))}
    return found


def role(job: str) -> str:
    """The role that a job of the workflow takes."""
    (found,) = [
        step["with"]["role-to-assume"]
        for step in JOBS[job]["steps"]
        if "role-to-assume" in step.get("with", {})
    ]
    return re.sub(r"\W|vars", "", found)


@pytest.mark.parametrize("where", scripts())
def test_every_script_is_one_that_bash_reads(where: str) -> None:
    """A text, without an expression of GitHub's in it: a value would be code."""
    script = scripts()[where]
    assert isinstance(script, str)
    assert "${{" not in script
    subprocess.run(["bash", "-n", "-c", script], check=True, timeout=10)  # noqa: S607  # as runners do: what is on PATH


@pytest.mark.parametrize("file", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_every_file_is_one_that_bash_reads(file: Any) -> None:
    """And that can be started."""
    subprocess.run(["bash", "-n", str(file)], check=True, timeout=10)  # noqa: S607  # the same
    assert file.stat().st_mode & 0o111


def test_a_job_may_do_what_it_needs() -> None:
    """Nothing by default; a token for the role; a comment only from the preview."""
    assert GITHUB["permissions"] == {}
    reads = {"contents": "read", "id-token": "write"}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "preview": {**reads, "pull-requests": "write"},
        "up": reads,
        "drift": reads,
        "verify": reads,
    }


def test_a_role_for_each_purpose() -> None:
    """Only the approved job takes the one that changes anything."""
    assert {name: role(name) for name in JOBS} == {
        "preview": "MESHTRAIL_PREVIEW_ROLE",
        "up": "MESHTRAIL_DEPLOY_ROLE",
        "drift": "MESHTRAIL_PREVIEW_ROLE",
        "verify": "MESHTRAIL_VERIFY_ROLE",
    }
    takes = {
        name: job["variables"]["AWS_ROLE_ARN"] for name, job in GITLAB.items() if not name.startswith(".")
    }
    assert takes == {f"meshtrail-{name}": f"${role(name)}" for name in JOBS}


def test_credentials_are_taken_when_they_are_needed() -> None:
    """After what others wrote has been installed, and before the step that asks AWS."""
    for name in ("preview", "up", "drift"):
        steps = JOBS[name]["steps"]
        takes = [
            number for number, step in enumerate(steps) if "configure-aws-credentials" in step.get("uses", "")
        ]
        installs = [number for number, step in enumerate(steps) if " install" in step.get("run", "")]
        asks = [number for number, step in enumerate(steps) if "deploy.sh" in step.get("run", "")]
        assert installs < takes < asks, name


def test_no_job_is_given_a_secret() -> None:
    """The roles need none, and the template's backend neither; checkouts leave no token behind."""
    assert "secrets." not in (ROOT / "ci" / "github" / "deploy.yml").read_text(encoding="utf-8")
    checkouts = [step for job in JOBS.values() for step in job["steps"] if "checkout" in step.get("uses", "")]
    assert len(checkouts) == len(JOBS)
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_one_deployment_at_a_time_and_approved() -> None:
    """From the main branch only; one that has begun is not cut off."""
    up = JOBS["up"]
    assert up["if"].startswith("github.ref == 'refs/heads/main' && ")
    assert up["environment"]
    assert up["concurrency"] == {"group": "meshtrail-up", "cancel-in-progress": False}
    assert "concurrency" not in GITHUB
    gitlab = GITLAB["meshtrail-up"]
    assert gitlab["rules"][0]["when"] == "manual"
    assert gitlab["environment"]
    assert gitlab["resource_group"]
    assert gitlab["interruptible"] is False


def test_pull_requests_of_forks_are_not_previewed() -> None:
    """A preview runs what the request holds, with a role."""
    assert "head.repo.full_name == github.repository" in JOBS["preview"]["if"]
    assert set(ON) == {"pull_request", "push", "schedule", "workflow_dispatch"}


def test_pulumi_is_the_version_that_the_tests_run() -> None:
    """Everywhere, and exactly: the locked one."""
    module = (ROOT / "requirements" / "go" / "pulumi" / "go.mod").read_text(encoding="utf-8")
    locked = re.search(r"^require github.com/pulumi/pulumi/pkg/v3 v(\S+)$", module, re.MULTILINE)
    assert locked
    installed = [
        step["with"]["pulumi-version"]
        for job in JOBS.values()
        for step in job["steps"]
        if step.get("uses", "").startswith("pulumi/actions@")
    ]
    assert installed == [locked[1]] * 3
    assert GITLAB[".meshtrail-pulumi"]["image"].endswith(f":{locked[1]}")


def test_actions_of_others_have_a_version() -> None:
    """A major version or a commit, never a branch; ours is where the submodule has it."""
    used = {step["uses"] for job in JOBS.values() for step in job["steps"] if "uses" in step}
    ours = {name for name in used if name.startswith("./")}
    assert ours == {"./meshtrail/ci/github"}
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@(v\d+|[0-9a-f]{40})", name) for name in used - ours), used
    (verify,) = [step for step in JOBS["verify"]["steps"] if step.get("uses") in ours]
    assert verify["with"].keys() <= ACTION["inputs"].keys()


def test_nothing_is_destroyed_or_shown() -> None:
    """No template and no script destroys, ignores protection, shows secrets or traces its commands."""
    texts = [path.read_text(encoding="utf-8") for path in (*SCRIPTS, *TEMPLATES)]
    for word in ("destroy", "--ignore-protect", "unprotect", "--show-secrets", "set -x", "--target"):
        assert not any(word in text for text in texts), word


def test_what_is_kept_is_what_the_scripts_write() -> None:
    """The folder's name is written out where a variable cannot stand."""
    folder = GITHUB["env"]["MESHTRAIL_OUT"]
    kept = [
        step["with"]["path"]
        for job in JOBS.values()
        for step in job["steps"]
        if "path" in step.get("with", {})
    ]
    assert kept == [f"{folder}/manifest.json"] * 2
    assert f"hashFiles('{folder}/plan.md')" in str(JOBS["preview"]["steps"])
    assert GITLAB[".meshtrail-pulumi"]["variables"]["MESHTRAIL_OUT"] == folder
    assert GITLAB["meshtrail-preview"]["artifacts"]["paths"] == [f"{folder}/plan.md"]
    assert GITLAB["meshtrail-verify"]["variables"]["MESHTRAIL_MANIFEST"] == f"{folder}/manifest.json"


def test_both_templates_say_the_same() -> None:
    """The same settings, and the same claims right after a deployment."""
    shared = GITHUB["env"].items() - GITLAB[".meshtrail-pulumi"]["variables"].items()
    assert not shared
    (verify,) = [step for step in JOBS["verify"]["steps"] if step.get("uses", "").startswith("./")]
    (rule,) = [rule for rule in GITLAB["meshtrail-verify"]["rules"] if "variables" in rule]
    assert f"'{rule['variables']['MESHTRAIL_SELECT']}'" in verify["with"]["select"]
    assert f"'{rule['variables']['MESHTRAIL_SKIP']}'" in verify["with"]["skip"]


def test_gitlabs_job_that_verifies_is_the_one_to_extend() -> None:
    """Its script is that job's, after the token."""
    assert GITLAB["meshtrail-verify"]["extends"] in GITLAB_VERIFY
    assert GITLAB["meshtrail-verify"]["script"][-1:] == GITLAB_VERIFY[".meshtrail-verify"]["script"]
