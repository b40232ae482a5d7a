"""The templates' scripts, run as a CI service runs them: Pulumi's own command line on a stack of the sandbox.

They share one stack, and leave it as they found it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.clients import ACCOUNT, SandboxClient
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from tests.ci.templates import SECRET, Repository
from tests.pulumi.engine import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ci.templates import Done

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        bool(MISSING),
        reason=f"Pulumi is not installed: no {', '.join(MISSING)} on PATH; `make pulumi` builds it where Go is",
    ),
]

REPLACED = {"audit-lake-store", "audit-recording-log-group", "audit-recording-trail", "audit-storage-bucket"}
"""What holds audit data and is replaced when the stack is renamed; the key is only an alias further."""


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """The module's sandbox."""
    with Sandbox(SandboxSettings(seed=7)) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def repository(running: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A user's repository, with a stack that is not provisioned yet."""
    return Repository(tmp_path_factory.mktemp("repository"), running.endpoint)


@pytest.fixture(scope="module")
def deployed(repository: Repository) -> Done:
    """The first deployment."""
    return repository.step("up", "Up")


def client(sandbox: Sandbox, service: str) -> Any:
    """A client of the stack's account."""
    return SandboxClient(sandbox.endpoint).root(ACCOUNT).client(service, "us-east-1")


def test_a_deployment_makes_the_stack_and_leaves_its_manifest(
    deployed: Done, repository: Repository, running: Sandbox
) -> None:
    """What was planned is on the summary, what exists is in AWS, and the manifest is the stack's output."""
    assert deployed.exit_code == 0, deployed.output
    assert "### Plan of `prod`: 22 to create" in deployed.summary
    (trail,) = client(running, "cloudtrail").describe_trails()["trailList"]
    manifest = json.loads((repository.out / "manifest.json").read_text(encoding="utf-8"))
    assert [promised["arn"] for promised in manifest["trails"]] == [trail["TrailARN"]]


@pytest.mark.usefixtures("deployed")
def test_the_deployment_is_verified(repository: Repository) -> None:
    """The action, with what the workflow hands it after `up`: every claim that can be decided at once holds."""
    done = repository.verify(
        manifest="meshtrail-deploy/manifest.json",
        select="account.* bucket.* event-data-store.* inventory.* key.* trail.*",
        skip="trail.delivering trail.fresh",
    )
    assert done.exit_code == 0, done.output
    report = json.loads(
        (repository.folder / "temp" / "meshtrail-report" / "report.json").read_text(encoding="utf-8")
    )
    assert report["verdict"] == "PASS"
    assert {"trail.logging", "bucket.not-public", "event-data-store.ingesting", "key.usable"} <= {
        claim["id"] for claim in report["claims"] if claim["verdict"] == "PASS"
    }


@pytest.mark.usefixtures("deployed")
def test_a_preview_without_a_change_passes_and_writes_nothing(repository: Repository) -> None:
    """The plan is on the summary and in a file for the comment; to read the stack's state is enough."""
    before = repository.states
    done = repository.step("preview", "Preview")
    assert done.exit_code == 0, done.output
    assert done.summary == "<!-- meshtrail: plan of prod -->\n### Plan of `prod`: no change\n"
    assert (repository.out / "plan.md").read_text(encoding="utf-8") == done.summary
    assert repository.states == before


@pytest.mark.usefixtures("deployed")
def test_gitlabs_job_previews_the_same(repository: Repository) -> None:
    """With the token in a file that nobody else reads, and whose content is not shown."""
    done = repository.gitlab("meshtrail-preview")
    assert done.exit_code == 0, done.output
    assert "### Plan of `prod`: no change" in done.output
    assert "a-token" not in done.output


@pytest.mark.usefixtures("deployed")
def test_a_change_in_place_is_shown_and_so_is_a_lost_protection(repository: Repository) -> None:
    """Neither is refused: the setting with both values, and what Pulumi could delete from then on."""
    store = {"mode": "create", "retentionDays": 400}
    lock = {"mode": "GOVERNANCE", "days": 1}
    changes = {"eventDataStore": store, "bucket": {"create": {"protect": False, "objectLock": lock}}}
    with repository.settings(**{f"meshtrail:{key}": value for key, value in changes.items()}):
        done = repository.step("preview", "Preview")
    assert done.exit_code == 0, done.output
    assert "- audit-storage-bucket (aws:s3/bucket:Bucket) loses its protection." in done.summary
    assert "  update aws:cloudtrail/eventDataStore:EventDataStore audit-lake-store" in done.summary
    assert "      retentionPeriod: 366 => 400" in done.summary


@pytest.mark.usefixtures("deployed")
def test_drift_is_found_and_not_mended(repository: Repository, running: Sandbox) -> None:
    """Exit 1 with what differs, and the manifest all the same; state and AWS stay; without drift it passes."""
    before = repository.states
    cloudtrail = client(running, "cloudtrail")
    cloudtrail.stop_logging(Name="meshtrail")
    drifted = repository.step("drift", "Drift")
    assert drifted.exit_code == 1
    assert "enableLogging: true => false" in drifted.summary
    assert "docs/drift.md says what" in drifted.output
    assert (repository.out / "manifest.json").is_file()
    assert repository.states == before
    assert not cloudtrail.get_trail_status(Name="meshtrail")["IsLogging"]

    cloudtrail.start_logging(Name="meshtrail")
    mended = repository.step("drift", "Drift")
    assert (mended.exit_code, mended.summary) == (0, ""), mended.output


@pytest.mark.usefixtures("deployed")
def test_settings_that_are_wrong_or_not_there_plan_nothing(repository: Repository) -> None:
    """Pulumi takes a file that is not there for an empty one: it has an exit code of its own. A bad one is told."""
    gone = repository.step("preview", "Preview", MESHTRAIL_CONFIG="Pulumi.other.yaml")
    assert gone.exit_code == 3
    assert "there is no Pulumi.other.yaml" in gone.output

    with repository.settings(**{"meshtrail:eventDataStore": {"mode": "create", "retentionDays": 6}}):
        bad = repository.step("preview", "Preview")
    assert bad.exit_code == 1
    assert "meshtrail:eventDataStore.retentionDays" in bad.summary
    assert "Traceback" not in bad.output


@pytest.mark.usefixtures("deployed")
def test_a_plan_that_loses_audit_data_is_refused(repository: Repository, running: Sandbox) -> None:
    """Another name is another of everything. Pulumi refuses what is protected; what is not, the check.

    On the main branch as well: nothing is asked of AWS.
    """
    told = client(running, "cloudtrail").describe_trails()["trailList"]
    with repository.settings(**{"meshtrail:name": "renamed"}):
        protected = repository.step("preview", "Preview")
        freed = repository.bash("pulumi --cwd meshtrail state unprotect --all --yes --stack prod")
        assert freed.exit_code == 0, freed.output
        refused = repository.step("up", "Up")
        assert not (repository.out / "manifest.json").exists()
        named = " ".join(REPLACED - {"audit-storage-bucket"})
        still = repository.step("preview", "Preview", MESHTRAIL_MAY_LOSE=named)
    assert client(running, "cloudtrail").describe_trails()["trailList"] == told

    assert protected.exit_code == 1
    assert "as it is currently marked for protection" in protected.summary
    assert refused.exit_code == 1
    assert "marked for protection" not in refused.output
    lines = [line for line in refused.output.splitlines() if line.startswith("refused: ")]
    assert {line.split()[5] for line in lines} == REPLACED
    assert still.exit_code == 1
    (line,) = [line for line in still.output.splitlines() if line.startswith("refused: ")]
    assert "would replace audit-storage-bucket (aws:s3/bucket:Bucket), because of bucket: lost is" in line


GH = """#!/bin/sh
# Stands in for GitHub's: writes down what it was asked, and says which comment there is.
printf '%s\\n' "$*" >> "$GH_LOG"
case "$*" in *--paginate*) cat "$GH_COMMENTS" ;; esac
"""


@pytest.mark.usefixtures("deployed")
def test_the_plan_is_in_one_comment(repository: Repository) -> None:
    """Posted the first time, and replaced from then on; which comment it is, the plan's first line says."""
    stand_in, log, comments = (repository.folder / name for name in ("bin/gh", "gh.log", "comments"))
    stand_in.parent.mkdir(exist_ok=True)
    stand_in.write_text(GH, encoding="utf-8")
    stand_in.chmod(0o755)
    (repository.out / "plan.md").write_text("<!-- meshtrail: plan of prod -->\n", encoding="utf-8")
    asked: list[str] = []
    for found in ("", "41\n42\n"):
        log.write_text("", encoding="utf-8")
        comments.write_text(found, encoding="utf-8")
        done = repository.step("preview", "Comment", GH_LOG=str(log), GH_COMMENTS=str(comments))
        assert done.exit_code == 0, done.output
        look, write = log.read_text(encoding="utf-8").splitlines()
        assert "repos/example/audit/issues/17/comments" in look
        assert 'github-actions[bot]" and (.body | startswith(env.MARKER))' in look
        asked.append(write)
    body = "--field body=@meshtrail-deploy/plan.md"
    assert asked == [
        f"api --silent --method POST repos/example/audit/issues/17/comments {body}",
        f"api --silent --method PATCH repos/example/audit/issues/comments/41 {body}",
    ]


@pytest.mark.usefixtures("deployed")
def test_no_credential_was_shown(repository: Repository) -> None:
    """By no step so far, and in no file that a job keeps."""
    kept = [path.read_text(encoding="utf-8") for path in repository.out.iterdir()]
    assert kept
    assert any("Updating (prod)" in text for text in repository.shown)
    texts = "\n".join([*repository.shown, *kept])
    assert SECRET not in texts
    assert "AKIAIOSFODNN7EXAMPLE" not in texts
