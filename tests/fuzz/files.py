"""What has to hold of files that a person hands over: manifests, reports, waivers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast

from cloudtrail.manifest import MalformedManifest, Manifest
from cloudtrail.selectors import MalformedSelector, read_selectors
from tests.fuzz import documents
from tests.fuzz.target import Target
from tests.verify.report import sample
from verify.report import Format, Report, ReportError, render
from verify.waivers import BadWaivers, Waivers

if TYPE_CHECKING:
    from pathlib import Path

_FORMATS: Final[tuple[Format, ...]] = ("junit", "markdown", "sarif", "terminal")
"""Those that are quick to write."""


def run_manifest(data: bytes) -> None:
    """A manifest that was read can be written and read again; all else is malformed."""
    try:
        manifest = Manifest.from_json(data, where="here")
    except MalformedManifest as error:
        assert error.why
        return
    again = Manifest.from_json(manifest.to_json(), where="again")
    assert again.to_json() == manifest.to_json()
    assert manifest.account.isascii()
    for trail in manifest.trails:
        advanced, classic = list(trail.advanced_event_selectors), list(trail.event_selectors)
        try:
            read_selectors({"AdvancedEventSelectors": advanced, "EventSelectors": classic})
        except MalformedSelector as error:
            assert error.why


def run_report(data: bytes) -> None:
    """A report that was read reads back from what it writes, and can be rendered; all else is an error."""
    try:
        report = Report.from_json(data, where="here")
    except ReportError as error:
        assert error.why
        return
    text = report.to_json()
    assert text.isascii()
    assert Report.from_json(text) == report
    for output in _FORMATS:
        render(report, output).encode()


def run_waivers(data: bytes) -> None:
    """A waiver file that was read can be applied to any claims; all else is an error."""
    try:
        waivers = Waivers.read(cast("Path", _File(data)), statements=[claim.id for claim in _CLAIMS])
    except BadWaivers as error:
        assert error.what
        return
    applied = waivers.applied(_CLAIMS, now=_NOW)
    assert [claim.verdict for claim in applied][: len(_CLAIMS)] == [claim.verdict for claim in _CLAIMS]


class _File:
    """As much of a file as is read of it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read_text(self, *, encoding: str) -> str:
        """Its text."""
        return self._content.decode(encoding)

    def __str__(self) -> str:
        return "waivers.toml"


_CLAIMS = sample.failing().claims
_NOW = datetime(2026, 9, 2, tzinfo=UTC)
_WAIVERS = documents.WAIVERS.replace(b"bucket.access-logging", _CLAIMS[0].id.encode())

TARGETS = (
    Target("manifest", run_manifest, (documents.manifest(),), ("NaN", "1e999", "schema", "discovered")),
    Target("report", run_report, (documents.report(),), ("NaN", "0001-01-01T00:00:00+14:00")),
    Target(
        "waivers",
        run_waivers,
        (_WAIVERS,),
        ("[[waiver]]", "expires=", '"""', "9999-12-31", "2027-01-01T00:00:00Z", "control=", "inf", "0x"),
        structured=False,
    ),
)
