"""The check of a plan: what holds audit data is neither deleted nor replaced without being named."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox.provider.registry import AWS

SCRIPT = Path(__file__).parents[2] / "ci" / "check_plan.py"
AUDIT_DATA = {
    "aws:cloudcontrol/resource:Resource",
    "aws:cloudtrail/eventDataStore:EventDataStore",
    "aws:cloudtrail/trail:Trail",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:kms/key:Key",
    "aws:s3/bucket:Bucket",
}
LOSING = (
    "delete",
    "replace",
    "create-replacement",
    "delete-replaced",
    "discard",
    "an-operation-of-next-year",
)
KEEPING = ("same", "create", "update", "read", "refresh", "import")


def step(
    op: str, kind: str, name: str, parent: str = "meshtrail:index:MeshAudit", **rest: Any
) -> dict[str, Any]:
    """One step of a plan, as `pulumi preview --json` writes it."""
    return {"op": op, "urn": f"urn:pulumi:prod::meshtrail::{parent}${kind}::{name}", **rest}


def check(
    tmp_path: Path, plan: object, *options: str, stack: str = "prod"
) -> subprocess.CompletedProcess[str]:
    """Check a plan, given as a document or as a text."""
    file = tmp_path / "plan.json"
    file.write_text(plan if isinstance(plan, str) else json.dumps(plan), encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(file), "--stack", stack, *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def plan_of(*steps: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """A plan of some steps."""
    return {"steps": list(steps), "changeSummary": {}, **rest}


def test_the_types_are_ones_that_the_program_can_make() -> None:
    """A misspelt type would let everything pass."""
    assert AWS.types.keys() >= AUDIT_DATA


@pytest.mark.parametrize("kind", sorted(AUDIT_DATA))
def test_whatever_may_lose_audit_data_is_refused(kind: str, tmp_path: Path) -> None:
    """Exit 1, with what, what goes with it, why, and the way out; an operation nobody knows is no exception."""
    steps = [step(op, kind, f"of-{op}", replaceReasons=["name"]) for op in LOSING]
    done = check(tmp_path, plan_of(*steps))
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if line.startswith("refused: ")]
    assert len(said) == len(LOSING)
    for op, line in zip(LOSING, said, strict=True):
        assert f"would {op} of-{op} ({kind}), because of name: lost is " in line
        assert "MESHTRAIL_MAY_LOSE" in line
        assert line.removeprefix("refused: ") in done.stdout


@pytest.mark.parametrize("kind", sorted(AUDIT_DATA))
def test_what_keeps_it_is_not_refused(kind: str, tmp_path: Path) -> None:
    """To make, change in place or leave alone is what a plan is for."""
    done = check(tmp_path, plan_of(*(step(op, kind, f"of-{op}") for op in KEEPING)))
    assert (done.returncode, done.stderr) == (0, "")


def test_what_holds_no_audit_data_may_go(tmp_path: Path) -> None:
    """An alias, a policy, and the bucket of Athena's results, which are copies."""
    athena = "meshtrail:index:MeshAudit$meshtrail:index:AthenaCatalog"
    plan = plan_of(
        step("delete", "aws:kms/alias:Alias", "alias"),
        step("replace", "aws:s3/bucketPolicy:BucketPolicy", "policy"),
        step("delete", "aws:s3/bucket:Bucket", "results", parent=athena),
    )
    done = check(tmp_path, plan)
    assert (done.returncode, done.stderr) == (0, "")
    assert "- delete aws:s3/bucket:Bucket results" in done.stdout


def test_a_name_is_not_taken_for_a_component(tmp_path: Path) -> None:
    """Only where a resource lies says that it holds copies, not what it is called."""
    done = check(tmp_path, plan_of(step("delete", "aws:s3/bucket:Bucket", "meshtrail:index:AthenaCatalog$x")))
    assert done.returncode == 1


def test_only_what_is_named_may_go(tmp_path: Path) -> None:
    """A name allows that resource, and what is allowed is said; one that stays should not be named any more."""
    store = step("delete", "aws:cloudtrail/eventDataStore:EventDataStore", "lake-store")
    trail = step("delete", "aws:cloudtrail/trail:Trail", "trail")
    both = check(tmp_path, plan_of(store, trail), "--may-lose", "lake-store")
    assert both.returncode == 1
    assert "would delete trail" in both.stderr
    assert "lake-store" not in both.stderr

    one = check(tmp_path, plan_of(store), "--may-lose", "lake-store bucket")
    assert (one.returncode, one.stderr) == (0, "")
    assert "lake-store may go, says MESHTRAIL_MAY_LOSE" in one.stdout
    assert "MESHTRAIL_MAY_LOSE names bucket, which stays" in one.stdout


