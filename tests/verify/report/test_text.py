from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.report.text import ascii_json, bounded, duration, encodable, loggable, plural, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, ümlauts and 日本語 stay", "plain text, ümlauts and 日本語 stay"),
        ("\x1b[2J", r"\x1b[2J"),
        ("\x9b31m", r"\x9b31m"),
        ("\x7f", r"\x7f"),
        ("a\tb\r\nc", r"a\tb\r\nc"),
        ("exe\u202egnp", r"exe\u202egnp"),
        ("\u2066x\u2069\u200f", r"\u2066x\u2069\u200f"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("line\u2028and\u2029paragraph", r"line\u2028and\u2029paragraph"),
        ("\U000e0041 tag", r"\U000e0041 tag"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_cannot_be_seen_is_written_as_an_escape(text: str, shown: str) -> None:
    """Controls, bidirectional overrides, zero-width characters and separators appear as escapes; the rest stays."""
    assert visible(text) == shown


@settings(deadline=None)
@given(st.text(st.characters()))
def test_nothing_that_steers_a_terminal_or_the_reading_direction_is_left(text: str) -> None:
    """Whatever the text, only letters, marks, numbers, punctuation, symbols and spaces come out."""
    assert {unicodedata.category(char)[0] for char in visible(text)} <= set("LMNPS") | {"Z"}
    assert not {"\u2028", "\u2029"} & set(visible(text))


@settings(deadline=None)
@given(st.text(st.characters()))
def test_making_visible_twice_changes_nothing_more(text: str) -> None:
    """The escapes themselves are plain text."""
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:root"),
        ("::error::x", r"\::error::x"),
        ("  ::error::x", r"  \::error::x"),
        ("a ##vso[task.setvariable]x", r"a #\x23vso[task.setvariable]x"),
        ("###[error]", r"#\x23#[error]"),
        ("a\n::error::x", r"a\n::error::x"),
    ],
)
def test_a_line_is_no_command_of_a_ci_service(text: str, shown: str) -> None:
    """What begins with `::`, and `##` anywhere, is written so that no log obeys it."""
    assert loggable(text) == shown


@settings(deadline=None)
@given(st.text(st.sampled_from(": #[\u00a0\tav\n")))
def test_making_loggable_twice_changes_nothing_more(text: str) -> None:
    """What is inert stays as it is."""
    once = loggable(text)
    assert loggable(once) == once
    assert not once.lstrip().startswith("::")
    assert "##" not in once


def test_json_is_inert_and_means_the_same() -> None:
    """Only ASCII, no control character, no log command; read again it is what it was."""
    document = {"a": ["\x7f\u202e\x1b", "##vso[x]", "###", "::error::"], "##": None}
    text = ascii_json(document)
    assert text.isascii()
    assert not {char for char in text if char != "\n" and not char.isprintable()}
    assert "##" not in text
    assert json.loads(text) == document


def test_a_long_text_says_how_much_was_left_out() -> None:
    """A text over the limit keeps its beginning and counts the rest; one at the limit stays whole."""
    assert bounded("x" * 10, 10) == "x" * 10
    assert bounded("x" * 1510, 10) == "xxxxxxxxxx… (+1,500 characters)"


def test_a_lone_surrogate_is_made_encodable() -> None:
    """JSON can carry half a character; the report writes it as an escape, since UTF-8 cannot."""
    assert encodable("a\udfffb€") == "a\\udfffb€"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        *((0, "0.0 s"), (0.44, "0.4 s"), (9.9, "9.9 s"), (9.97, "10 s"), (59.4, "59 s"), (59.6, "1m")),
        *(
            (164, "2m 44s"),
            (3600, "1h"),
            (57_720, "16h 2m"),
            (262_800, "3d 1h"),
            (-2.5, "-2.5 s"),
            (-90, "-1m 30s"),
        ),
    ],
)
def test_a_duration_reads_as_people_say_it(seconds: float, said: str) -> None:
    """Two units at most; tenths only below ten seconds; a clock that ran ahead gives a negative one."""
    assert duration(seconds) == said


def test_one_event_is_not_events() -> None:
    """Nouns agree with their number, irregular ones too."""
    assert [plural(1, "event"), plural(1204, "event"), plural(2, "entry", "entries")] == [
        *("1 event", "1,204 events", "2 entries")
    ]
