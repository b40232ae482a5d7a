from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trestle.oscal.assessment_results import Model

from tests.verify.report import sample
from verify.catalogue import STATEMENTS
from verify.report import Requirement, render, visible
from verify.report.oscal.document import OscalMissing
from verify.report.oscal.pieces import NIST, controls
from verify.verdict import Verdict

if TYPE_CHECKING:
    from verify.report import Claim, Report

NC_NAME = re.compile(r"[A-Za-z_][\w.-]*")
SINGLE_LINE = re.compile(r"\S(.*\S)?")


def _read(made: Report) -> dict[str, Any]:
    """The assessment results, read by trestle's model and held to what the model does not check."""
    text = render(made, "oscal")
    again = Model.model_validate_json(text).model_dump(mode="json", by_alias=True, exclude_none=True)
    document = json.loads(text)
    assert _keys(again) == _keys(document)
    results = document["assessment-results"]
    for name, value in _members(results):
        if name == "props":
            assert all(
                NC_NAME.fullmatch(one["name"]) and SINGLE_LINE.fullmatch(one["value"]) for one in value
            )
        if name == "uuid":
            assert UUID(value).version == 5
        # OSCAL has no empty lists.
        assert value not in ([], {}, "")
    uuids = [value for name, value in _members(results) if name == "uuid"]
    assert len(uuids) == len(set(uuids))
    named = {value for name, value in _members(results) if name.endswith("-uuid")}
    assert named <= set(uuids)
    return results


def _members(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in ((key, item), *_members(item))]
    return [pair for item in value for pair in _members(item)] if isinstance(value, list) else []


def _keys(value: Any) -> list[str]:
    return sorted(name for name, _ in _members(value))


def _claim(verdict: Verdict, *ids: str, name: str = "a.b", **more: Any) -> Claim:
    made = sample.claim(name, "t", verdict, "s", remedy="r", reason="w", **more)
    return made.model_copy(update={"requirements": tuple(Requirement(standard=NIST, id=one) for one in ids)})


def _states(*claims: Claim) -> dict[str, tuple[str, str]]:
    """Each control's state, and the reason for it."""
    (result,) = _read(sample.report(claims))["results"]
    return {
        one["target"]["target-id"]: (one["target"]["status"]["state"], one["props"][0]["value"])
        for one in result.get("findings", ())
    }


@pytest.mark.parametrize(
    "made",
    [sample.passing(), sample.failing(), sample.waived(), sample.hostile(), sample.report(())],
    ids=["passing", "failing", "waived", "hostile", "empty"],
)
def test_trestle_reads_it_back(made: Report) -> None:
    """The library's model of the published schema takes the document and loses none of it."""
    (result,) = _read(made)["results"]
    assert len(result.get("observations", ())) == len(made.claims)


def test_the_plan_that_it_must_import_is_said_not_to_exist() -> None:
    """`import-ap` points into the back matter, where it says so."""
    results = _read(sample.passing())
    (resource,) = results["back-matter"]["resources"]
    assert results["import-ap"]["href"] == f"#{resource['uuid']}"
    assert resource["description"].startswith("No assessment plan exists.")


def test_a_control_is_satisfied_only_by_what_was_seen_to_hold() -> None:
    """Failed, doubtful or inapplicable claims satisfy nothing; a claim that holds beside them does not help."""
    states = _states(
        _claim(Verdict.PASS, "AU-2", "AU-9", "AU-11", "SC-12(2)", name="a.a"),
        _claim(Verdict.FAIL, "AU-9", name="a.b"),
        _claim(Verdict.UNVERIFIABLE, "AU-9", "AU-11", "AU-12", name="a.c"),
        _claim(Verdict.NOT_APPLICABLE, "AU-2", "AU-3", name="a.d"),
    )
    assert states == {
        "au-2_obj": ("satisfied", "claims-hold"),
        "au-9_obj": ("not-satisfied", "claim-failed"),
        "au-11_obj": ("not-satisfied", "could-not-be-verified"),
        "au-12_obj": ("not-satisfied", "could-not-be-verified"),
        "sc-12.2_obj": ("satisfied", "claims-hold"),
    }
    assert list(states) == ["au-2_obj", "au-9_obj", "au-11_obj", "au-12_obj", "sc-12.2_obj"]