def test_a_protection_that_is_taken_off_is_told(tmp_path: Path) -> None:
    """It loses nothing yet; whoever reviews should see it."""
    bare = step("update", "aws:kms/key:Key", "key", oldState={"protect": True}, newState={})
    kept = step(
        "same", "aws:s3/bucket:Bucket", "bucket", oldState={"protect": True}, newState={"protect": True}
    )
    done = check(tmp_path, plan_of(bare, kept))
    assert (done.returncode, done.stderr) == (0, "")
    assert "key (aws:kms/key:Key) loses its protection" in done.stdout
    assert "bucket" not in done.stdout


def test_a_plan_that_pulumi_could_not_make_is_refused(tmp_path: Path) -> None:
    """With Pulumi's reason; nothing that is quoted ends the block it stands in."""
    error = {"severity": "error", "message": "error: it says\n```\n@everyone look\n"}
    warning = {"severity": "warning", "message": "deprecated"}
    done = check(tmp_path, plan_of(diagnostics=[warning, error]))
    assert done.returncode == 1
    assert "Pulumi could not make it" in done.stdout
    assert "deprecated" not in done.stderr
    block = done.stdout.split("```")[1]
    assert "it says" in block
    assert "@everyone look" in block


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"steps": []}', '{"steps": [{}], "changeSummary": {}}']
)
def test_what_is_no_plan_is_no_clean_plan(text: str, tmp_path: Path) -> None:
    """Cut off, empty or something else: exit 1, and no traceback."""
    done = check(tmp_path, text)
    assert done.returncode == 1
    assert "no plan of `pulumi preview --json`" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plan_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Pulumi may have died before it wrote one."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path / "none.json"), "--stack", "prod"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "none.json" in done.stderr


def test_wrong_usage_has_an_exit_code_of_its_own() -> None:
    """As with every command here: 3."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 3


def test_a_change_is_shown_with_both_values(tmp_path: Path) -> None:
    """By its path, into lists and objects; a long one from where it differs; an unknown one as such."""
    long = "x" * 500
    old = {"rules": [{"days": 1}], "tags": {"a.b": "c"}, "policy": f"{long}before", "arn": "arn:1"}
    new = {"rules": [{"days": 2}], "policy": f"{long}after", "arn": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}
    changed = {path: {"kind": "update"} for path in ("rules[0].days", 'tags["a.b"]', "policy", "arn")}
    plan = plan_of(
        step(
            "update",
            "aws:sns/topic:Topic",
            "topic",
            oldState={"inputs": old},
            newState={"inputs": new},
            detailedDiff=changed,
        ),
        changeSummary={"update": 1, "same": 2},
    )
    shown = check(tmp_path, plan).stdout
    assert "### Plan of `prod`: 1 to update\n" in shown
    assert "rules[0].days: 1 => 2\n" in shown
    assert 'tags["a.b"]: "c" => (none)\n' in shown
    assert 'arn: "arn:1" => (known after up)\n' in shown
    assert f'policy: ...{"x" * 20}before" => ...{"x" * 20}after"\n' in shown


def test_a_providers_settings_are_not_shown(tmp_path: Path) -> None:
    """They may be credentials."""
    plan = {
        "steps": [
            {
                "op": "update",
                "urn": "urn:pulumi:prod::meshtrail::pulumi:providers:aws::default",
                "oldState": {"inputs": {"secretKey": "told-to-nobody"}},
                "newState": {"inputs": {"secretKey": "nor-this"}},
                "diffReasons": ["secretKey"],
            }
        ],
        "changeSummary": {"update": 1},
    }
    shown = check(tmp_path, plan).stdout
    assert "update pulumi:providers:aws default" in shown
    assert "told-to-nobody" not in shown
    assert "nor-this" not in shown


def test_a_plan_of_any_size_fits_in_a_comment(tmp_path: Path) -> None:
    """GitHub takes 65,536 characters."""
    plan = plan_of(*(step("create", "aws:sns/topic:Topic", f"topic-{number:050}") for number in range(2000)))
    shown = check(tmp_path, plan).stdout
    assert len(shown) < 65_536
    assert "lines more" in shown
    assert shown.endswith("```\n")
