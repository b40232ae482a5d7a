from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.verify.report import sample
from tests.verify.report.html.markup import Page
from verify.report import Evidence, Report, visible
from verify.report.html import data, to_html
from verify.report.html import page as page_room
from verify.report.html.data import MAX_EVIDENCE
from verify.report.html.links import query
from verify.report.html.page import MAX_PLAIN_CLAIMS, MAX_PLAIN_ROWS, SCRIPTS, STYLES
from verify.verdict import Verdict


@pytest.fixture(scope="module")
def benign() -> Page:
    """The page of a day with failures and nothing hostile."""
    return Page(to_html(sample.failing()))


@pytest.fixture(scope="module")
def hostile() -> Page:
    """The page of a day on which everything is hostile."""
    return Page(to_html(sample.hostile()))


def test_hostile_data_adds_no_element_and_no_attribute(benign: Page, hostile: Page) -> None:
    """Whatever records hold, the page is made of the template's own elements and attributes."""
    assert hostile.shapes() <= benign.shapes()
    assert len(hostile.all("script")) == 2
    assert not hostile.all("img")
    assert not [name for _, name in hostile.shapes() if name.startswith("on")]
    assert not hostile.all("comment")


def test_hostile_data_is_shown_as_it_is(hostile: Page) -> None:
    """Nothing is dropped for being hostile: each text can be read, its invisible parts as escapes."""
    assert [text for text in sample.HOSTILE if f"summary {visible(text)}" not in hostile.text] == []
    assert [text for text in sample.HOSTILE if f"value {visible(text)}" not in hostile.text] == []


def test_the_data_block_is_inert_json(hostile: Page) -> None:
    """The block holds every hostile event as data, and cannot be left."""
    data = hostile.inside["script"][0]
    assert {visible(text) for text in sample.HOSTILE} <= set(json.loads(data)["texts"])
    assert "<" not in data


def test_no_control_character_reaches_the_page() -> None:
    """The page's own line feeds are the only ones."""
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", to_html(sample.hostile())
    )


