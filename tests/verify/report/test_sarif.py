from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import ValidationError

from tests.verify.report import sample, sarif_rules
from verify.catalogue import STATEMENTS
from verify.report import Severity, render, visible
from verify.report.sarif import MAX_RESULTS, RUNTIME
from verify.verdict import Verdict

if TYPE_CHECKING:
    from verify.report import Claim, Report


def _run(*claims: Claim) -> dict[str, Any]:
    return sarif_rules.read(render(sample.report(claims), "sarif"))


def _claim(verdict: Verdict = Verdict.FAIL, severity: Severity = Severity.HIGH, **more: Any) -> Claim:
    return sample.claim(
        "bucket.versioning", "t", verdict, "s", severity=severity, remedy="r", reason="w", **more
    )


@pytest.mark.parametrize(
    "made",
    [sample.passing(), sample.failing(), sample.waived(), sample.hostile(), sample.report(())],
    ids=["passing", "failing", "waived", "hostile", "empty"],
)
def test_it_keeps_to_the_standard(made: Report) -> None:
    """Members, types and what is required are those of SARIF 2.1.0, and GitHub's limits hold."""
    sarif_rules.read(render(made, "sarif"))


def test_the_rules_refuse_what_the_standard_does_not_know() -> None:
    """The oracle can fail: a member it does not know, and a level on what did not fail, are refused."""
    document = json.loads(render(sample.waived(), "sarif"))
    document["runs"][0]["results"][0]["kinds"] = "fail"
    with pytest.raises(ValidationError, match="kinds"):
        sarif_rules.read(json.dumps(document))
    document = json.loads(render(sample.waived(), "sarif"))
    document["runs"][0]["results"][0]["level"] = "none"
    with pytest.raises(AssertionError):
        sarif_rules.read(json.dumps(document))


def test_a_failed_claim_is_a_result_at_the_stack_file() -> None:
    """Code scanning gets a file and a line, people the ARN, the summary and what to do."""
    bucket = "arn:aws:s3:::mesh-audit-123456789012"
    (result,) = _run(_claim(subject=bucket))["results"]
    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "Pulumi.yaml"
    assert place["logicalLocations"][0]["fullyQualifiedName"] == bucket
    assert (result["kind"], result["level"]) == ("fail", "error")
    assert result["message"]["text"] == "s What to do: r"


@pytest.mark.parametrize(
    ("severity", "level", "band"),
    [
        (Severity.CRITICAL, "error", (9.0, 10.0)),
        (Severity.HIGH, "error", (7.0, 8.9)),
        (Severity.MEDIUM, "warning", (4.0, 6.9)),
        (Severity.LOW, "note", (0.1, 3.9)),
        (Severity.INFORMATIONAL, "note", (0.1, 3.9)),
    ],
)
def test_severity_is_shown_by_github_under_its_own_name(
    severity: Severity, level: str, band: tuple[float, float]
) -> None:
    """The number lies in the band that GitHub documents for the severity of that name."""
    run = _run(_claim(severity=severity))
    score = float(run["tool"]["driver"]["rules"][0]["properties"]["security-severity"])
    assert band[0] <= score <= band[1]
    assert run["results"][0]["level"] == level


def test_what_could_not_be_verified_is_open() -> None:
    """It is a result, so that nobody takes it for a pass, and says why; it has no level, as the standard wants."""
    (result,) = _run(_claim(Verdict.UNVERIFIABLE))["results"]
    assert (result["kind"], result["level"]) == ("open", "none")
    assert result["message"]["text"].startswith("Could not be verified: w")


def test_what_holds_or_does_not_apply_is_counted_and_is_no_alert() -> None:
    """GitHub shows every result as an alert, whatever its kind; so these are rules and a number only."""
    run = _run(_claim(Verdict.PASS), _claim(Verdict.NOT_APPLICABLE, region="us-east-1"))
    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["bucket.versioning"]
    told = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert told == "Claims about the configuration that hold: 1; that do not apply: 1."


