"""Windows and how people write times."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.window import BadWindow, Window, parse_duration, parse_interval, parse_time, window_of

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-08-01", datetime(2026, 8, 1, tzinfo=UTC)),
        ("2026-08-01T10:00:00Z", datetime(2026, 8, 1, 10, tzinfo=UTC)),
        ("2026-08-01T10:00:00+02:00", datetime(2026, 8, 1, 8, tzinfo=UTC)),
        ("90d", NOW - timedelta(days=90)),
        ("12h", NOW - timedelta(hours=12)),
        ("0s", NOW),
    ],
)
def test_a_time_is_a_date_or_how_long_ago(text: str, meant: datetime) -> None:
    """A time without a zone is UTC, as CloudTrail's are."""
    assert parse_time(text, now=NOW) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "12",
        "1y",
        "-3d",
        "2026-13-01",
        "99999999999999999999d",
        "999999999d",
        f"{'9' * 5000}d",
        "0001-01-01T00:00+14:00",
    ],
)
def test_what_is_no_time_is_refused_with_what_to_write(text: str) -> None:
    """The error shows the ways to write one."""
    with pytest.raises(BadWindow) as caught:
        parse_time(text, now=NOW)
    assert caught.value.remedy


@given(st.text(max_size=12))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    """Nothing but the declared error comes out."""
    try:
        duration = parse_duration(text)
    except BadWindow:
        return
    assert duration >= timedelta(0)


def test_a_window_ends_after_it_starts() -> None:
    """An empty or reversed window is a mistake, not an answer."""
    with pytest.raises(BadWindow, match="before it starts"):
        Window(NOW, NOW)


def test_the_days_of_a_window_go_on_to_the_last_delivery() -> None:
    """Keys carry the day of delivery: an event of the evening may lie in tomorrow's folder."""
    window = Window(NOW - timedelta(days=1), NOW)
    days = window.days(until=NOW + timedelta(days=1))
    assert [f"{day:%m-%d}" for day in days] == ["08-31", "09-01", "09-02"]


def test_a_window_ends_where_it_was_asked_to() -> None:
    """Two windows that touch share no event: the end is not part of the window."""
    window = window_of(since="2026-08-01", until="2026-08-02", settle="15m", now=NOW)
    assert (window.start, window.end) == (datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 2, tzinfo=UTC))


def test_the_newest_events_are_left_to_settle() -> None:
    """What may not have been delivered yet is not missed."""
    assert window_of(since="1h", until="0s", settle="15m", now=NOW).end == NOW - timedelta(minutes=15)


@pytest.mark.parametrize(
    ("since", "settle", "remedy"),
    [("10m", "15m", "--settle"), ("2013-11-12", "15m", "2013-11-13"), ("1d", "999999999d", "shorter")],
)
def test_a_window_that_cannot_be_says_why(since: str, settle: str, remedy: str) -> None:
    """Shorter than what is left out, older than CloudTrail, or beyond the calendar: each with what to write."""
    with pytest.raises(BadWindow) as caught:
        window_of(since=since, until="0s", settle=settle, now=NOW)
    assert remedy in caught.value.remedy


def test_nothing_comes_every_zero_seconds() -> None:
    """A cadence of nothing would divide by zero, a poll of nothing would never rest."""
    assert parse_interval("1s") == timedelta(seconds=1)
    with pytest.raises(BadWindow, match="no time at all"):
        parse_interval("0m")
