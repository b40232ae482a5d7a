from __future__ import annotations

import io
import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.verify.report import sample
from verify.report import Evidence, LandingStatus, print_report
from verify.report.terminal import to_terminal
from verify.report.terminal.claims import MAX_CLAIMS
from verify.report.terminal.page import MAX_EVENTS
from verify.report.text import loggable
from verify.verdict import Verdict

if TYPE_CHECKING:
    from verify.report import Report


@pytest.mark.parametrize("width", [60, 80, 100, 200])
@pytest.mark.parametrize("made", [sample.passing(), sample.failing(), sample.hostile()])
def test_no_line_is_wider_than_the_terminal(made: Report, width: int) -> None:
    """Tables and texts fold to the width there is."""
    assert max(cell_len(line) for line in to_terminal(made, width=width).splitlines()) <= width


def test_failures_come_before_passes_with_evidence_and_remedy() -> None:
    """What is wrong is on top: summary, evidence, what to do; a pass is one line."""
    shown = to_terminal(sample.failing(), width=160)
    failed, unsure, passed = (
        shown.index(f"\n{heading}  ") for heading in ("Failed", "Could not be verified", "Passed")
    )
    assert failed < unsure < passed
    assert "2 of 210 events in us-east-1 never reached the trail's bucket" in shown[failed:unsure]
    assert "CreateVirtualNode 7f3c2f6e-5a1b-4b57-9d10-2f1f8f7f6d11" in shown[failed:unsure]
    assert "do " in shown[failed:unsure]
    assert "Export the two events from Event history" in shown[failed:unsure]
    assert "AWS ended App Mesh on 2026-09-30" in shown[unsure:passed]
    assert "48 good signatures" not in shown


def test_accepted_claims_stand_apart_with_their_waiver() -> None:
    """They come after what failed and what passed, and say who accepts them."""
    shown = to_terminal(sample.waived(), width=220)
    accepted = shown.index("\nAccepted as they are  2, not counted in the verdict")
    assert shown.index("\nFailed  2") < accepted < shown.index("✗ Nobody can delete what the bucket keeps")
    assert "platform-security@example.com, until 2026-12-01 00:00 UTC" in shown[accepted:]


def test_retention_and_fading_are_tables_of_dates() -> None:
    """Until when each store keeps what it has, and which events are gone when."""
    shown = to_terminal(sample.waived(), width=160)
    assert re.search(r"mesh-audit-bucket +us-east-1 +lifecycle rule expire +2,557 +2033-09-14 ", shown)
    assert re.search(r"mesh-audit-lake +us-east-1 +retention period +- +for ever +for ever +no", shown)
    assert "3 events only Event history holds, and when each disappears, UTC" in shown
    assert len(re.findall(r"^  2026-12-13 \d\d:\d\d  \w+  123456789012", shown, re.MULTILINE)) == 3


@pytest.mark.parametrize("width", range(40, 120, 8))
def test_no_line_is_a_workflow_command(width: int) -> None:
    """GitHub Actions obeys a line that begins with `::`; wherever a text is folded, none does."""
    texts = [f"{'x' * length}::error file=a::forged" for length in range(40)]
    claims = tuple(
        sample.claim(text, text, Verdict.FAIL, text, subject=text, evidence=((text, text),), remedy=text)
        for text in texts
    )
    for made in (sample.report(claims), sample.hostile()):
        lines = to_terminal(made, width=width).splitlines()
        assert [line for line in lines if line.lstrip().startswith("::")] == []
        assert not any("##" in line for line in lines)


def test_what_a_claim_maps_to_is_shown() -> None:
    """Below what to do."""
    assert "CIS AWS Foundations 5.0 3.2, NIST SP 800-53 Rev. 5 AU-9" in to_terminal(
        sample.failing(), width=160
    )


def test_the_last_line_is_the_verdict() -> None:
    """Whoever sees only the end of the output sees the verdict."""
    last = to_terminal(sample.failing()).strip().splitlines()[-1]
    assert last.strip() == "FAIL  2 of 11 claims do not hold. 1 could not be verified."


