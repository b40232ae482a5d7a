"""IAM's wildcard patterns compared with each other: `*` is any run of characters, `?` one character.

IAM user guide, "IAM JSON policy elements: Resource"
(docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html). Both comparisons take
len(pattern) steps, each on one number of len(other) bits, whatever the patterns: a hostile policy cannot make them
explode, nor two patterns that fill it (20 KB of a bucket's) take longer than a moment.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from cloudtrail.policy_outcome import CHOICE, NO, YES, Outcome

_STARS: Final = re.compile(r"\*+")


def contains(pattern: str, other: str) -> bool:
    """Whether `pattern` surely matches every text that `other` matches.

    Sound, not complete: of two spellings of one pattern (`*?` and `?*`) neither is found to contain the other.
    """
    places = _places(other)
    some = ((1 << len(other)) - 1) & ~places.get("*", 0)
    row = 1 << len(other)  # bit `at`: whether what is left of `pattern` contains `other[at:]`
    for sign in reversed(pattern):
        matching = some if sign == "?" else places.get(sign, 0)
        row = _down_from(row) if sign == "*" else (row >> 1) & matching
        if not row:
            return False
    return bool(row & 1)


def overlaps(pattern: str, other: str) -> bool:
    """Whether some text is matched by both."""
    other = _STARS.sub("*", other)
    places = _places(other)
    stars, any_one = places.get("*", 0), places.get("?", 0)
    some = ((1 << len(other)) - 1) & ~stars
    row = 1 << len(other)  # bit `at`: whether what is left of `pattern` overlaps `other[at:]`
    row |= (row >> 1) & stars
    for sign in reversed(pattern):
        if sign == "*":
            row = _down_from(row)
        else:
            matched = (row >> 1) & (some if sign == "?" else places.get(sign, 0) | any_one)
            row = matched | (row & stars)
            row |= (row >> 1) & stars
        if not row:
            return False
    return bool(row & 1)


def _places(text: str) -> dict[str, int]:
    """Where each character of a text stands, as bits."""
    places: dict[str, int] = {}
    for at, sign in enumerate(text):
        places[sign] = places.get(sign, 0) | 1 << at
    return places


def _down_from(row: int) -> int:
    """Every bit up to the highest one that is set."""
    return (1 << row.bit_length()) - 1


@lru_cache(maxsize=1 << 16)
def compared(pattern: str, asked: str) -> Outcome:
    """Whether `pattern` matches what a requester asks for, who may choose any text that `asked` matches.

    The same texts are compared over and over, so the answers are kept.
    """
    if contains(pattern, asked):
        return YES
    return CHOICE if overlaps(pattern, asked) else NO
