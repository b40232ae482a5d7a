from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.verify.report import sample
from tests.verify.report.html.in_browser.seen import address, choose, claims, click, events, text
from verify.report import Requirement, render
from verify.report.summary import in_trouble
from verify.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from tests.verify.report.browser import Browser


def test_typing_narrows_the_events(failing: Browser) -> None:
    """Words in the box, in any order and case, leave the events that hold them all."""
    failing.run("document.querySelector('#events-filters [data-name=find]').focus()")
    failing.press("us-east-1 describeMESH")
    assert set(events(failing)) == {"DescribeMesh"}
    assert text(failing, "#events-showing").endswith("that match, out of 420.")
    failing.press(" nobody-holds-this")
    assert events(failing) == []
    assert text(failing, "#events-showing") == "No event matches."


def test_events_in_trouble_can_be_picked_out(failing: Browser) -> None:
    """The outcome filter shows exactly the events that are not well somewhere, with a store those not well there."""
    choose(failing, "events", "outcome", "*")
    assert len(events(failing)) == len(in_trouble(sample.failing().events)) > 0
    choose(failing, "events", "store", "mesh-audit-lake")
    late = sum(event.stores["mesh-audit-lake"].status == "late" for event in sample.failing().events)
    assert len(events(failing)) == late > 0


def test_the_table_grows_a_page_at_a_time(failing: Browser) -> None:
    """420 events show a hundred, and a hundred more for each press, until there are no more."""
    lengths = [len(events(failing))]
    while not failing.run("return document.getElementById('events-more').hidden"):
        click(failing, "#events-more")
        lengths.append(len(events(failing)))
    assert lengths == [100, 200, 300, 400, 420]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("verdict", "FAIL"),
        ("severity", "critical"),
        ("region", "us-east-1"),
        ("store", "mesh-audit-lake"),
        ("accepted", "yes"),
    ],
)
def test_claims_are_filtered_by_what_they_say(waived: Browser, name: str, value: str) -> None:
    """Each control leaves the claims it names; gathered ones count once."""
    choose(waived, "claims", name, value)
    wanted = {
        claim.title
        for claim in sample.waived().claims
        if (claim.waiver is not None if name == "accepted" else getattr(claim, name) == value)
    }
    assert set(claims(waived)) == wanted != set()
    assert address(waived) == f"claims?c.{name}={value}"


def test_a_standard_and_its_control_lead_to_their_claims(waived: Browser) -> None:
    """A number in the table of standards shows the claims that map to it, and says so until it is taken away."""
    one = Requirement(standard="NIST SP 800-53 Rev. 5", id="AU-9")
    click(waived, f"[data-claims*='requirement={one.id}']")
    wanted = {claim.title for claim in sample.waived().claims if one in claim.requirements}
    assert set(claims(waived)) == wanted != set()
    assert text(waived, "#claims .chip") == "Control: AU-9 ×"  # noqa: RUF001 -- the sign on the button
    click(waived, "#claims .clear")
    assert len(claims(waived)) > len(wanted)


def test_words_find_claims_by_their_evidence(failing: Browser) -> None:
    """Also in a body that was never unfolded."""
    choose(failing, "claims", "find", "ListClusters WITNESS")
    assert claims(failing) == ["A call made now is recorded"]


def test_the_script_writes_claims_as_the_template_does(browser: Browser, pages: Path) -> None:
    """Unfolded, the list of the script has the words of the list that is there without it, in the same order."""
    browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(pages / "waived.html")
    tree = browser.devtools("DOM.getDocument", depth=0)
    found = browser.devtools("DOM.querySelector", nodeId=tree["root"]["nodeId"], selector="#claims-list")
    plain = browser.devtools("DOM.getOuterHTML", nodeId=found["nodeId"])["outerHTML"]
    browser.devtools("Emulation.setScriptExecutionDisabled", value=False)
    browser.open(pages / "waived.html")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    written = browser.run("return document.getElementById('claims-list').outerHTML")
    words = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip() for html in (plain, written)]
    links = [re.findall(r'data-events="([^"]*)"', html) for html in (plain, written)]
    assert words[0] == words[1]
    assert links[0] == links[1] != []


def test_large_reports_stay_usable(browser: Browser, tmp_path: Path) -> None:
    """20,000 events and 1,200 claims: a bounded page of which all can be searched."""
    passed = tuple(
        sample.claim(f"c{n:04d}", f"claim {n}", Verdict.PASS, f"summary {n}", region=f"region-{n % 30}")
        for n in range(1_200)
    )
    some = sample.events(400)
    found = [some[n % 400].model_copy(update={"event_id": f"{UUID(int=n)}"}) for n in range(20_000)]
    last = found[0].model_copy(update={"user_agent": "needle-in-the-oldest"})
    page = tmp_path / "large.html"
    page.write_text(render(sample.report(passed, (last, *found[1:])), "html"), encoding="utf-8")
    assert page.stat().st_size < 16_000_000
    browser.open(page)
    assert len(events(browser)) == len(claims(browser)) == 100
    assert browser.run("return document.querySelectorAll('*').length") < 9_000
    choose(browser, "events", "find", "needle-in-the-oldest")
    assert events(browser) == [last.event_name]
    choose(browser, "claims", "find", "summary 1199")
    assert claims(browser) == ["claim 1199"]
