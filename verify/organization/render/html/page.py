"""Puts the page together: the matrix and the claims, in the shell that makes it one inert file."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from verify.organization.matrix import CellState
from verify.organization.render.html.data import data_block, shown_accounts
from verify.organization.render.summary import (
    catching,
    heading,
    headline,
    not_asked,
    numbers,
    subject,
    troubles,
    where,
    whose,
)
from verify.organization.sources import an_event
from verify.report.html.shell import SCRIPT, STYLE, environment, policy, script_of, style_of
from verify.report.summary import VERDICTS, by_verdict
from verify.report.text import plural

if TYPE_CHECKING:
    from jinja2 import Environment

    from verify.organization.document import OrganizationReport

MAX_TROUBLES: Final = 200
MAX_ACCOUNTS: Final = 20
MAX_CLAIMS: Final = 200
MAX_EVIDENCE: Final = 1_000
MAX_CATCHERS: Final = 50

SHARED_STYLES: Final = ("base", "banner", "claims", "tables", "events", "narrow", "print")
STYLES: Final = ("matrix", "overview", "paper")
SHARED_SCRIPTS: Final = ("dom", "theme")
SCRIPTS: Final = ("data", "filters", "grid", "overview", "drill", "address", "keys", "start")
"""The files of the page's one style and one script: those it has in common with every report, then its own."""

_HERE: Final = Path(__file__).parent


def to_html(report: OrganizationReport) -> str:
    """The report as one HTML page: offline, bounded, inert towards everything it shows."""
    style, script = _style(), _script()
    rows = shown_accounts(report)
    return _environment().get_template("page.html.j2").render(
        report=report,
        policy=policy(style, script),
        style=Markup(style),  # noqa: S704 -- our own files
        script=Markup(script),  # noqa: S704 -- our own files
        data=Markup(data_block(report, rows)),  # noqa: S704 -- encoded for exactly this place
        digest=hashlib.sha256(report.to_json().encode()).hexdigest(),
        headline=headline(report),
        heading=heading(report),
        not_asked=not_asked(report),
        an_event=_in_the_middle(an_event(report.event_sources)),
        subject=subject(report),
        numbers=numbers(report),
        states=tuple(CellState),
        troubles=troubles(report),
        catching=catching(report),
        groups=by_verdict(report.claims),
        verdicts=VERDICTS,
        left_unshown=len(report.accounts) - len(rows),
        where=where,
        whose=whose,
        plural=plural,
        limits={
            "troubles": MAX_TROUBLES,
            "accounts": MAX_ACCOUNTS,
            "claims": MAX_CLAIMS,
            "evidence": MAX_EVIDENCE,
            "catchers": MAX_CATCHERS,
        },
    )  # fmt: skip


def _in_the_middle(sentence: str) -> str:
    """What begins a sentence, inside of one."""
    return sentence[:1].lower() + sentence[1:]


@cache
def _style() -> str:
    shared = [STYLE / f"{name}.css" for name in SHARED_STYLES]
    return style_of([*shared, *(_HERE / "style" / f"{name}.css" for name in STYLES)])


@cache
def _script() -> str:
    shared = [SCRIPT / f"{name}.js" for name in SHARED_SCRIPTS]
    return script_of([*shared, *(_HERE / "script" / f"{name}.js" for name in SCRIPTS)])


@cache
def _environment() -> Environment:
    return environment(_HERE / "templates")
