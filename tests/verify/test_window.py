"""Windows and how people write times."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.window import BadWindow, Window, parse_duration, parse_time

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
    "text", ["", "yesterday", "12", "1y", "-3d", "2026-13-01", "99999999999999999999d", "999999999d"]
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