def test_the_policy_admits_one_style_one_script_and_nothing_else(benign: Page) -> None:
    """The content security policy allows exactly the inlined style and script, by hash, and no request."""
    metas = [meta for meta in benign.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert len(metas) == 1
    policy = dict(part.split(" ", 1) for part in metas[0]["content"].split("; "))

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert policy == {
        "default-src": "'none'",
        "style-src": digest(benign.inside["style"][0]),
        "script-src": digest(benign.inside["script"][1]),
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_the_policy_stands_before_anything_it_governs(benign: Page) -> None:
    """Only the character set comes before the policy."""
    tags = [tag for tag, _ in benign.elements]
    assert tags[:4] == ["html", "head", "meta", "meta"]
    assert benign.elements[3][1]["http-equiv"] == "Content-Security-Policy"


def test_the_page_refers_to_nothing_outside_of_itself(hostile: Page) -> None:
    """No source, no style sheet, no link but to the page's own sections; the style loads nothing either."""
    links = {attributes["href"] for _, attributes in hostile.elements if "href" in attributes}
    assert all(link.startswith("#") for link in links)
    assert not {"src", "srcset", "action", "style", "data"} & {
        name for tag, name in hostile.shapes() if tag != "comment"
    }
    assert not re.search(r"url\(|@import", hostile.inside["style"][0])


def test_every_link_has_its_section(benign: Page) -> None:
    """The navigation leads somewhere."""
    ids = {attributes["id"] for _, attributes in benign.elements if "id" in attributes}
    assert {attributes["href"][1:] for attributes in benign.all("a")} <= ids


def test_style_and_script_cannot_end_early() -> None:
    """Our own files hold nothing that would close their element, and every one of them is in the page."""
    home = Path("verify/report/html")
    assert sorted(path.stem for path in home.glob("style/*")) == sorted(STYLES)
    assert sorted(path.stem for path in home.glob("script/*")) == sorted(SCRIPTS)
    for path in (*home.glob("style/*"), *home.glob("script/*")):
        assert "</" not in path.read_text(encoding="utf-8")


def test_the_page_is_accessible(benign: Page) -> None:
    """Language, one main heading, labelled controls and charts, scoped table headings."""
    assert benign.all("html")[0]["lang"] == "en"
    assert len(benign.all("h1")) == 1
    assert len(benign.all("main")) == 1
    assert all(heading.get("scope") for heading in benign.all("th"))
    assert all(svg.get("aria-hidden") or svg.get("aria-label") for svg in benign.all("svg"))
    order = [tag for tag, _ in benign.elements]
    labels = [index for index, tag in enumerate(order) if tag == "label"]
    controls = [index for index, tag in enumerate(order) if tag in {"input", "select"}]
    assert [index - 1 for index in controls] == labels


def test_failed_claims_are_open_and_come_first(benign: Page) -> None:
    """What is wrong can be read without a click; what passed can be unfolded."""
    claims = [details for details in benign.all("details") if "claim" in details["class"]]
    assert [("open" in claim, claim["class"].split()[1]) for claim in claims[:4]] == [
        (True, "v-fail"),
        (True, "v-fail"),
        (False, "v-unverifiable"),
        (False, "v-pass"),
    ]


def test_the_matrix_has_a_cell_for_every_event_store_and_region(benign: Page) -> None:
    """39 rows of six cells."""
    cells = [
        cell["class"].split()[0]
        for cell in benign.all("td")
        if re.match(r"h\d|gap|quiet|troubled", cell.get("class", ""))
    ]
    assert len(cells) == 39 * 6
    assert "troubled" in cells


def test_a_gap_and_the_unexpected_are_told_apart_without_colour() -> None:
    """A missing event reads as missing, one never seen that would be captured as that, and one out of scope too."""
    report = sample.passing()
    coverage = list(report.coverage)
    coverage[0] = coverage[0].model_copy(update={"landed": 0})
    coverage[1] = coverage[1].model_copy(update={"landed": 0, "expected": False})
    coverage[1] = coverage[1].model_copy(update={"captured": False})
    coverage[2] = coverage[2].model_copy(update={"landed": 0, "expected": False, "captured": True})
    page = Page(to_html(report.model_copy(update={"coverage": tuple(coverage)})))
    for words in (" missing", " not seen, would be captured", " not expected, would not be captured"):
        assert page.inside["span"].count(words) == 1


def test_a_matrix_cell_leads_to_its_events(benign: Page) -> None:
    """Every cell that counts events carries the query of just these."""
    cells = [
        link["data-events"]
        for link in benign.all("a")
        if link.get("data-events", "").startswith("name=CreateMesh&")
    ]
    place = "account=123456789012&region=us-east-1"
    assert f"name=CreateMesh&store=mesh-audit-lake&{place}" in cells


def test_what_a_waiver_accepts_is_named_with_owner_and_end() -> None:
    """Accepted risks have a section of their own, say who accepts them until when, and stay under their verdict."""
    page = Page(to_html(sample.waived()))
    waivers = [claim.waiver for claim in sample.waived().claims if claim.waiver]
    assert waivers
    for waiver in waivers:
        assert f"Accepted until {waiver.expires:%Y-%m-%d} by {waiver.owner}" in page.text
    assert "Accepted for a while" in page.text
    assert "Accepted for a while" not in Page(to_html(sample.passing())).text


def test_each_control_of_a_standard_has_a_row_that_leads_to_its_claims() -> None:
    """Standard, control, verdict, and a link to the claims that map to it."""
    report = sample.waived()
    page = Page(to_html(report))
    wanted = {
        query(standard=one.standard, requirement=one.id)
        for claim in report.claims
        for one in claim.requirements
    }
    assert wanted
    assert wanted <= {link.get("data-claims", "") for link in page.all("a")}


def test_every_chart_has_words_and_numbers_beside_it() -> None:
    """A chart is one picture with a description, and its numbers stand in a table that can be unfolded."""
    page = Page(to_html(sample.waived()))
    drawings = [div for div in page.all("div") if div.get("role") == "img"]
    assert len(drawings) == len([svg for svg in page.all("svg") if svg.get("class") == "chart"]) == 5
    assert all(len(div["aria-label"]) > 30 for div in drawings)
    assert len([fold for fold in page.all("details") if fold["class"] == "numbers"]) == 5 + 1


def test_marks_of_charts_are_no_stops_for_the_tab_key(benign: Page) -> None:
    """A hundred bars are not a hundred stops: the table beside them has the same links."""
    marks = {link["data-events"] for link in benign.all("a") if link.get("tabindex") == "-1"}
    others = {
        link["data-events"] for link in benign.all("a") if "data-events" in link and "tabindex" not in link
    }
    assert marks
    assert {mark for mark in marks if "since=" in mark} <= others


def test_the_footer_names_the_hash_of_the_document(benign: Page) -> None:
    """Whoever has the JSON can check that the page was rendered from it."""
    assert hashlib.sha256(sample.failing().to_json().encode()).hexdigest() in benign.text


def test_long_lists_are_bounded_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """More claims and events than a page holds give a page of bounded size that says what it leaves out."""
    for room in (data, page_room):
        monkeypatch.setattr(room, "MAX_EVENTS", 200)
        monkeypatch.setattr(room, "MAX_CLAIMS", 250)
    claims = tuple(sample.claim(f"c{n:04d}", "t", Verdict.PASS, "s") for n in range(275))
    page = Page(to_html(sample.report(claims, sample.events(323))))
    assert len([one for one in page.all("details") if "claim" in one["class"]]) == MAX_PLAIN_CLAIMS
    assert f"and {275 - MAX_PLAIN_CLAIMS} claims more, all in report.json" in page.text
    assert "The page holds 250 claims, the worst first; 25 more are in report.json." in page.text
    assert "The page holds 200 events, those in trouble first; 123 more are in report.json." in page.text
    assert len([row for row in page.all("tr") if row.get("class", "").startswith("w-")]) == MAX_PLAIN_ROWS
    block = json.loads(page.inside["script"][0])
    assert (len(block["events"]), len(block["claims"])) == (200, 250)


def test_evidence_is_bounded_and_counted() -> None:
    """A claim with a thousand facts shows a hundred and counts the rest."""
    claim = sample.claim("c", "t", Verdict.FAIL, "s", remedy="r").model_copy(
        update={
            "evidence": tuple(Evidence(label="Missing", value=f"event {number}") for number in range(1000))
        }
    )
    page = Page(to_html(sample.report((claim,))))
    assert f"and {1000 - MAX_EVIDENCE} facts more, all in report.json" in page.text
    assert "event 99" in page.text
    assert "event 100" not in page.text


def test_an_empty_report_is_a_page_too() -> None:
    """Nothing claimed, nothing found: the page says so."""
    report = sample.report(())
    page = Page(
        to_html(
            Report.model_validate(
                report.model_dump()
                | {
                    "coverage": (),
                    "stores": (),
                    "counts": {"records_in": 0, "kept": 0, "set_aside": 0, "by_store": ()},
                }
            )
        )
    )
    for words in (
        *("Nothing was claimed.", "No coverage was measured.", "No event was found", "No store told"),
        *("No event in the window.", "so no caller", "Nothing was found out", "outlives Event history"),
    ):
        assert words in page.text
    assert "UNVERIFIABLE" in page.text
