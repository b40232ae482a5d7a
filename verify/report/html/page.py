"""Puts the page together: templates, style and script inlined into one file with a strict policy.

Everything a record holds is data here: templates escape it, `visible` makes what steers text inert, and the
content security policy admits one style and one script by their hashes, and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from verify.report.html.charts import ROW_HEIGHT, TIMELINE_HEIGHT, WIDTH, delay_chart, timeline
from verify.report.html.data import data_block, shown_events
from verify.report.matrix import CellState, matrix_of
from verify.report.summary import VERDICTS, alike, by_verdict, headline, in_trouble, places, worst_status
from verify.report.text import bounded, duration, plural, visible

if TYPE_CHECKING:
    from verify.report.document import Report

MAX_CLAIMS: Final = 500
MAX_COLUMNS: Final = 60
MAX_ROWS: Final = 200
MAX_SET_ASIDE: Final = 200
MAX_EVIDENCE: Final = 100
MAX_VALUE: Final = 2_000
MAX_PLAIN_ROWS: Final = 50
"""Rows of the event table that are there without the script."""

HEAT_STEPS: Final = (1, 2, 10, 100, 1_000)
"""From how many events on a cell of the matrix takes the next stronger colour."""

_HERE: Final = Path(__file__).parent


def to_html(report: Report) -> str:
    """The report as one HTML page: offline, bounded, inert towards everything it shows."""
    style, script = _asset("page.css"), _asset("page.js")
    events = shown_events(report)
    matrix = matrix_of(report, max_columns=MAX_COLUMNS, max_rows=MAX_ROWS)
    return _environment().get_template("page.html.j2").render(
        report=report,
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 -- our own file
        script=Markup(script),  # noqa: S704 -- our own file
        data=Markup(data_block(events)),  # noqa: S704 -- encoded for exactly this place
        digest=hashlib.sha256(report.to_json().encode()).hexdigest(),
        headline=headline(report),
        groups=by_verdict(report.claims),
        verdicts=VERDICTS,
        matrix=matrix,
        cell_states=CellState,
        timeline=timeline(report),
        delays=delay_chart(report),
        plural=plural,
        alike=alike,
        places=places,
        home=report.subject.account,
        heat_steps=HEAT_STEPS,
        geometry={"width": WIDTH, "timeline": TIMELINE_HEIGHT, "row": ROW_HEIGHT},
        events=events,
        troubled=len(in_trouble(report.events)),
        limits={
            "claims": MAX_CLAIMS,
            "evidence": MAX_EVIDENCE,
            "set_aside": MAX_SET_ASIDE,
            "plain_rows": MAX_PLAIN_ROWS,
        },
    )  # fmt: skip


def _policy(style: str, script: str) -> str:
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


@cache
def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = environment.filters
    filters.update(short=_short, duration=duration, worst=worst_status, heat=_heat)
    return environment


def _inert(value: Any) -> Any:
    """What every expression of a template passes through before it is escaped."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _short(text: str, limit: int = MAX_VALUE) -> str:
    return bounded(text, limit)


def _heat(landed: int) -> int:
    """How strongly a number of events is coloured: the place of the last step it reaches, from 1."""
    return bisect_right(HEAT_STEPS, landed)
