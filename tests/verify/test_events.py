from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from tests.verify.report import sample
from verify.events import COLUMNS, event_csv, event_lines, event_table
from verify.report import ReportedEvent, visible
from verify.report.text import loggable

FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def _rows(*events: ReportedEvent) -> list[dict[str, str]]:
    """The CSV as another reader of the format has it."""
    text = "".join(event_csv(events))
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def _event(**fields: object) -> ReportedEvent:
    return sample.events(1, faults=False)[0].model_copy(update=fields)


def test_csv_has_a_header_and_a_row_for_each_event() -> None:
    """The columns are the keys of an event in the report, and what became of it store by store."""
    events = sample.events(60)
    rows = _rows(*events)
    assert list(rows[0]) == list(COLUMNS)
    assert [row["eventId"] for row in rows] == [event.event_id for event in events]
    assert rows[0]["eventTime"] == json.loads(next(event_lines(events)))["eventTime"]
    assert rows[0]["stores"] == "event-history: landed; mesh-audit-bucket: landed; mesh-audit-lake: landed"


def test_what_is_not_known_is_an_empty_field() -> None:
    """Neither None nor null; true and false as JSON writes them."""
    (row,) = _rows(_event(mesh=None, error_code=None, read_only=None))
    assert (row["mesh"], row["errorCode"], row["readOnly"]) == ("", "", "")
    assert _rows(_event(read_only=True))[0]["readOnly"] == "true"


@pytest.mark.parametrize(
    "text",
    [*(f"{sign}1+1" for sign in FORMULAS), " =1+1", "\n=1+1", "\u00a0@x", "＝1+1", "=cmd|' /C calc'!A0"],  # noqa: RUF001 -- full-width on purpose
)
def test_a_spreadsheet_computes_nothing(text: str) -> None:
    """A field that begins a formula begins with an apostrophe instead, and stays readable behind it."""
    (row,) = _rows(_event(user_agent=text))
    assert row["userAgent"] == f"'{visible(text)}"


def test_commas_quotes_and_lines_stay_in_their_field() -> None:
    """The csv module quotes; line breaks are escapes, so each event is one line."""
    text = 'a,"b"\r\n"c",d;e'
    events = (_event(who=text), _event(who="next"))
    assert [row["who"] for row in _rows(*events)] == [visible(text), "next"]
    assert "".join(event_csv(events)).count("\r\n") == 3


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(codec="utf-8")))
def test_any_text_reads_back_inert(text: str) -> None:
    """No formula, no second line, nothing invisible; apart from that the text itself."""
    (row,) = _rows(_event(user_agent=text))
    shown = row["userAgent"]
    assert not shown.lstrip().startswith(FORMULAS)
    assert visible(shown) == shown
    assert shown.removeprefix("'") in {loggable(text), loggable(text).removeprefix("'")}


def test_hostile_records_are_inert_in_csv_and_json() -> None:
    """Every hostile text comes back in its visible form, and neither output holds a log command."""
    events = sample.hostile().events
    rows = _rows(*events)
    assert {row["who"].removeprefix("'") for row in rows} == {
        loggable(event.who).removeprefix("'") for event in events
    }
    for text in ("".join(event_csv(events)), "".join(event_lines(events))):
        assert "##" not in text
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert [json.loads(line)["who"] for line in event_lines(events)] == [event.who for event in events]


@pytest.mark.parametrize("width", range(60, 100, 7))
def test_no_line_of_the_table_is_a_workflow_command(width: int) -> None:
    """A name that is folded just before `::` does not begin a line with it."""
    out = io.StringIO()
    events = [_event(who=f"{'x' * length}::error::forged") for length in range(40)]
    Console(file=out, width=width).print(event_table(events))
    lines = out.getvalue().splitlines()
    assert [line for line in lines if line.lstrip().startswith("::")] == []
    assert "forged" in "".join("".join(line.split()) for line in lines)
