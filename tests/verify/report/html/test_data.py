from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.report import sample
from verify.report import visible
from verify.report.html.data import MAX_EVENTS, data_block, shown_events
from verify.report.summary import worst_status


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_text_can_end_the_data_block(text: str) -> None:
    """The block is ASCII without `<`, `>` and `&`, and reads back as the visible text."""
    event = sample.events(1)[0].model_copy(update={"user_agent": text})
    block = data_block([event])
    assert re.fullmatch(r"[ -~]*", block)
    assert not set("<>&") & set(block)
    assert json.loads(block)[0]["agent"] == visible(text)


def test_all_events_are_held_newest_first() -> None:
    """A report of ordinary size is in the page whole."""
    report = sample.failing()
    assert shown_events(report) == list(reversed(report.events))


def test_of_too_many_events_those_in_trouble_stay() -> None:
    """The page holds a bounded number: every event in trouble, then the newest."""
    report = sample.failing(MAX_EVENTS + 800)
    shown = shown_events(report)
    assert len(shown) == MAX_EVENTS
    held = {event.event_id for event in shown}
    troubled = {event.event_id for event in report.events if worst_status(event) != "landed"}
    assert troubled <= held
    assert {event.event_id for event in report.events[-4000:]} <= held
    assert shown == sorted(shown, key=lambda event: (event.event_time, event.event_id), reverse=True)


def test_a_long_value_is_bounded() -> None:
    """A user agent of a megabyte does not make a page of a megabyte."""
    event = sample.events(1)[0].model_copy(update={"user_agent": "x" * 1_000_000})
    assert len(data_block([event])) < 3_000
