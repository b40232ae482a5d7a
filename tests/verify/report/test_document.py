from __future__ import annotations

import json
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.verify.report import sample
from verify.report import Evidence, Report, ReportError
from verify.verdict import Verdict


def document(report: Report | None = None) -> dict[str, Any]:
    """The JSON of a report, to be spoilt."""
    return json.loads((report or sample.failing()).to_json())


def refusal(spoilt: dict[str, Any]) -> str:
    """What reading a spoilt document complains about."""
    with pytest.raises(ReportError) as caught:
        Report.from_json(json.dumps(spoilt))
    return str(caught.value)


@pytest.mark.parametrize("made", [sample.passing, sample.failing, sample.hostile])
def test_a_report_reads_back_as_it_was_written(made: Any) -> None:
    """JSON holds the whole report: reading gives an equal one, and writing that gives the same bytes."""
    report = made()
    again = Report.from_json(report.to_json())
    assert again == report
    assert again.to_json() == report.to_json()


def test_the_same_evidence_gives_the_same_bytes_in_any_order() -> None:
    """Lists and maps given in another order are written in the document's own."""
    report = sample.failing()
    parts: dict[str, Any] = {name: getattr(report, name) for name in Report.model_fields}
    dice = random.Random(3)  # noqa: S311 -- a shuffle
    for name in ("claims", "coverage", "events", "stores", "set_aside"):
        parts[name] = tuple(dice.sample(parts[name], len(parts[name])))
    parts["events"] = tuple(
        event.model_copy(update={"stores": dict(reversed(event.stores.items()))}) for event in parts["events"]
    )
    shuffled = Report.model_validate(Report.model_construct(**parts).model_dump())
    assert shuffled.to_json() == report.to_json()


def test_the_same_moment_in_another_zone_gives_the_same_bytes() -> None:
    """Times are written in UTC, whatever zone they came in."""
    report = sample.passing()
    elsewhere = timezone(timedelta(hours=5, minutes=30))
    moved = report.model_dump() | {"generated_at": report.generated_at.astimezone(elsewhere)}
    assert Report.model_validate(moved).to_json() == report.to_json()


def test_the_document_starts_with_what_it_is() -> None:
    """`schema` comes first and names the version; keys are camelCase."""
    written = document()
    assert list(written)[:4] == ["schema", "tool", "generatedAt", "verdict"]
    assert written["schema"] == "meshtrail/report/v1"
    assert {"eventId", "eventTime", "identityKind", "sourceIp", "readOnly"} <= set(written["events"][0])


def test_the_document_is_inert_on_a_terminal() -> None:
    """The bytes are printable ASCII and line feeds, whatever a record held."""
    written = sample.hostile().to_json().encode("ascii")
    assert all(byte == 0x0A or 0x20 <= byte < 0x7F for byte in written)


@settings(deadline=None)
@given(st.text(st.characters()))
def test_any_text_can_be_reported(text: str) -> None:
    """No text of a record, lone surrogates and DEL included, keeps a report from being written and read."""
    report = sample.report((sample.claim("any", "Any text", Verdict.PASS, text),))
    assert Report.from_json(report.to_json()) == report


def test_the_verdict_is_the_worst_of_the_claims() -> None:
    """A report cannot pass while one of its claims fails or could not be verified."""
    spoilt = document()
    spoilt["verdict"] = "PASS"
    assert "verdict is PASS, but its claims say FAIL" in refusal(spoilt)
    spoilt["claims"] = [claim for claim in spoilt["claims"] if claim["verdict"] != "FAIL"]
    assert "its claims say UNVERIFIABLE" in refusal(spoilt)


def test_a_report_without_claims_passes_nothing() -> None:
    """No claim at all is UNVERIFIABLE, never PASS."""
    assert sample.report(()).verdict is Verdict.UNVERIFIABLE


@pytest.mark.parametrize("key", ["recordsIn", "kept", "setAside"])
def test_records_in_are_kept_or_set_aside(key: str) -> None:
    """Totals that do not add up are refused."""
    spoilt = document()
    spoilt["counts"][key] += 1
    assert "counts: " in refusal(spoilt)


def test_the_counts_of_each_store_add_up() -> None:
    """A store that loses a record is named."""
    spoilt = document()
    spoilt["counts"]["byStore"][1]["kept"] -= 1
    assert "counts of mesh-audit-bucket: 2255 in, but 419 kept + 1835 set aside" in refusal(spoilt)


def test_the_counts_of_the_stores_add_up_to_the_totals() -> None:
    """Leaving a store out of the counts is noticed."""
    spoilt = document()
    del spoilt["counts"]["byStore"][0]
    assert "counts: recordsIn is 3095, its stores add up to 2675" in refusal(spoilt)


def test_the_reasons_for_setting_aside_add_up() -> None:
    """Reasons that leave one record unexplained are refused."""
    spoilt = document()
    spoilt["counts"]["byStore"][1]["setAsideBy"]["another event source"] -= 1
    assert "counts of mesh-audit-bucket: setAsideBy does not add up to 1835" in refusal(spoilt)


