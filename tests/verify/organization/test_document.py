from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from tests.verify.organization import sample
from verify.organization.document import SCHEMA, OrganizationReport
from verify.report.written import ReportError
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("made", [sample.passing, sample.failing, sample.hostile])
def test_a_report_survives_its_json(made: Callable[[], OrganizationReport]) -> None:
    """Read again it is equal, and written again it is the same bytes; plain ASCII, whatever is in it."""
    report = made()
    text = report.to_json()
    again = OrganizationReport.from_json(text)
    assert again == report
    assert again.to_json() == text
    assert text.isascii()
    assert json.loads(text)["schema"] == SCHEMA


def test_keys_are_published_in_camel_case() -> None:
    """As those of the report about one account are."""
    document = json.loads(sample.failing().to_json())
    assert {"managementAccount", "generatedAt", "leftOut", "accounts", "regions"} <= set(document)
    assert {"joinedAt", "units", "reached", "cells"} <= set(document["accounts"][0])
    assert set(document["accounts"][0]["cells"][0]) == {
        *("region", "state", "catchers", "seen", "landed", "why", "remedy", "waiver"),
    }


def test_the_order_given_does_not_matter() -> None:
    """Rows, cells, catchers and Regions have one order of their own."""
    other = replace(sample.ORGANIZATION_TRAIL, arn="arn:aws:cloudtrail:us-east-1:111111111111:trail/another")
    both = replace(sample.caught("eu-west-1"), catchers=(sample.ORGANIZATION_TRAIL, other))
    turned = replace(both, catchers=(other, sample.ORGANIZATION_TRAIL))
    one = sample.report(sample.row(0), sample.row(1, both))
    row = sample.row(1, turned)
    two = sample.report(
        replace(row, cells=row.cells[::-1]), sample.row(0), regions=tuple(reversed(sample.REGIONS))
    )
    assert one.to_json() == two.to_json()


def test_the_verdict_is_that_of_the_claims() -> None:
    """All well, something lost, something not told."""
    assert sample.passing().verdict is Verdict.PASS
    assert sample.failing().verdict is Verdict.FAIL
    assert sample.report(sample.row(0), sample.unreached(1)).verdict is Verdict.UNVERIFIABLE


def test_the_same_account_twice_is_refused() -> None:
    """Which row would be right?"""
    with pytest.raises(ValidationError, match="an account occurs twice"):
        sample.report(sample.row(1), sample.row(1))
    with pytest.raises(ValidationError, match="an account occurs twice"):
        sample.report(sample.row(0), sample.row(1), left_out=(sample.row(1).id,))


@pytest.mark.parametrize(
    ("part", "changes", "said"),
    [
        ("report", {"verdict": "FAIL"}, "verdict is FAIL"),
        ("report", {"schema": "meshtrail/report/v1"}, "schema"),
        ("report", {"extra": 1}, "extra"),
        ("report", {"regions": ["us-east-1", "us-east-1"]}, "one occurs twice"),
        ("report", {"claims": []}, "claims say"),
        ("row", {"reached": False}, "nothing says why"),
        ("cell", {"state": "lost"}, "nothing says why"),
        ("cell", {"state": "lost", "why": "w"}, "needs a remedy"),
        (
            "cell",
            {"state": "lost", "why": "w", "remedy": "r"},
            "claim organization.no-event-lost is not FAIL",
        ),
        ("cell", {"state": "unknown", "why": "w"}, "is not UNVERIFIABLE"),
        ("cell", {"catchers": []}, "no trail or store is named"),
        ("cell", {"region": "us-east-1"}, "occurs twice"),
        ("cell", {"region": "xx-none-1"}, "none of the matrix"),
        ("cell", {"landed": 9}, "9 landed"),
    ],
)
def test_a_document_that_contradicts_itself_is_refused(
    part: str, changes: dict[str, object], said: str
) -> None:
    """And what is wrong is said."""
    document = json.loads(sample.passing().to_json())
    row = document["accounts"][1]
    {"report": document, "row": row, "cell": row["cells"][0]}[part].update(changes)
    with pytest.raises(ReportError, match=said):
        OrganizationReport.from_json(json.dumps(document), where="report.json")


def test_what_is_no_json_is_refused() -> None:
    """With a remedy, and without a traceback of the parser."""
    with pytest.raises(ReportError, match="organization"):
        OrganizationReport.from_json("<html>")
