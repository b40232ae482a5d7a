"""Text of the report made inert in Markdown: words stay words, everything else becomes a code span.

Markdown is rendered by somebody else: GitHub and GitLab turn addresses, `@names`, `#numbers`, `:emoji:`,
commit hashes and HTML into links, pictures, mentions and markup. Escaping each of these means knowing all of
them. Inside a code span nothing is interpreted by any of them, so only what is plainly a word or a number
stays outside of one. Callers never begin a line with such text: `1.` would begin a list.
"""

from __future__ import annotations

import re
from typing import Final

from verify.report.text import bounded, loggable

MAX_VALUE: Final = 600
MAX_NAME: Final = 120

_EMPTY: Final = "(empty)"

_WORD: Final = re.compile(
    r"""[("']? (?: [^\W\d_]+ (?:['-][^\W\d_]+)* | \+?\d{1,3}(?:,\d{3})*(?:\.\d{1,3})? | \d{1,6} | · ) [.,;:?!)"']*""",
    re.VERBOSE,
)
"""A word or a number, with the punctuation of a sentence around it."""

_HASH: Final = re.compile(r"[a-f]{7,}")
"""A word that could be the beginning of a commit's hash, which is made a link."""

_VALUE: Final = re.compile(r"(\(?)(\w(?:[\w./:@+=-]*\w)?)([.,;:?!)]*)")
"""A value such as an ARN, a time or a Region, with the punctuation that is not part of it."""


def inert(text: str, *, limit: int = MAX_VALUE) -> str:
    """The text as one line of Markdown that renders as itself, whatever it holds.

    Args:
        text: Any text.
        limit: How many characters of it to show. A code span's fence is a run of backticks as long as none
            in the text, and CommonMark parsers stop counting at 80; a few thousand characters stay below.
    """
    shown = bounded(loggable(text), limit)
    if not shown.strip():
        return _EMPTY
    parts: list[str] = []
    unsafe: list[str] = []
    for token in shown.split(" "):
        written = _written(token)
        if written is None:
            unsafe.append(token)
            continue
        parts += [*_span(unsafe), written]
        unsafe = []
    parts += _span(unsafe)
    return " ".join(part for part in parts if part)


def name(text: str) -> str:
    """A name of the report, such as a store's or a Region's, as a code span."""
    shown = bounded(loggable(text), MAX_NAME)
    return _code(shown) if shown.strip() else _EMPTY


def _code(text: str) -> str:
    """The text as a code span, fenced by a run of backticks that is nowhere in it."""
    runs = {len(run) for run in re.findall("`+", text)}
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _written(token: str) -> str | None:
    """A word as it is, a value as code; None for what is neither."""
    if not token or (_WORD.fullmatch(token) and not _HASH.search(token)):
        return token
    value = _VALUE.fullmatch(token)
    return f"{value[1]}{_code(value[2])}{value[3]}" if value else None


def _span(tokens: list[str]) -> list[str]:
    return [_code(" ".join(tokens))] if tokens else []
