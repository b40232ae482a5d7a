from __future__ import annotations

import pytest

from tests.verify.report import sample
from tests.verify.report.html.plots.picture import Picture
from verify.report import Delays, Report
from verify.report.html.plots.delays import MAX_STORES, delays


def with_delays(*found: float) -> Report:
    """Events that took so long into Event history, and nothing else."""
    events = [
        event.model_copy(
            update={
                "stores": {
                    "event-history": event.stores["event-history"].model_copy(update={"delay_seconds": delay})
                }
            }
        )
        for event, delay in zip(sample.events(len(found), faults=False), found, strict=True)
    ]
    silent = tuple(store.model_copy(update={"delays": None}) for store in sample.stores())
    return sample.report(sample.passing_claims(), tuple(events)).model_copy(update={"stores": silent})


def test_every_delay_is_in_a_bar() -> None:
    """The bars of all stores add up to what arrived."""
    report = sample.failing()
    arrived = sum(
        landing.delay_seconds is not None for event in report.events for landing in event.stores.values()
    )
    figure = delays(report)
    assert Picture(figure.drawing).counted() == arrived
    assert sum(int(row[1].text) for row in figure.rows) == arrived


def test_percentiles_are_marked_and_said() -> None:
    """Three lines for each store, p50, p95 and p99 told apart by their dashes, and the numbers beside."""
    picture = Picture(delays(sample.failing()).drawing)
    rules = [line for line in picture.root.iter("line") if line.get("stroke") == "var(--ink)"]
    assert len(rules) == 3 * len(sample.STORES)
    assert len({line.get("stroke-dasharray", "") for line in rules}) == 3
    assert "p50 2m 48s, p95 5m 53s, p99 8m, slowest 8m 31s" in picture.labels


@pytest.mark.parametrize(
    ("found", "logarithmic"), [((60.0, 90.0, 120.0), False), ((1.0, 60.0, 86_400.0), True)]
)
def test_the_axis_is_logarithmic_when_it_must_be(found: tuple[float, ...], logarithmic: bool) -> None:
    """Delays of one size stand on a plain axis; from a second to a day they would all be in its first bar."""
    figure = delays(with_delays(*found))
    assert ("logarithmic" in figure.lead) is logarithmic
    assert Picture(figure.drawing).counted() == len(found)


@pytest.mark.parametrize("delay", [-3.0, 0.0, 0.01, 400 * 86_400.0])
def test_an_event_that_arrived_before_it_happened_is_drawn_at_the_edge(delay: float) -> None:
    """A clock that is off gives a negative delay, and still a chart."""
    assert Picture(delays(with_delays(delay)).drawing).counted() == 1


def test_labels_keep_their_distance() -> None:
    """From a tenth of a second to a month."""
    store = sample.stores()[0].model_copy(
        update={"delays": Delays(p50=0.01, p95=60, p99=60, max=30 * 86_400)}
    )
    picture = Picture(delays(sample.passing(0).model_copy(update={"stores": (store,)})).drawing)
    named = [label for label in picture.labels if label != store.title and "p50" not in label]
    assert 8 < len(named) < 20


def test_many_stores_are_bounded_and_counted() -> None:
    """An organization's hundred stores do not make a chart as long as a street."""
    one = sample.stores()[0]
    many = tuple(one.model_copy(update={"id": f"store-{number:03d}"}) for number in range(MAX_STORES + 5))
    figure = delays(sample.passing(0).model_copy(update={"stores": many}))
    assert (len(figure.rows), figure.left_out) == (MAX_STORES, "5 stores")