def test_more_cannot_be_listed_than_was_counted() -> None:
    """Every item that is set aside is also counted."""
    spoilt = document()
    spoilt["setAside"] *= 2000
    assert "counts: setAside is 1835, but 2000 are listed" in refusal(spoilt)


@pytest.mark.parametrize(
    ("path", "user"),
    [
        (("claims", 0, "store"), "claim bucket.policy"),
        (("coverage", 0, "store"), "coverage of CreateGatewayRoute"),
        (("setAside", 0, "store"), "setAside"),
        (("counts", "byStore", 0, "store"), "counts"),
    ],
)
def test_every_store_that_is_named_is_described(path: tuple[Any, ...], user: str) -> None:
    """A store id that no store has is refused, naming who uses it."""
    spoilt = document()
    place: Any = spoilt
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = "nowhere"
    assert f"{user} names the store 'nowhere'" in refusal(spoilt)


def test_an_event_in_an_undescribed_store_is_refused() -> None:
    """The stores of an event are known ones, too."""
    spoilt = document()
    spoilt["events"][0]["stores"]["nowhere"] = spoilt["events"][0]["stores"]["event-history"]
    assert "names the store 'nowhere'" in refusal(spoilt)


def test_store_ids_are_unique() -> None:
    """Two stores of one id would make every reference to them ambiguous."""
    spoilt = document()
    spoilt["stores"].append(spoilt["stores"][0])
    assert "stores: an id occurs twice" in refusal(spoilt)


def test_a_failed_claim_says_what_to_do() -> None:
    """FAIL without a remedy is refused."""
    with pytest.raises(ValidationError, match=r"claim x\.y: FAIL needs a remedy"):
        sample.claim("x.y", "title", Verdict.FAIL, "summary")


@pytest.mark.parametrize("verdict", [Verdict.UNVERIFIABLE, Verdict.NOT_APPLICABLE])
def test_a_claim_that_was_not_decided_says_why(verdict: Verdict) -> None:
    """UNVERIFIABLE and NOT_APPLICABLE without a reason are refused."""
    with pytest.raises(ValidationError, match=f"claim x.y: {verdict} needs a reason"):
        sample.claim("x.y", "title", verdict, "summary")


def test_a_window_runs_forward() -> None:
    """A window that ends before it starts is refused."""
    spoilt = document()
    spoilt["window"] = {"start": "2026-09-15T00:00:00Z", "end": "2026-09-14T00:00:00Z"}
    assert "window: end is before start" in refusal(spoilt)


def test_a_time_without_a_zone_is_refused() -> None:
    """A moment nobody can place is no evidence."""
    with pytest.raises(ValidationError, match="timezone"):
        sample.passing().events[0].model_validate(
            sample.passing().events[0].model_dump() | {"event_time": datetime(2026, 9, 14)}  # noqa: DTZ001 -- that is the point
        )


def test_a_report_cannot_be_changed() -> None:
    """A finished report is frozen."""
    with pytest.raises(ValidationError, match="frozen"):
        sample.passing().verdict = Verdict.FAIL  # pyright: ignore[reportAttributeAccessIssue] -- that is the point


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "EOF"),
        ("[]", "document"),
        ("{}", "claims"),
        ('{"schema": "meshtrail/report/v2"}', "schema"),
        ("{", "EOF"),
    ],
)
def test_what_is_not_a_report_is_refused_with_the_reason(text: str, named: str) -> None:
    """Reading something else says what is wrong and what to give instead."""
    with pytest.raises(ReportError, match="not a meshtrail/report/v1 document") as caught:
        Report.from_json(text)
    assert named in caught.value.why
    assert "report.json" in caught.value.remedy


def test_an_unknown_key_is_refused_by_name() -> None:
    """A misspelt key does not go by unseen."""
    spoilt = document()
    spoilt["claims"][0]["remdy"] = "x"
    assert "claims.0.remdy" in refusal(spoilt)


def test_a_wrong_type_is_not_coerced() -> None:
    """Numbers are numbers: "3" is refused where 3 is meant."""
    spoilt = document()
    spoilt["coverage"][0]["landed"] = "3"
    assert "coverage.0.landed" in refusal(spoilt)


def test_a_thousand_problems_do_not_flood_the_error() -> None:
    """Only the first problems are listed, and the rest are counted."""
    spoilt = document()
    for row in spoilt["coverage"]:
        row["landed"] = -1
    assert "and 214 more" in refusal(spoilt)


def test_evidence_is_label_and_value() -> None:
    """The plainest part: two texts."""
    assert Evidence(label="Digests", value="48").model_dump(by_alias=True) == {
        "label": "Digests",
        "value": "48",
    }


def test_the_documentation_names_every_field() -> None:
    """docs/report.md explains each key of the published schema."""
    explained = Path("docs/report.md").read_text(encoding="utf-8")
    schema = json.loads(Path("verify/report/schema.json").read_text(encoding="utf-8"))
    keys = {key for part in [schema, *schema["$defs"].values()] for key in part.get("properties", {})}
    assert [key for key in sorted(keys) if f"`{key}`" not in explained] == []