def test_all_events_of_the_catalog_are_in_the_matrix_at_80_columns() -> None:
    """39 names, two Regions and three stores fit a plain terminal in one table."""
    shown = to_terminal(sample.passing(), width=80)
    assert len(re.findall(r"^[A-Z]\w+ +(?:\d+ +){6}", shown, re.MULTILINE)) == 39
    assert "A event-history" in shown
    assert "no gap" in shown


def test_counts_say_what_was_kept_and_set_aside() -> None:
    """Records in = kept + set aside, and what was set aside is named."""
    shown = to_terminal(sample.failing(), width=200)
    assert "3,095 in = 1,260 kept + 1,835 set aside" in shown
    assert "1,834 another event source" in shown
    assert "record 14: not a JSON object" in shown


@pytest.mark.parametrize("color", [False, True])
def test_hostile_text_reaches_no_terminal(color: bool) -> None:
    """Apart from rich's own colours no control character comes out, and what was there is shown as escapes."""
    shown = to_terminal(sample.hostile(), width=200, color=color)
    ours = re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert {char for char in ours if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}} == {"\n"}
    assert r"\x1b[2J\x1b]0;owned\x07 erased \x9b31m" in ours
    assert r"safe\u202egnp.exe" in ours


def test_markup_in_data_is_shown_not_interpreted() -> None:
    """Rich's own markup in a record stays text."""
    assert "[bold red]markup[/bold red] [link=https://example.com]x[/link]" in to_terminal(
        sample.hostile(), width=200
    )


def test_every_hostile_text_is_there_to_be_read() -> None:
    """Nothing is dropped for being hostile: each text appears in its visible form."""
    shown = to_terminal(sample.hostile(), width=400)
    assert [text for text in sample.HOSTILE if loggable(f"title {text}") not in shown] == []


def test_a_console_that_is_no_terminal_gets_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing into a pipe writes plain text."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    out = io.StringIO()
    print_report(sample.failing(), Console(file=out, width=100))
    assert "\x1b" not in out.getvalue()
    assert "FAIL" in out.getvalue()


def test_no_color_is_respected_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR set no colour is written, even to a terminal."""
    monkeypatch.setenv("NO_COLOR", "1")
    out = io.StringIO()
    print_report(sample.failing(), Console(file=out, width=100, force_terminal=True))
    assert not re.search(r"\x1b\[[\d;]*3[0-7]m", out.getvalue())


def test_a_terminal_gets_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal failures are red."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert re.search(r"\x1b\[[\d;]*31m", to_terminal(sample.failing(), color=True))


def test_long_lists_are_bounded_and_counted() -> None:
    """Thousands of claims and events show a screenful, and say how many more there are."""
    claims = tuple(
        sample.claim(f"c{n:04d}", "title", Verdict.FAIL, "summary", remedy="mend it")
        for n in range(MAX_CLAIMS + 50)
    )
    store = sample.STORES[0]
    found = tuple(
        event.model_copy(
            update={"stores": {store: event.stores[store].model_copy(update={"status": LandingStatus.LATE})}}
        )
        for event in sample.events(MAX_EVENTS + 7, faults=False)
    )
    shown = to_terminal(sample.report(claims, found), width=100)
    assert "… and 50 claims more; report.json has all of them." in shown
    assert "… and 7 events more; report.json has all of them." in shown
    assert shown.count("mend it") == MAX_CLAIMS


def test_evidence_and_values_are_bounded() -> None:
    """A claim with a thousand facts, or one of a megabyte, stays readable."""
    claim = sample.claim("c", "t", Verdict.FAIL, "x" * 1_000_000, remedy="r").model_copy(
        update={"evidence": tuple(Evidence(label="fact", value=str(number)) for number in range(1000))}
    )
    shown = to_terminal(sample.report((claim,)), width=100)
    assert "… and 990 more; report.json has all of them." in shown
    assert "(+999,600 characters)" in shown.replace("\n", " ").replace("    ", " ")
    assert len(shown) < 20_000
