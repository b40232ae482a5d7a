import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.policy_outcome import CHOICE, NO, YES, Outcome
from cloudtrail.policy_patterns import compared, contains, overlaps

PATTERNS = st.text("ab*?", max_size=6)
TEXTS = st.text("abc", max_size=5)


def expression(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression, which is the oracle here."""
    return re.compile("".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern))


@given(pattern=PATTERNS, text=TEXTS)
def test_of_a_plain_text_both_are_ordinary_globbing(pattern: str, text: str) -> None:
    """A text without wildcards is contained when it is matched, and overlaps when it is matched."""
    matched = bool(expression(pattern).fullmatch(text))
    assert (contains(pattern, text), overlaps(pattern, text)) == (matched, matched)


@given(pattern=PATTERNS, other=PATTERNS, text=TEXTS)
def test_no_text_speaks_against_an_answer(pattern: str, other: str, text: str) -> None:
    """What is contained is matched whenever the inner one matches; what does not overlap is never matched by both."""
    outer, inner = bool(expression(pattern).fullmatch(text)), bool(expression(other).fullmatch(text))
    if inner and contains(pattern, other):
        assert outer
    if inner and outer:
        assert overlaps(pattern, other)


@given(pattern=PATTERNS, other=PATTERNS)
def test_patterns_that_overlap_share_a_text(pattern: str, other: str) -> None:
    """An overlap that is claimed is there: some text over a small alphabet shows it."""
    shared = any(
        expression(pattern).fullmatch(text) and expression(other).fullmatch(text)
        for text in _texts(len(pattern) + len(other))
    )
    if not shared:
        assert not overlaps(pattern, other) or len(pattern) + len(other) > 7


def _texts(longest: int) -> list[str]:
    found, last = [""], [""]
    for _ in range(min(longest, 7)):
        last = [text + sign for text in last for sign in "ab"]
        found += last
    return found


@pytest.mark.parametrize(
    ("pattern", "asked", "outcome"),
    [
        ("arn:aws:s3:::audit/*", "arn:aws:s3:::audit/AWSLogs/*", YES),
        ("arn:aws:s3:::audit/AWSLogs/*", "arn:aws:s3:::audit/*", CHOICE),
        ("arn:aws:s3:::audit/a*", "arn:aws:s3:::audit/b*", NO),
        ("*", "?*", YES),
        ("?*", "*", CHOICE),
        ("a?*", "a*", CHOICE),
    ],
)
def test_a_pattern_is_compared_with_what_may_be_asked(pattern: str, asked: str, outcome: Outcome) -> None:
    """Surely matched, matched if the requester likes, or not matched; an empty run counts."""
    assert compared(pattern, asked) == outcome


def test_patterns_of_many_stars_are_compared_at_once() -> None:
    """A hostile pattern cannot make the comparison explode."""
    assert not contains("a*" * 100 + "c", "a" * 500)
    assert not overlaps("a*" * 100 + "c", "*b" * 100)
