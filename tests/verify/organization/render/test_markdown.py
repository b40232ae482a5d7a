from __future__ import annotations

import re
from dataclasses import replace

from tests.verify.organization import sample
from verify.organization.render import render
from verify.report.markdown.page import MAX_BYTES


def test_what_is_wrong_is_listed_with_what_to_do() -> None:
    """Lost first, then what could not be told, then who is not active."""
    page = render(sample.failing(), "markdown")
    heads = re.findall(r"^### (.*)$", page, re.MULTILINE)
    assert heads == [
        "Claims: 2",
        "An event would be lost: 1 cell",
        "Could not be told: 4 cells",
        "Not active: 1 account",
        "What catches events",
    ]
    assert "**`123456789014` `edge-3`** in `eu-west-1`" in page
    assert sample.PROVISION in page.replace("`", "")


def test_a_page_never_exceeds_what_a_job_summary_takes() -> None:
    """A thousand accounts, each with another trouble in each Region: bounded, and what is missing is counted."""
    rows = [
        sample.row(
            number,
            *(
                replace(sample.lost(region), why=f"{number} {region} " + "x " * 200)
                for region in sample.REGIONS
            ),
        )
        for number in range(1_000)
    ]
    page = render(sample.report(*rows), "markdown")
    assert MAX_BYTES * 0.9 < len(page.encode()) <= MAX_BYTES
    assert re.search(r"\*[\d,]+ cells left out: a job summary holds 1 MiB", page)
    assert page.rstrip().splitlines()[-1].startswith("Found by")


def test_hostile_names_are_no_markup() -> None:
    """Outside of code spans there is no HTML, no link, no mention."""
    page = render(sample.hostile(), "markdown")
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", page)
    assert not re.search(r"<\w|</|\]\(|://|@\w|\x1b|::|##\w", outside)


def test_an_organization_where_all_is_well_is_short() -> None:
    """Verdict, numbers, claims; no heading without anything under it."""
    page = render(sample.passing(), "markdown")
    assert "✅ PASS" in page
    assert "lost:" not in page
    assert "Could not be told" not in page
