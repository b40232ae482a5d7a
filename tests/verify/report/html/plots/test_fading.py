from __future__ import annotations

from datetime import timedelta

from tests.verify.report import sample
from tests.verify.report.html.plots.picture import Picture
from verify.report import Fading, Report
from verify.report.html.plots.fading import MAX_ROWS, fading

NOW = sample.END + timedelta(hours=1)


def losing(*days: float) -> Report:
    """A report of events that disappear so many days after it."""
    rows = tuple(
        Fading(
            event_id=f"event-{number}",
            event_time=sample.START,
            event_name="CreateMesh",
            account=sample.ACCOUNT,
            region="us-east-1",
            disappears=NOW + timedelta(days=left),
        )
        for number, left in enumerate(days)
    )
    return sample.passing(5).model_copy(update={"fading": rows})


def test_every_event_is_in_the_bar_of_its_day() -> None:
    """Bars and table add up, and the first day is named."""
    figure = fading(losing(3, 3, 20, 88))
    assert Picture(figure.drawing).counted() == 4
    assert [row[2].text for row in figure.rows] == ["2", "1", "1"]
    assert "the first gone on 2026-09-18" in figure.lead


def test_what_disappears_soon_stands_out() -> None:
    """Within a week, within a month, later."""
    assert {"var(--c-urgent)", "var(--c-soon)", "var(--c-later)"} <= Picture(
        fading(losing(3, 20, 88)).drawing
    ).fills()
    assert "var(--c-urgent)" not in Picture(fading(losing(20, 88)).drawing).fills()


def test_a_bar_leads_to_its_events() -> None:
    """From its day, to before the next."""
    assert Picture(fading(losing(3)).drawing).links == ["gone_from=2026-09-18&gone_to=2026-09-19"]


def test_years_of_days_still_fit() -> None:
    """Far days are put into one bar; the table says how many it leaves out; one that is gone already is there."""
    figure = fading(losing(-1, *range(0, 1000, 2)))
    assert Picture(figure.drawing).counted() == 501
    assert (len(figure.rows), figure.left_out) == (MAX_ROWS, f"{501 - MAX_ROWS} days")
