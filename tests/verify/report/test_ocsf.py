from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.report import sample
from verify.report import Report, Severity, render, visible
from verify.report.ocsf import CloudComplianceFinding
from verify.verdict import Verdict


def _read(made: Report) -> list[dict[str, Any]]:
    """The findings, each checked against the numbers and names that OCSF 1.5 publishes for this class."""
    findings = json.loads(render(made, "ocsf"))
    for one in findings:
        assert (one["class_uid"], one["category_uid"]) == (2003, 2)
        assert one["class_uid"] // 1000 == one["category_uid"]
        assert one["type_uid"] == one["class_uid"] * 100 + one["activity_id"]
        assert one["metadata"]["version"] == "1.5.0"
        assert one["metadata"]["product"]["vendor_name"]
        assert one["metadata"]["profiles"] == ["cloud"]
        assert (one["cloud"]["provider"], one["cloud"]["account"]["type_id"]) == ("AWS", 10)
        assert (
            one["severity"]
            == {1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical"}[one["severity_id"]]
        )
        assert one["compliance"]["standards"]
        assert one["compliance"]["control"]
        assert UUID(one["finding_info"]["uid"]).version == 5
        assert UUID(one["metadata"]["uid"]).version == 5
        assert one["start_time"] <= one["end_time"] <= one["time"] == one["finding_info"]["created_time"]
    assert len({one["finding_info"]["uid"] for one in findings}) == len(findings)
    return findings


def _of(*claims: Any) -> list[dict[str, Any]]:
    return _read(sample.report(claims))


@pytest.mark.parametrize(
    "made",
    [sample.passing(), sample.failing(), sample.waived(), sample.hostile(), sample.report(())],
    ids=["passing", "failing", "waived", "hostile", "empty"],
)
def test_each_claim_is_a_compliance_finding(made: Report) -> None:
    """As many findings as claims, each read back unchanged by the library's models."""
    findings = _read(made)
    assert len(findings) == len(made.claims)
    for one in findings:
        again = CloudComplianceFinding.model_validate(one)
        assert again.model_dump(mode="json", exclude_none=True) == one


@pytest.mark.parametrize(
    ("verdict", "outcome", "severity", "status"),
    [
        (Verdict.PASS, 1, "Informational", None),
        (Verdict.FAIL, 3, "High", "New"),
        (Verdict.UNVERIFIABLE, 2, "High", "New"),
        (Verdict.NOT_APPLICABLE, 99, "Informational", None),
    ],
)
def test_each_verdict_has_its_outcome(
    verdict: Verdict, outcome: int, severity: str, status: str | None
) -> None:
    """Pass, Fail, Warning for what gave no result for want of information, Other for what does not apply."""
    (found,) = _of(sample.claim("a.b", "t", verdict, "s", severity=Severity.HIGH, remedy="r", reason="w"))
    assert found["compliance"]["status_id"] == outcome
    assert found["compliance"]["checks"][0]["severity"] == "High"
    assert (found["severity"], found.get("status")) == (severity, status)
    assert (found["status_code"], found["unmapped"]["verdict"]) == (verdict, verdict)


def test_a_finding_keeps_its_identity_and_an_event_does_not() -> None:
    """A later run about the same thing updates the finding in a SIEM, and is another event."""
    made = sample.failing()
    later = made.model_copy(update={"generated_at": made.generated_at.replace(day=20)})
    first, second = _read(made), _read(later)
    assert [one["finding_info"]["uid"] for one in first] == [one["finding_info"]["uid"] for one in second]
    assert {one["metadata"]["uid"] for one in first}.isdisjoint(one["metadata"]["uid"] for one in second)


def test_a_failure_names_standards_resource_evidence_and_remedy() -> None:
    """What a claim maps to, what it is about, the facts and what to do have OCSF's own places."""
    found = next(one for one in _read(sample.failing()) if one["metadata"]["event_code"] == "integrity.chain")
    assert found["compliance"]["standards"] == ["CIS AWS Foundations 5.0", "NIST SP 800-53 Rev. 5"]
    assert found["compliance"]["requirements"] == [
        "CIS AWS Foundations 5.0 3.2",
        "NIST SP 800-53 Rev. 5 AU-9",
    ]
    assert found["resources"][0]["uid"] == "arn:aws:cloudtrail:us-east-1:123456789012:trail/mesh-audit"
    assert (found["cloud"]["region"], found["cloud"]["account"]["uid"]) == ("us-east-1", sample.ACCOUNT)
    assert found["evidences"][0]["name"] == "Missing digest"
    assert found["evidences"][0]["data"]["value"].startswith("s3://mesh-audit-123456789012/")
    assert found["remediation"]["desc"].startswith("Restore the object's previous version")


def test_a_waived_claim_is_suppressed_and_still_failed() -> None:
    """The outcome stays Fail; the status says that somebody accepted it, and who, why and until when."""
    found = next(
        one for one in _read(sample.waived()) if one["metadata"]["event_code"] == "bucket.object-lock"
    )
    assert (found["compliance"]["status_id"], found["status"], found["status_id"]) == (3, "Suppressed", 3)
    assert found["status_detail"].startswith("Accepted by platform-security@example.com until 2026-12-01: ")
    assert found["unmapped"]["waiver"]["expires"] == "2026-12-01T00:00:00Z"


def test_a_claim_about_nothing_in_particular_is_about_the_account() -> None:
    """OCSF wants a resource; it is written as Security Hub writes an account."""
    (found,) = _of(sample.claim("a.b", "t", Verdict.PASS, "s"))
    assert found["resources"][0]["uid"] == "AWS::::Account:123456789012"


def test_hostile_text_is_text() -> None:
    """Only ASCII comes out; decoded, nothing is invisible, every text is there, and no log command is."""
    text = render(sample.hostile(), "ocsf")
    assert text.isascii()
    assert "##" not in text
    findings = _read(sample.hostile())
    shown = json.dumps(findings, ensure_ascii=False)
    assert visible(shown) == shown
    assert {one["message"] for one in findings} == {visible(f"summary {text}") for text in sample.HOSTILE}


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_any_text_gives_a_finding(text: str) -> None:
    """Whatever a field holds, half characters and controls too."""
    claim = sample.claim(
        text or "x", text, Verdict.FAIL, text, subject=text, evidence=((text, text),), remedy="r"
    )
    assert _of(claim)[0]["message"] == visible(claim.summary)
