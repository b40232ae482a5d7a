from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.verify.report import sample
from verify.report import Delays, Window
from verify.report.html.charts import ROW_HEIGHT, TIMELINE_HEIGHT, WIDTH, delay_chart, timeline


def test_every_event_is_in_a_bar_of_the_timeline() -> None:
    """The titles of the bars add up to the events."""
    chart = timeline(sample.failing())
    counted = sum(int(bar.title.split(": ")[1].split()[0]) for bar in chart.bars)
    assert counted == 420
    assert {bar.kind for bar in chart.bars} == {"read", "write", "trouble"}


@pytest.mark.parametrize("seconds", [0, 1, 59, 3600, 86_400, 90 * 86_400, 400 * 86_400, 200 * 365 * 86_400])
def test_the_timeline_fits_its_box_for_any_window(seconds: int) -> None:
    """From no time at all to centuries: bars and at most nine labels inside of the box."""
    window = Window(start=sample.START, end=sample.START + timedelta(seconds=seconds))
    chart = timeline(sample.failing().model_copy(update={"window": window}))
    assert chart.bars
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert bar.y >= 0
        assert bar.y + bar.height <= TIMELINE_HEIGHT + 0.1
        assert bar.width > 0
    assert len(chart.ticks) <= 9
    assert all(0 <= tick.x <= WIDTH for tick in chart.ticks)


def test_a_day_is_labelled_with_hours_and_its_midnight_with_the_date() -> None:
    """Round moments, the change of day named."""
    labels = [tick.label for tick in timeline(sample.failing()).ticks]
    assert labels == ["08:00", "12:00", "16:00", "20:00", "15 Sep", "04:00"]


def test_no_event_leaves_an_empty_timeline() -> None:
    """A window in which nothing happened draws no bar."""
    assert timeline(sample.failing().model_copy(update={"events": ()})).bars == ()


def test_every_store_that_tells_has_its_delays_drawn() -> None:
    """A row for each store, with a bar for every event that arrived and marks for the percentiles."""
    report = sample.failing()
    chart = delay_chart(report)
    assert [row.store for row in chart.rows] == list(sample.STORES)
    for row in chart.rows:
        arrived = sum(event.stores[row.store].delay_seconds is not None for event in report.events)
        assert sum(int(bar.title.split(": ")[1].split()[0]) for bar in row.bars) == arrived
        assert [mark.label.split(":")[0] for mark in row.marks] == ["half within", "95 % within", "slowest"]
        assert all(0 <= bar.x <= bar.x + bar.width <= WIDTH and 0 <= bar.y < ROW_HEIGHT for bar in row.bars)
        assert all(0 <= mark.x <= WIDTH for mark in row.marks)


def test_labels_of_the_delay_axis_do_not_overlap() -> None:
    """From a tenth of a second to a month, labels keep their distance."""
    store = sample.stores()[0].model_copy(update={"delays": Delays(p50=0.01, p95=60, p99=60, max=30 * 86_400)})
    chart = delay_chart(sample.passing(0).model_copy(update={"stores": (store,)}))
    assert len(chart.ticks) > 4
    assert all(right.x - left.x >= 40 for left, right in pairwise(chart.ticks))


def test_an_event_that_arrived_before_it_happened_is_drawn_at_the_edge() -> None:
    """A clock that is off gives a negative delay, and still a chart."""
    event = sample.events(1, faults=False)[0]
    early = event.stores["event-history"].model_copy(update={"delay_seconds": -3.0})
    report = sample.report(
        sample.passing_claims(), (event.model_copy(update={"stores": {"event-history": early}}),)
    )
    assert len(delay_chart(report).rows[0].bars) == 1


def test_stores_that_do_not_tell_are_left_out() -> None:
    """Without any delay there is no chart."""
    silent = tuple(store.model_copy(update={"delays": None}) for store in sample.stores())
    assert delay_chart(sample.passing(0).model_copy(update={"stores": silent})).rows == ()
