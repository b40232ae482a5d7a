"""Puts the page together: what the report says, in the shell that makes it one inert file."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from verify.report.html.behind import Behind
from verify.report.html.data import MAX_CLAIMS, MAX_EVENTS, MAX_EVIDENCE, data_block, shown_events
from verify.report.html.heat import Heat
from verify.report.html.links import query
from verify.report.html.plots.callers import callers
from verify.report.html.plots.delays import delays
from verify.report.html.plots.fading import fading
from verify.report.html.plots.retention import retention
from verify.report.html.plots.timeline import timeline
from verify.report.html.requirements import requirements_of
from verify.report.html.shell import SCRIPT, STYLE, environment, policy, script_of, style_of
from verify.report.matrix import CellState, matrix_of
from verify.report.summary import VERDICTS, alike, by_verdict, headline, in_trouble, places, worst_status
from verify.report.text import plural

if TYPE_CHECKING:
    from jinja2 import Environment

    from verify.report.document import Report

MAX_COLUMNS: Final = 60
MAX_ROWS: Final = 200
MAX_SET_ASIDE: Final = 200
MAX_FADING: Final = 200
MAX_PLAIN_CLAIMS: Final = 200
MAX_PLAIN_ROWS: Final = 50
"""Claims, and rows of the event table, that are there without the script."""

STYLES: Final = ("base", "banner", "claims", "tables", "matrix", "plots", "events", "narrow", "print")
SCRIPTS: Final = ("dom", "data", "address", "list", "claims", "events", "event", "keys", "theme", "start")
"""The files of the page's one style and one script, in the order they are put together."""

_HERE: Final = Path(__file__).parent


def to_html(report: Report) -> str:
    """The report as one HTML page: offline, bounded, inert towards everything it shows."""
    style, script = _style(), _script()
    events = shown_events(report)
    waived = [(claim.waiver, claim) for claim in report.claims if claim.waiver]
    return _environment().get_template("page.html.j2").render(
        report=report,
        policy=policy(style, script),
        style=Markup(style),  # noqa: S704 -- our own files
        script=Markup(script),  # noqa: S704 -- our own files
        data=Markup(data_block(report, events)),  # noqa: S704 -- encoded for exactly this place
        digest=hashlib.sha256(report.to_json().encode()).hexdigest(),
        headline=headline(report),
        groups=by_verdict(report.claims),
        verdicts=VERDICTS,
        accepted=[claim for _, claim in sorted(waived, key=lambda one: (one[0].expires, one[1].id))],
        standards=requirements_of(report),
        matrix=matrix_of(report, max_columns=MAX_COLUMNS, max_rows=MAX_ROWS),
        cell_states=CellState,
        heat=Heat(max((row.landed for row in report.coverage), default=1)),
        landing=(timeline(report), delays(report)),
        callers=callers(report),
        kept=retention(report),
        fading=fading(report),
        behind=Behind(events),
        query=query,
        plural=plural,
        alike=alike,
        places=places,
        home=report.subject.account,
        events=events,
        troubled=len(in_trouble(report.events)),
        limits={
            "claims": MAX_CLAIMS,
            "events": MAX_EVENTS,
            "evidence": MAX_EVIDENCE,
            "set_aside": MAX_SET_ASIDE,
            "fading": MAX_FADING,
            "plain_claims": MAX_PLAIN_CLAIMS,
            "plain_rows": MAX_PLAIN_ROWS,
        },
    )  # fmt: skip


@cache
def _style() -> str:
    return style_of(STYLE / f"{name}.css" for name in STYLES)


@cache
def _script() -> str:
    return script_of(SCRIPT / f"{name}.js" for name in SCRIPTS)


@cache
def _environment() -> Environment:
    return environment(_HERE / "templates", worst=worst_status)