def test_claims_about_the_record_are_counted_and_point_to_the_report() -> None:
    """A lost event is wrong in no file; that there are such failures is an error of the run's own."""
    run = sarif_rules.read(render(sample.failing(), "sarif"))
    told = run["invocations"][0]["toolExecutionNotifications"][1]
    assert run["results"] == []
    assert told["level"] == "error"
    assert (
        "about the record itself are in report.json only: 2 failed, 1 could not be" in told["message"]["text"]
    )


def test_what_is_left_to_the_report_is_in_the_catalogue() -> None:
    """The kinds of claims that SARIF leaves out are still called so; all others are results."""
    assert {statement.id.partition(".")[0] for statement in STATEMENTS} >= RUNTIME


def test_a_waived_claim_is_suppressed_with_its_justification() -> None:
    """It stays a result; who accepted it, why and until when is beside it."""
    (result, doubt) = sarif_rules.read(render(sample.waived(), "sarif"))["results"]
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "(accepted by platform-security@example.com until 2026-12-01)" in suppression["justification"]
    assert doubt["suppressions"] == result["suppressions"]


def test_fingerprints_are_those_of_the_place_not_of_what_was_found() -> None:
    """An alert stays the same one while its text changes, and two buckets' alerts on one line stay two."""
    first, second = _run(_claim(subject="a"), _claim(subject="b"))["results"]
    told = _claim(subject="a").model_copy(update={"summary": "other words"})
    (again,) = _run(told)["results"]
    assert again["partialFingerprints"] == first["partialFingerprints"] != second["partialFingerprints"]


def test_thousands_of_results_are_bounded_by_severity_and_counted() -> None:
    """The severest are kept, and the run says how many are left out."""
    severities = tuple(Severity)
    claims = [
        sample.claim(f"bucket.c{n:05d}", "t", Verdict.FAIL, "s" * 40, severity=severities[n % 5], remedy="r")
        for n in range(MAX_RESULTS + 500)
    ]
    run = _run(*claims)
    left_out = run["invocations"][0]["properties"]["leftOut"]
    assert left_out + len(run["results"]) == len(claims)
    assert left_out >= 500
    assert "critical" not in {
        result["properties"]["severity"] for result in run["results"][len(claims) // 5 :]
    }


def test_a_file_keeps_below_ten_megabytes() -> None:
    """Long texts do not make a file that GitHub refuses: results that do not fit are left out and counted."""
    long = "€" * 1_000
    claims = [
        sample.claim(f"bucket.c{n % 20}", "t", Verdict.FAIL, long, subject=f"{n}{long}", remedy=long)
        for n in range(1_000)
    ]
    run = _run(*claims)
    assert 100 < len(run["results"]) < 1_000
    assert run["invocations"][0]["properties"]["leftOut"] == 1_000 - len(run["results"])


def test_hostile_text_is_text() -> None:
    """Only ASCII comes out; decoded, nothing is invisible, and there is neither a link nor a log command."""
    text = render(sample.hostile(), "sarif")
    assert text.isascii()
    assert "##" not in text
    run = sarif_rules.read(text)
    shown = json.dumps(run, ensure_ascii=False)
    assert visible(shown) == shown
    messages = " ".join(result["message"]["text"] for result in run["results"])
    assert r"\[bold red\]markup\[/bold red\]" in messages
    assert not re.search(r"(?<!\\)\[[^\]]*\]\(", messages)
    assert all(visible(one).replace("[", r"\[").replace("]", r"\]") in messages for one in sample.HOSTILE)


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_any_text_gives_a_file_that_keeps_to_the_standard(text: str) -> None:
    """Whatever a field holds, half characters and controls too."""
    claim = sample.claim(
        f"bucket.{text}", text or "-", Verdict.FAIL, text, subject=text, evidence=((text, text),), remedy="r"
    )
    sarif_rules.read(render(sample.report((claim,)), "sarif"))
