"""Documents spoilt as an attacker would: valid JSON with something wrong in it, and sometimes no JSON any more.

Readers written in C look the same to a fuzzer whatever they read, so it would never get past the syntax by itself:
this keeps the syntax, and spoils what stands in it. Hypothesis and the coverage-guided fuzzer use the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True, slots=True)
class _Verbatim:
    """A value as it is to be written, JSON or not."""

    text: str


class _Pairs(list[Any]):
    """An object as its keys and values, so that a key can occur twice."""


HOSTILE: Final = (
    *("null", "true", "false", "0", "-1", "-0.0", "1.5", "1e999", "NaN", "Infinity", "-Infinity"),
    *("9" * 400, "9" * 4300, "9" * 5000, "0." + "1" * 5000, '""', "[]", "{}", "[[]]", "[null]", '[""]', '{"":null}'),
    *(r'"\ud800"', r'"\udfff\ud800"', r'"\u0000"', r'"\u001b[2J\u202e"', '"\udcff"', '"\udced\udca0\udc80"'),
    *('"' + "a" * 10_000 + '"', '"' + "*?" * 2_000 + '"', '"' + "${a}" * 500 + '"', '"' + "é" * 3_000 + '"'),
    *("[" * 99 + "]" * 99, "[" * 150 + "]" * 150, '{"a":' * 600 + "1" + "}" * 600),
    *("[" * 20_000 + "]" * 20_000, "[" * 900),
    *('"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"', '"0001-01-01T00:00:00"', '"2026-02-30T00:00:00Z"'),
    *('"2026-09-01T12:00:60Z"', '"2026-09-01"', '"24:00"', '"٣٣٣٣٣٣٣٣٣٣٣٣"', '"*"', '"**"', '"false"', '"1e5"'),
    *('"arn:"', '"arn:aws:iam::111122223333:root"', '"::::::"', '"o-exampleorgid"', '"1111111111111"'),
    *('["a",1,null,{}]', "01", "'a'", ""),
)  # fmt: skip
"""What may stand where something else is expected. A half of a surrogate pair stands for a byte that is no UTF-8."""
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b" " * 100, b"\x1f\x8b")


def spoilt(data: bytes, dice: Random) -> bytes:
    """The document with one to three things in it spoilt; bytes that are no JSON are spoilt as bytes.

    Args:
        data: A document, valid or not.
        dice: Decides what is spoilt, and how.
    """
    try:
        document: Any = json.loads(data, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return _spoilt_bytes(data, dice)
    for _ in range(dice.randint(1, 3)):
        document = _spoilt(document, dice)
    try:
        written = _written(document).encode("utf-8", errors="surrogateescape")
    except (RecursionError, UnicodeEncodeError):  # what was spoilt before cannot be written once more
        return _spoilt_bytes(data, dice)
    return _spoilt_bytes(written, dice) if dice.random() < 0.1 else written


def _spoilt(document: Any, dice: Random) -> Any:
    places = _places(document)
    hostile = _Verbatim(dice.choice(HOSTILE))
    if not places or dice.random() < 0.02:
        return hostile
    within, index = dice.choice(places)
    chosen = within[index]
    what = dice.randrange(6)
    if what == 0:
        del within[index]
    elif what == 1:
        within.insert(dice.randrange(len(within) + 1), chosen)
    elif not isinstance(within, _Pairs):
        within[index] = [chosen] if what == 2 else hostile
    elif what == 2:
        within[index] = (hostile, chosen[1])
    elif what == 3:
        within.append((chosen[0], hostile))
    elif what == 4:
        other, at = dice.choice(places)
        value = other[at][1] if isinstance(other, _Pairs) else other[at]
        within[index] = (chosen[0], hostile if isinstance(value, list) else value)  # never into itself
    else:
        within[index] = (chosen[0], hostile)
    return document


def _places(document: Any) -> list[tuple[list[Any], int]]:
    """Every item of every object and list."""
    found: list[tuple[list[Any], int]] = []
    waiting, seen = [document], 0
    while seen < len(waiting) < 5_000:
        value = waiting[seen]
        seen += 1
        if isinstance(value, list):
            found += [(value, index) for index in range(len(value))]
            waiting += [item[1] for item in value] if isinstance(value, _Pairs) else value
    return found


def _written(value: Any) -> str:
    if isinstance(value, _Verbatim):
        return value.text
    if isinstance(value, _Pairs):
        return "{" + ",".join(f"{_key(key)}:{_written(item)}" for key, item in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_written(item) for item in value) + "]"
    return json.dumps(value)


def _key(key: str | _Verbatim) -> str:
    return key.text if isinstance(key, _Verbatim) else json.dumps(key)


def _spoilt_bytes(data: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    what = dice.randrange(5)
    if what == 0:
        return dice.choice(_MARKS) + data
    if what == 1:
        return data[:at]
    if what == 2:
        return data + dice.choice(_MARKS)
    if what == 3:
        return data[:at] + dice.randbytes(dice.randint(1, 4)) + data[at + 1 :]
    return data[:at] + dice.choice(HOSTILE).encode("utf-8", errors="surrogateescape") + data[at:]
