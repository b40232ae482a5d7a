from __future__ import annotations

from tests.verify.report import sample
from tests.verify.report.html.plots.picture import Picture
from verify.report.html.plots.callers import MAX_CALLERS, callers
from verify.report.summary import in_trouble


def test_every_event_is_in_a_cell() -> None:
    """Cells and table both add up to the events, and to those in trouble."""
    report, figure = sample.failing(), callers(sample.failing())
    assert Picture(figure.drawing).counted() == len(report.events)
    assert sum(int(row[2].text) for row in figure.rows) == len(report.events)
    assert sum(int(row[3].text) for row in figure.rows) == len(in_trouble(report.events))


def test_the_busiest_come_first_and_the_rest_is_counted() -> None:
    """Forty callers show as many as there is room for."""
    events = tuple(
        event.model_copy(update={"who": f"caller-{number % 40:02d}" if number > 60 else "busy"})
        for number, event in enumerate(sample.events(300, faults=False))
    )
    figure = callers(sample.report(sample.passing_claims(), events))
    assert figure.rows[0][0].text == "busy"
    assert len(figure.rows) == MAX_CALLERS
    assert "caller" in figure.left_out


def test_a_cell_with_trouble_has_an_edge() -> None:
    """Colour says how many; the edge says that something is wrong."""
    good, bad = Picture(callers(sample.passing()).drawing), Picture(callers(sample.failing()).drawing)
    edges = [{path.get("stroke") for path in picture.root.iter("path")} for picture in (good, bad)]
    assert ["var(--c-trouble)" in found for found in edges] == [False, True]
    assert any("in trouble" in title for title in bad.titles)
