from __future__ import annotations

from typing import TYPE_CHECKING

from tests.verify.report import sample
from tests.verify.report.html.in_browser.seen import OPEN, address, choose, claims, click, events, text
from verify.report import Evidence, render

if TYPE_CHECKING:
    from pathlib import Path

    from tests.verify.report.browser import Browser


def test_a_cell_of_the_matrix_leads_to_its_events_and_one_event_to_its_stores(failing: Browser) -> None:
    """From a number to the events it counts, and from one of them to everything the report says of it."""
    click(
        failing, ".matrix [data-events^='name=ListMeshes&store=mesh-audit-lake&'][data-events$='eu-west-1']"
    )
    wanted = [
        event
        for event in reversed(sample.failing().events)
        if event.event_name == "ListMeshes" and event.region == "eu-west-1"
    ]
    assert events(failing) == ["ListMeshes"] * len(wanted) != []
    click(failing, "#events-list .open")
    shown = text(failing, "#event")
    first = wanted[0]
    assert all(
        value in shown
        for value in (
            first.event_id,
            first.event_name,
            first.who,
            first.source_ip or "",
            first.user_agent or "",
            *sample.STORES,
        )
    )
    assert all(landing.location in shown for landing in first.stores.values() if landing.location)


def test_a_name_in_the_matrix_leads_to_its_events(failing: Browser) -> None:
    """In every store and Region."""
    click(failing, ".matrix tbody th a[data-events='name=ListMeshes']")
    assert set(events(failing)) == {"ListMeshes"}
    assert address(failing) == "events?name=ListMeshes"


def test_a_claim_leads_to_the_events_behind_it(failing: Browser) -> None:
    """A failed landing claim to the events that its store misses."""
    click(failing, "#claims-list .v-fail .behind a")
    lost = [
        event
        for event in sample.failing().events
        if event.region == "us-east-1" and event.stores["mesh-audit-bucket"].status == "missing"
    ]
    assert len(events(failing)) == len(lost) > 0


def test_an_event_names_the_claims_that_name_it(browser: Browser, tmp_path: Path) -> None:
    """And leads back to them."""
    report = sample.failing()
    event = report.events[10]
    named = tuple(
        claim.model_copy(
            update={"evidence": (Evidence(label="Missing", value=f"CreateMesh {event.event_id}"),)}
        )
        if claim.id == "integrity.chain"
        else claim
        for claim in report.claims
    )
    (tmp_path / "named.html").write_text(
        render(sample.report(named, report.events), "html"), encoding="utf-8"
    )
    browser.open(tmp_path / "named.html", f"#events?event={event.event_id}")
    assert text(browser, ".naming a") == "The digest chain is unbroken"
    click(browser, ".naming a")
    assert claims(browser) == ["The digest chain is unbroken"]
    click(browser, "#claims-list .behind a")
    assert events(browser) == [event.event_name]


def test_marks_of_charts_lead_to_their_events(waived: Browser) -> None:
    """A bar of the timeline, a caller's cell, a day on which events disappear."""
    counted = 0
    for figure, layer in (
        ("timeline", "layer=trouble"),
        ("callers", "name=ListMeshes"),
        ("fading", "gone_from"),
    ):
        mark = f"#figure-{figure} svg a[data-events*='{layer}']"
        said = text(waived, f"{mark} title")
        click(waived, mark)
        assert f": {len(events(waived))} event" in said
        counted += len(events(waived))
    assert counted > 3


def test_the_address_keeps_the_view(failing: Browser, pages: Path) -> None:
    """Filters and the open event are in it: who opens it again, or is sent it, sees the same."""
    choose(failing, "claims", "verdict", "FAIL")
    choose(failing, "events", "region", "us-east-1")
    choose(failing, "events", "find", "Describe")
    click(failing, "#events-list .open")
    kept = address(failing)
    opened, shown, failed = text(failing, "#event"), events(failing), claims(failing)
    failing.open(pages / "failing.html", f"#{kept}")
    assert failing.run(f"return {OPEN}") is True
    assert (text(failing, "#event"), events(failing), claims(failing)) == (opened, shown, failed)


def test_back_leads_back(failing: Browser) -> None:
    """From an event to the cell's events, to all of them."""
    click(failing, ".matrix tbody th a[data-events='name=ListMeshes']")
    click(failing, "#events-list .open")
    assert failing.run(f"return {OPEN}") is True
    failing.back()
    assert failing.run(f"return {OPEN}") is False
    assert set(events(failing)) == {"ListMeshes"}
    failing.back()
    assert text(failing, "#events-showing") == "420 events, newest first."
