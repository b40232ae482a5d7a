from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from tests.verify.report import sample
from tests.verify.report.html.plots.picture import Picture
from verify.report import Report, visible
from verify.report.html.plots.callers import callers
from verify.report.html.plots.delays import delays
from verify.report.html.plots.drawing import Box, Mark, clipped, drawn, labels
from verify.report.html.plots.fading import fading
from verify.report.html.plots.retention import retention
from verify.report.html.plots.timeline import timeline

FIGURES = (timeline, delays, callers, retention, fading)
BOX = Box(width=300, height=100, left=10, top=10, right=10, bottom=20)


def bars(**more: Any) -> dict[str, Any]:
    """Two bars that refer to marks."""
    return {
        "data": {"values": [{"at": "a", "n": 1, "mark": "0"}, {"at": "b", "n": 2, "mark": "1"}]},
        "mark": {"type": "bar", "fill": "var(--c-read)"},
        "encoding": {
            "x": {"field": "at", "type": "nominal", "axis": None},
            "y": {"field": "n", "type": "quantitative", "axis": None},
            "description": {"field": "mark"},
            **more,
        },
    }


@pytest.mark.parametrize("make", FIGURES, ids=lambda make: make.__name__)
def test_a_chart_is_made_of_known_shapes_and_the_colours_of_the_page(make: Any) -> None:
    """No style, script, picture or reference; every colour is a variable, so that it follows light and dark."""
    for report in (sample.waived(), sample.hostile()):
        assert Picture(make(report).drawing).strange() == set()


@pytest.mark.parametrize("make", FIGURES, ids=lambda make: make.__name__)
def test_the_same_report_gives_the_same_drawing(make: Any) -> None:
    """A page can be compared with another one byte by byte."""
    assert make(sample.waived()).drawing == make(sample.waived()).drawing


@pytest.mark.parametrize("make", FIGURES, ids=lambda make: make.__name__)
def test_a_chart_of_nothing_says_so_in_words(make: Any) -> None:
    """No event, no store: no drawing, and a sentence."""
    nothing: Report = sample.passing(0).model_copy(update={"stores": (), "retention": (), "fading": ()})
    figure = make(nothing)
    assert not figure.drawing
    assert figure.says.endswith(".")


def test_a_mark_says_what_it_is_and_leads_to_its_events() -> None:
    """Under the pointer it has a title; a mark with events is a link to them."""
    picture = Picture(drawn(bars(), BOX, [Mark("first", "name=a"), Mark("second")]))
    assert picture.titles == ["first", "second"]
    assert picture.links == ["name=a"]


@pytest.mark.parametrize("text", sample.HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    """In a title, in a query and in a label: what is read is the visible text."""
    shown = visible(text)
    label = {
        "mark": "text",
        "data": {"values": [{"t": clipped(text, 200)}]},
        "encoding": {"text": {"field": "t"}},
    }
    picture = Picture(drawn({"layer": [bars(), label]}, BOX, [Mark(text, f"who={shown}"), Mark("b")]))
    assert picture.titles[0] == shown
    assert shown in picture.labels
    assert picture.strange() == set()


def test_a_label_is_clipped_to_the_room_there_is() -> None:
    """And says that it was."""
    assert clipped("a" * 40, 10) == "a" * 9 + "…"
    assert clipped("short", 10) == "short"


def test_axis_labels_are_those_given() -> None:
    """Not those that the machine's language, clock or fonts would choose."""
    axis = {
        "field": "n",
        "type": "quantitative",
        "scale": {"domain": [0, 10]},
        "axis": labels([(0, "none"), (7.5, "7½")]),
    }
    assert Picture(drawn(bars(y=axis), BOX, [Mark("a"), Mark("b")])).labels == ["none", "7½"]


def test_nobody_waits_for_charts_who_asked_for_none() -> None:
    """Importing the report does not load the compiler."""
    program = "import sys, verify.report; sys.exit('vl_convert' in sys.modules or 'altair' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
