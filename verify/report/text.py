"""Text that came from somewhere else, made safe to show.

Records are written by whoever calls AWS: a user agent may hold terminal escapes, a name may hold characters
that reverse the reading direction or cannot be seen. Whatever shows such text shows it through `visible`.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Final

COMMAND: Final = "::"
"""What a line begins with that GitHub Actions takes for a workflow command
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands)."""

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
"""Unicode categories nobody can see, or that steer what is around them: controls (C0 and C1), formats
(bidirectional overrides, zero-width characters, tags), surrogates, unassigned, private use, and line and
paragraph separators."""


def visible(text: str) -> str:
    r"""The text with every character that is not plainly visible written as an escape.

    An ESC becomes `\x1b`, a right-to-left override `\u202e`, a line feed `\n`; what a terminal, a browser or
    a reader sees is then what is there. Spaces stay. Line feeds and tabs are escaped too: a value is one
    line, and a forged second line is a known trick.
    """
    # Python calls the same categories unprintable, and spaces other than the plain one besides.
    if text.isprintable():
        return text
    return "".join(_escape(char) if _is_invisible(char) else char for char in text)


def loggable(line: str) -> str:
    r"""The visible text as a line that a CI service's log takes for nothing but text.

    GitHub Actions obeys a line that begins with `::`, spaces before it or not; Azure Pipelines, TeamCity and
    older GitHub runners obey `##vso[`, `##teamcity[` and `##[` wherever they stand.
    """
    shown = visible(line).replace("##", r"#\x23")
    rest = shown.lstrip()
    return f"{shown[: len(shown) - len(rest)]}\\{rest}" if rest.startswith(COMMAND) else shown


def ascii_json(document: object) -> str:
    """The document as JSON of plain ASCII that steers no terminal and no log, two-space indent, a final line feed."""
    return inert_json(json.dumps(document, indent=2, ensure_ascii=True)) + "\n"


def inert_json(text: str) -> str:
    r"""JSON of plain ASCII, in which neither a control character nor the log command `##vso[` is left.

    DEL is the one control character that JSON escaping leaves alone. `##`, which steers the log of some CI
    services, can only be in a string, where an escape means the same.
    """
    return text.replace("\x7f", r"\u007f").replace("##", r"#\u0023")


def bounded(text: str, limit: int) -> str:
    """The text, or its first `limit` characters and how many were left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… (+{len(text) - limit:,} characters)"


def encodable(text: str) -> str:
    r"""The text with lone surrogates, which UTF-8 cannot hold, written as escapes such as `\ud800`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def plural(count: int, noun: str, nouns: str = "") -> str:
    """`1 event`, `1,204 events`; `nouns` is the plural where it does not end in s."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def duration(seconds: float) -> str:
    """Seconds as a person reads them: `0.4 s`, `12 s`, `2m 44s`, `16h 2m`, `3d 1h`."""
    sign, rest = ("-" if seconds < 0 else ""), abs(seconds)
    if rest < 9.95:  # noqa: PLR2004 -- below ten seconds a tenth matters
        return f"{sign}{rest:.1f} s"
    whole = round(rest)
    for size, unit, below, smaller in ((86400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s")):
        if whole >= size:
            minor = whole % size // below
            return f"{sign}{whole // size}{unit}" + (f" {minor}{smaller}" if minor else "")
    return f"{sign}{whole} s"


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE


def _escape(char: str) -> str:
    short = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(char)
    if short is not None:
        return short
    code = ord(char)
    if code < 0x100:  # noqa: PLR2004 -- the range two hexadecimal digits can write
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 -- four digits, else eight