def test_only_controls_of_nist_are_targets() -> None:
    """Other standards stay beside the observation; what is no control's name is no target."""
    claim = sample.failing_claims()[1]
    assert controls(claim) == ["au-9"]
    assert controls(_claim(Verdict.PASS, "AU-9 (2)", "au-12", "AU-9(2)", "nonsense", "AU-9\n")) == [
        "au-9.2",
        "au-12",
        "au-9",
    ]
    assert _states(_claim(Verdict.FAIL, "nonsense")) == {}


def test_every_control_of_the_catalogue_is_understood() -> None:
    """What the statements map to in NIST SP 800-53 becomes a target; none is lost for the way it is written."""
    ids = {one.id for statement in STATEMENTS for one in statement.requirements if one.standard == NIST}
    assert [one for one in sorted(ids) if not controls(_claim(Verdict.PASS, one))] == []


def test_without_a_control_it_says_that_none_was_assessed() -> None:
    """OSCAL wants a control to be named; the description says that it was not assessed, and no finding follows."""
    (result,) = _read(sample.report(()))["results"]
    (selection,) = result["reviewed-controls"]["control-selections"]
    assert "was not assessed" in selection["description"]
    assert "findings" not in result


def test_what_failed_or_is_in_doubt_is_a_risk_with_what_to_do() -> None:
    """A failure recommends its remedy, a doubt what would settle it; what holds carries no risk."""
    (result,) = _read(sample.failing())["results"]
    assert len(result["risks"]) == 3
    assert {risk["status"] for risk in result["risks"]} == {"open"}
    doubt = next(risk for risk in result["risks"] if risk["statement"].startswith("Nobody could tell"))
    assert doubt["remediations"][0]["title"] == "What would settle it"


def test_a_waiver_approves_the_deviation_and_satisfies_nothing() -> None:
    """The risk is accepted until a day, by somebody, for a reason; the control stays not satisfied."""
    (result,) = _read(sample.waived())["results"]
    accepted = [risk for risk in result["risks"] if risk["status"] == "deviation-approved"]
    words = {one["name"]: one["value"] for one in accepted[0]["props"]}
    assert len(accepted) == 2
    assert accepted[0]["deadline"] == "2026-12-01T00:00:00Z"
    assert words["waiver-owner"] == "platform-security@example.com"
    waived = sample.waived_claims()[1]
    assert _states(waived) == {"sc-12_obj": ("not-satisfied", "could-not-be-verified")}


def test_the_evidence_is_beside_the_observation() -> None:
    """Each fact is there, as words and as label and value."""
    (result,) = _read(sample.failing())["results"]
    chain = next(one for one in result["observations"] if one["props"][0]["value"] == "integrity.chain")
    assert chain["methods"] == ["TEST"]
    assert [one["props"][0]["value"] for one in chain["relevant-evidence"]] == ["Missing digest", "Named by"]


def test_observations_keep_their_identity_from_run_to_run() -> None:
    """A later run about the same things has the same UUIDs for them, and another one for itself."""
    made = sample.failing()
    later = made.model_copy(update={"generated_at": made.generated_at.replace(day=20)})
    first, second = _read(made), _read(later)
    assert first["uuid"] != second["uuid"]
    assert [one["uuid"] for one in first["results"][0]["observations"]] == [
        one["uuid"] for one in second["results"][0]["observations"]
    ]


def test_hostile_text_is_text() -> None:
    """Only ASCII comes out; decoded, nothing is invisible, every text is there, and no log command is."""
    text = render(sample.hostile(), "oscal")
    assert text.isascii()
    assert "##" not in text
    (result,) = _read(sample.hostile())["results"]
    shown = json.dumps(result, ensure_ascii=False)
    assert visible(shown) == shown
    found = {one["description"] for one in result["observations"]}
    assert found == {visible(f"summary {text}") for text in sample.HOSTILE}


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_any_text_gives_a_document_that_trestle_takes(text: str) -> None:
    """Whatever a field holds: nothing, spaces only, half characters, controls."""
    claim = sample.claim(
        text or "x", text, Verdict.FAIL, text, subject=text, evidence=((text, text),), remedy="r", reason=text
    )
    _read(sample.report((claim,)))


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compliance-trestle is an extra; every other format works without it."""
    monkeypatch.setitem(sys.modules, "trestle.oscal", None)
    with pytest.raises(OscalMissing, match=r"pip install 'meshtrail\[oscal\]'"):
        render(sample.passing(), "oscal")


def test_nobody_who_asks_for_another_format_waits_for_its_libraries() -> None:
    """Neither trestle nor the OCSF models are imported until their format is asked for."""
    code = "import sys, verify.report; print([m for m in ('trestle', 'py_ocsf_models') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
