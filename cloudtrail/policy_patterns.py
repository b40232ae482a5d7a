"""IAM's wildcard patterns compared with each other: `*` is any run of characters, `?` one character.

IAM user guide, "IAM JSON policy elements: Resource"
(docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html). Both comparisons take
len(pattern) * len(other) steps at most, whatever the patterns: a hostile policy cannot make them explode.
"""

from __future__ import annotations

from functools import lru_cache

from cloudtrail.policy_outcome import CHOICE, NO, YES, Outcome


def contains(pattern: str, other: str) -> bool:
    """Whether `pattern` surely matches every text that `other` matches.

    Sound, not complete: of two spellings of one pattern (`*?` and `?*`) neither is found to contain the other.
    """
    row = [index == len(other) for index in range(len(other) + 1)]
    below = row
    for sign in reversed(pattern):
        row = [False] * (len(other) + 1)
        row[-1] = sign == "*" and below[-1]
        for at in range(len(other) - 1, -1, -1):
            asked = other[at]
            if sign == "*":
                row[at] = below[at] or row[at + 1]
            elif asked != "*":
                row[at] = (sign == "?" or (sign == asked and asked != "?")) and below[at + 1]
        below = row
    return row[0]


def overlaps(pattern: str, other: str) -> bool:
    """Whether some text is matched by both."""
    row = [False] * (len(other) + 1)
    row[-1] = True
    for at in range(len(other) - 1, -1, -1):
        row[at] = other[at] == "*" and row[at + 1]
    below = row
    for sign in reversed(pattern):
        row = [False] * (len(other) + 1)
        row[-1] = sign == "*" and below[-1]
        for at in range(len(other) - 1, -1, -1):
            asked = other[at]
            if sign == "*":
                row[at] = below[at] or row[at + 1]
            elif asked == "*":
                row[at] = row[at + 1] or below[at]
            else:
                row[at] = (sign == "?" or asked in {"?", sign}) and below[at + 1]
        below = row
    return row[0]


@lru_cache(maxsize=1 << 16)
def compared(pattern: str, asked: str) -> Outcome:
    """Whether `pattern` matches what a requester asks for, who may choose any text that `asked` matches.

    The same texts are compared over and over, so the answers are kept.
    """
    if contains(pattern, asked):
        return YES
    return CHOICE if overlaps(pattern, asked) else NO
