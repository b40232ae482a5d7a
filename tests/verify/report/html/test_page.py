from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typing_extensions import override

from tests.verify.report import sample
from verify.report import Evidence, Report, visible
from verify.report.html import to_html
from verify.report.html.data import MAX_EVENTS
from verify.report.html.page import MAX_CLAIMS, MAX_EVIDENCE, MAX_PLAIN_ROWS
from verify.verdict import Verdict


class Page(HTMLParser):
    """What a page is made of: its elements with their attributes, and the text of each kind of element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.inside: dict[str, list[str]] = {}
        self._open = ""
        self.feed(page)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open = tag
        self.inside.setdefault(tag, []).append("")

    @override
    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    @override
    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open:
            self.inside[self._open][-1] += data

    @override
    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", {"data": data}))

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    def shapes(self) -> set[tuple[str, str]]:
        """Every pair of element and attribute name that occurs."""
        return {(tag, name) for tag, attributes in self.elements for name in attributes} | {
            (tag, "") for tag, _ in self.elements
        }


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
    assert {event["agent"] for event in json.loads(data)} == {visible(text) for text in sample.HOSTILE}
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
    """Our own files hold nothing that would close their element."""
    for name in ("page.css", "page.js"):
        assert "</" not in Path("verify/report/html", name).read_text(encoding="utf-8")


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
    """A missing event reads as missing, and one that need not be there as not expected."""
    report = sample.passing()
    coverage = list(report.coverage)
    coverage[0] = coverage[0].model_copy(update={"landed": 0})
    coverage[1] = coverage[1].model_copy(update={"landed": 0, "expected": False})
    page = Page(to_html(report.model_copy(update={"coverage": tuple(coverage)})))
    assert " missing" in page.text
    assert " not expected" in page.text


def test_the_footer_names_the_hash_of_the_document(benign: Page) -> None:
    """Whoever has the JSON can check that the page was rendered from it."""
    assert hashlib.sha256(sample.failing().to_json().encode()).hexdigest() in benign.text


def test_long_lists_are_bounded_and_counted() -> None:
    """Thousands of claims and events give a page of bounded size that says what it leaves out."""
    claims = tuple(sample.claim(f"c{n:04d}", "t", Verdict.PASS, "s") for n in range(MAX_CLAIMS + 25))
    page = Page(to_html(sample.report(claims, sample.events(MAX_EVENTS + 123))))
    assert len(page.all("details")) == MAX_CLAIMS
    assert "and 25 claims more, all in report.json" in page.text
    assert "The page holds 5,000 events, those in trouble first; 123 more are in report.json." in page.text
    assert len([row for row in page.all("tr") if row.get("class", "").startswith("w-")]) == MAX_PLAIN_ROWS
    assert len(json.loads(page.inside["script"][0])) == MAX_EVENTS


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
    for words in ("Nothing was claimed.", "No coverage was measured.", "No event was found", "No store told"):
        assert words in page.text
    assert "UNVERIFIABLE" in page.text


def _luminance(color: str) -> float:
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_has_enough_contrast(scheme: int) -> None:
    """Text on its ground reaches 4.5:1 (WCAG 2.2, 1.4.3), in light and in dark."""
    style = Path("verify/report/html/page.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", style)
    colors = {name: (light, dark)[scheme] for name, light, dark in found}
    pairs = [
        *(
            (text, ground)
            for text in ("ink", "mute", "accent", "pass", "fail", "warn")
            for ground in ("sheet", "inset")
        ),
        *(
            ("ink", ground)
            for ground in ("h1", "h2", "h3", "pass-tint", "fail-tint", "warn-tint", "quiet-tint")
        ),
        *(("mute", ground) for ground in ("fail-tint", "warn-tint", "quiet-tint", "paper")),
        *(("accent", "fail-tint"), ("accent", "warn-tint"), ("fail", "fail-tint"), ("warn", "warn-tint")),
        *(("h4-ink", "h4"), ("h5-ink", "h5"), ("sheet", "fail")),
    ]
    weak = {}
    for text, ground in pairs:
        lighter, darker = sorted((_luminance(colors[text]), _luminance(colors[ground])), reverse=True)
        if (ratio := (lighter + 0.05) / (darker + 0.05)) < 4.5:
            weak[text, ground] = round(ratio, 2)
    assert weak == {}
