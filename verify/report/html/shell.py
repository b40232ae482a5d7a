"""The shell of every page: templates, style and script inlined into one file with a strict policy.

Everything a record holds is data here: templates escape it, `visible` makes what steers text inert, and the
content security policy admits one style and one script by their hashes, and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from verify.report.text import bounded, duration, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_VALUE: Final = 2_000
STYLE: Final = Path(__file__).parent / "style"
SCRIPT: Final = Path(__file__).parent / "script"
"""Where the parts are that pages have in common."""


def policy(style: str, script: str) -> str:
    """The content security policy of a page with this one style and this one script."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def style_of(files: Iterable[Path]) -> str:
    """A page's one style."""
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def script_of(files: Iterable[Path]) -> str:
    """A page's one script."""
    parts = (file.read_text(encoding="utf-8") for file in files)
    return '"use strict";\n(() => {\n' + "\n".join(parts) + "})();\n"


def environment(templates: Path, **filters: Callable[..., object]) -> Environment:
    """What renders the templates of a folder: everything is escaped and made inert, and nothing may be undefined."""
    made = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    known: dict[str, Any] = made.filters
    known.update(short=_short, duration=duration, number=_number, **filters)
    return made


def _inert(value: Any) -> Any:
    """What every expression of a template passes through before it is escaped."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _short(text: str, limit: int = MAX_VALUE) -> str:
    return bounded(text, limit)


def _number(count: int) -> str:
    return f"{count:,}"
