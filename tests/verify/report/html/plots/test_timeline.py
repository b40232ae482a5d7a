from __future__ import annotations

from datetime import timedelta

import pytest

from tests.verify.report import sample
from tests.verify.report.html.plots.picture import Picture
from verify.report import Window
from verify.report.html.plots.timeline import LAYERS, layer_of, timeline


def test_every_event_is_in_a_bar() -> None:
    """What the bars say adds up to the events; the strip at the foot repeats those in trouble."""
    report = sample.failing()
    troubled = sum(layer_of(event) == "trouble" for event in report.events)
    picture = Picture(timeline(report).drawing)
    assert picture.counted() == len(report.events) + troubled
    assert {f"var(--c-{layer})" for layer in LAYERS} <= picture.fills()


def test_the_numbers_add_up_to_the_events_by_layer() -> None:
    """The table says the same as the bars."""
    report, figure = sample.failing(), timeline(sample.failing())
    for column, layer in enumerate(LAYERS, start=1):
        counted = sum(int(row[column].text.replace(",", "")) for row in figure.rows)
        assert counted == sum(layer_of(event) == layer for event in report.events)


def test_one_event_in_trouble_among_thousands_can_be_seen() -> None:
    """A bar of a thousandth of the height is no pixel; the strip at the foot is five units high."""
    events = list(sample.events(3_000, faults=False))
    bad = next(event for event in sample.failing().events if layer_of(event) == "trouble")
    picture = Picture(timeline(sample.report(sample.passing_claims(), (*events, bad))).drawing)
    heights = [
        path.get("d", "") for path in picture.root.iter("path") if path.get("fill") == "var(--c-trouble)"
    ]
    assert any("v5h" in path for path in heights)


@pytest.mark.parametrize("seconds", [0, 1, 59, 3600, 86_400, 90 * 86_400, 400 * 86_400, 200 * 365 * 86_400])
def test_it_fits_any_window(seconds: int) -> None:
    """From no time at all to centuries: a bounded number of bars and labels, and no event lost."""
    window = Window(start=sample.START, end=sample.START + timedelta(seconds=seconds))
    report = sample.passing().model_copy(update={"window": window})
    figure = timeline(report)
    assert Picture(figure.drawing).counted() == len(report.events)
    assert len(figure.rows) <= 121
    assert len([label for label in Picture(figure.drawing).labels if not label.isdecimal()]) <= 14


def test_a_day_is_labelled_with_hours_and_its_midnight_with_the_date() -> None:
    """Round moments, the change of day named."""
    labels = Picture(timeline(sample.failing()).drawing).labels
    assert [label for label in labels if not label.isdecimal()] == [
        *("06:00", "08:00", "10:00", "12:00", "14:00", "16:00", "18:00", "20:00", "22:00"),
        *("15 Sep", "02:00", "04:00", "06:00"),
    ]
