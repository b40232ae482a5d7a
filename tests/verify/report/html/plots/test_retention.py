from __future__ import annotations

from datetime import timedelta

from tests.verify.report import sample
from tests.verify.report.html.plots.picture import Picture
from verify.report import Report, Retention
from verify.report.html.plots.retention import MAX_ROWS, retention


def kept(
    *,
    store: str = "mesh-audit-bucket",
    days: int | None,
    newest: float,
    oldest: float,
    locked: float | None = None,
) -> Retention:
    """A store whose oldest and newest events are there for so many days after the report."""
    now = sample.END + timedelta(hours=1)

    def until(left: float) -> Retention | None:
        return None if days is None else now + timedelta(days=left)  # type: ignore[return-value]

    return Retention.model_validate(
        {
            "store": store,
            "account": sample.ACCOUNT,
            "region": "us-east-1",
            "days": days,
            "rule": "lifecycle rule expire",
            "oldest_event": sample.START,
            "newest_event": sample.START + timedelta(hours=5),
            "oldest_kept_until": until(oldest),
            "newest_kept_until": until(newest),
            "protected_until": None if locked is None else now + timedelta(days=locked),
        }
    )


def of(*rows: Retention) -> Report:
    """A report about these."""
    return sample.passing(5).model_copy(update={"retention": rows})


def fills(*rows: Retention) -> set[str]:
    """The kinds of bars that are drawn for them."""
    return {fill for fill in Picture(retention(of(*rows)).drawing).fills() if fill.startswith("var(--c-")}


def test_bars_tell_all_from_some_and_locked_from_not() -> None:
    """Until the oldest goes everything is there, then the newer; a line below says what nobody can delete."""
    assert fills(kept(days=90, newest=40, oldest=40)) == {"var(--c-kept)"}
    assert fills(kept(days=90, newest=40, oldest=10)) == {"var(--c-kept)", "var(--c-fading)"}
    assert fills(kept(days=90, newest=40, oldest=-5)) == {"var(--c-fading)"}
    assert fills(kept(days=90, newest=-2, oldest=-5)) == set()
    assert fills(kept(days=90, newest=40, oldest=40, locked=20)) == {"var(--c-kept)", "var(--c-locked)"}


def test_what_is_kept_without_end_says_so() -> None:
    """A bar to the edge, and words."""
    row = kept(days=None, newest=0, oldest=0)
    assert fills(row) == {"var(--c-kept)"}
    assert "without end (lifecycle rule expire)" in Picture(retention(of(row)).drawing).labels


def test_the_store_that_forgets_first_comes_first() -> None:
    """Event history, mostly."""
    rows = (
        kept(days=3653, newest=3000, oldest=2990),
        kept(store="event-history", days=90, newest=60, oldest=50),
    )
    assert [row[0].text for row in retention(of(*rows)).rows] == ["event-history", "mesh-audit-bucket"]


def test_a_store_without_events_has_a_row_and_no_bar() -> None:
    """How long it would keep them is said all the same."""
    row = kept(days=90, newest=1, oldest=1).model_copy(
        update=dict.fromkeys(("oldest_event", "newest_event", "oldest_kept_until", "newest_kept_until"))
    )
    assert fills(row) == set()
    assert "no event; lifecycle rule expire, 90 days" in Picture(retention(of(row)).drawing).labels


def test_many_rows_are_bounded_and_counted() -> None:
    """Of an organization's Regions those that forget first are shown."""
    figure = retention(of(*(kept(days=90, newest=40, oldest=30) for _ in range(MAX_ROWS + 3))))
    assert (len(figure.rows), figure.left_out) == (MAX_ROWS, "3 stores and Regions")
