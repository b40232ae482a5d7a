from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.report import sample
from verify.report import Evidence, Report, visible
from verify.report.html import data
from verify.report.html.data import CLAIM, EVENT, LANDING, MAX_EVIDENCE, data_block, shown_events
from verify.report.summary import worst_status

if TYPE_CHECKING:
    import pytest


def read(report: Report) -> dict[str, Any]:
    """The block as the page's script has it: rows as texts by name."""
    block = json.loads(data_block(report, shown_events(report)))
    texts = block["texts"]

    def event(row: list[int]) -> dict[str, Any]:
        values = [texts[place] for place in row]
        own, rest = values[: len(EVENT)], values[len(EVENT) :]
        stores = [
            dict(zip(LANDING, rest[at : at + len(LANDING)], strict=True))
            for at in range(0, len(rest), len(LANDING))
        ]
        return dict(zip(EVENT, own, strict=True)) | {"stores": stores}

    def claim(row: list[Any]) -> dict[str, Any]:
        evidence, requirements = ([texts[place] for place in places] for places in row[len(CLAIM) :])
        return dict(zip(CLAIM, (texts[place] for place in row[: len(CLAIM)]), strict=True)) | {
            "evidence": evidence,
            "requirements": requirements,
        }

    return {
        "events": [event(row) for row in block["events"]],
        "claims": [claim(row) for row in block["claims"]],
    }


@settings(deadline=None, max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_text_can_end_the_data_block(text: str) -> None:
    """The block is ASCII without `<`, `>` and `&`, and reads back as the visible text."""
    event = sample.events(1)[0].model_copy(update={"user_agent": text})
    report = sample.report(sample.passing_claims(), (event,))
    block = data_block(report, [event])
    assert re.fullmatch(r"[ -~]*", block)
    assert not set("<>&") & set(block)
    assert read(report)["events"][0]["agent"] == visible(text)


def test_every_event_is_there_with_all_its_stores() -> None:
    """Newest first, each field and each store as the report has it."""
    report = sample.failing()
    rows = read(report)["events"]
    assert [row["id"] for row in rows] == [event.event_id for event in reversed(report.events)]
    for row, event in zip(rows, reversed(report.events), strict=True):
        assert row["name"] == event.event_name
        assert row["worst"] == worst_status(event)
        assert {one["store"]: one["status"] for one in row["stores"]} == {
            store: landing.status for store, landing in event.stores.items()
        }


def test_every_claim_is_there_with_its_evidence() -> None:
    """Also those that the page writes out only when they are asked for."""
    report = sample.waived()
    rows = read(report)["claims"]
    assert sorted(row["id"] for row in rows) == sorted(claim.id for claim in report.claims)
    assert sum(len(row["evidence"]) for row in rows) == 2 * sum(
        len(claim.evidence) for claim in report.claims
    )
    assert {row["owner"] for row in rows} >= {claim.waiver.owner for claim in report.claims if claim.waiver}


def test_a_fading_event_says_when_it_disappears() -> None:
    """And no other event does."""
    report = sample.waived()
    assert (
        {row["id"] for row in read(report)["events"] if row["gone"]}
        == {one.event_id for one in report.fading}
        != set()
    )


def test_of_too_many_events_those_in_trouble_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page holds a bounded number: every event in trouble, then the newest."""
    monkeypatch.setattr(data, "MAX_EVENTS", 1_000)
    report = sample.failing(1_300)
    shown = shown_events(report)
    assert len(shown) == 1_000
    held = {event.event_id for event in shown}
    assert {event.event_id for event in report.events if worst_status(event) != "landed"} <= held
    assert {event.event_id for event in report.events[-900:]} <= held
    assert shown == sorted(shown, key=lambda event: (event.event_time, event.event_id), reverse=True)


def test_long_values_are_bounded() -> None:
    """A user agent of a megabyte, or ten thousand facts, do not make a page of megabytes."""
    event = sample.events(1)[0].model_copy(update={"user_agent": "x" * 1_000_000})
    facts = tuple(Evidence(label="Missing", value=f"event {number}") for number in range(10_000))
    claim = sample.passing_claims()[0].model_copy(update={"evidence": facts})
    report = sample.report((claim,), (event,))
    assert len(data_block(report, [event])) < 8_000
    row = read(report)["claims"][0]
    assert (len(row["evidence"]), row["unlisted"]) == (2 * MAX_EVIDENCE, f"{10_000 - MAX_EVIDENCE:,}")


def test_a_text_that_occurs_often_is_there_once() -> None:
    """Twenty thousand events take about two hundred bytes each."""
    report = sample.failing(420)
    assert (
        data_block(report, shown_events(report)).count(
            sample.events(1)[0].stores["mesh-audit-lake"].location or ""
        )
        == 1
    )
