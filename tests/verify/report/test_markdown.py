from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.verify.report import sample
from verify.report import Coverage, Evidence, Report, Severity, render
from verify.report.markdown.inert import MAX_VALUE, inert
from verify.report.markdown.page import MAX_BYTES, MAX_EVIDENCE
from verify.report.text import loggable
from verify.verdict import Verdict

if TYPE_CHECKING:
    from markdown_it.token import Token

    from verify.report import Claim

OURS = re.compile(r"<details><summary>[\w ]+: [\d,]+</summary>\n|</details>\n")
LINKED = re.compile(r"[@#<>&\[\]{}\\|~^$*_`]|://|www\.|\w\.\w{2,}|:\w+:|GH-\d|\d{7}|\b[0-9a-f]{7,40}\b")
"""What GitHub or GitLab makes a link, a mention, an emoji or markup when it is outside of a code span."""


def _tokens(text: str) -> list[Token]:
    """The tokens of a GitHub-like parser, blocks and what is in them."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    blocks = parser.parse(text)
    return [*blocks, *(child for block in blocks for child in block.children or ())]


def _shown(text: str) -> str:
    """What is to be read of it, without spaces."""
    return "".join("".join(t.content for t in _tokens(text) if t.type in {"text", "code_inline"}).split())


def _claims(count: int, verdict: Verdict, *, text: str = "summary") -> tuple[Claim, ...]:
    severities = tuple(Severity)
    return tuple(
        sample.claim(
            f"landing.c{number:05d}", "title", verdict, text, severity=severities[number % 5],
            evidence=(("fact", text),), remedy="mend it", reason="no permission",
        )
        for number in range(count)
    )  # fmt: skip


def test_the_verdict_is_first_then_the_counts() -> None:
    """Whoever opens the job sees the verdict, the sentence, and how many claims of which severity."""
    page = render(sample.failing(), "markdown")
    assert page.startswith(
        "## ❌ FAIL: the record of App Mesh\n\n**2 of 11 claims do not hold. 1 could not be verified.**\n"
    )
    assert "\n| Failed | 1 | 1 | 0 | 0 | 0 | 2 |\n" in page
    assert "3,095 in = 1,260 kept + 1,835 set aside" in page


def test_failures_come_first_with_evidence_and_remedy() -> None:
    """Under each failure: what was found, the facts, what to do; then what could not be verified, and why."""
    page = render(sample.failing(), "markdown")
    failed, unsure, passed = (page.index(mark) for mark in ("### Failed: 2", "### Could not be", "Passed: 8"))
    assert failed < unsure < passed
    assert "- **Found**: 2 of 210 events in `us-east-1` never reached" in page[failed:unsure]
    assert "- **Missing**: CreateVirtualNode `7f3c2f6e-5a1b-4b57-9d10-2f1f8f7f6d11`" in page[failed:unsure]
    assert "- **Do**: Export the two events from Event history" in page[failed:unsure]
    assert "- **Why**: AWS ended App Mesh on `2026-09-30`" in page[unsure:passed]
    assert "48 good signatures" not in page


def test_accepted_claims_stand_apart_with_their_waiver() -> None:
    """They are not among the failures, neither in the list nor in the counts; who accepts them is beside them."""
    page = render(sample.waived(), "markdown")
    failed, accepted = page.index("### Failed: 2"), page.index("### Accepted as they are: 2")
    line = next(line for line in page.splitlines() if "Nobody can delete what the bucket keeps" in line)
    assert failed < accepted < page.index(line)
    assert line.startswith("- ❌ **medium** Nobody can delete what the bucket keeps (`123456789012`")
    assert line.endswith("`platform-security@example.com`, until `2026-12-01` `00:00` UTC")
    assert "\n| Failed | 1 | 1 | 0 | 0 | 0 | 2 |\n" in page
    assert "\n| Accepted | 0 | 0 | 1 | 1 | 0 | 2 |\n" in page


def test_fading_events_and_retention_are_listed() -> None:
    """The first event to go is on top; each store says until when it keeps what it has."""
    page = render(sample.waived(), "markdown")
    lines = page[page.index("### Fading: 3 events that only Event history holds") :].splitlines()[2:5]
    assert lines == sorted(lines)
    assert re.fullmatch(
        r"- gone at `2026-12-13 \d\d:\d\d` UTC: \w+ `[\w-]+` · `123456789012` · `[\w-]+`", lines[0]
    )
    assert "- `mesh-audit-lake` · `123456789012` · `us-east-1`: retention period, for ever\n" in page
    assert "`us-east-1`: lifecycle rule expire, 2,557 days; oldest event kept until `2033-09-14`" in page


def test_a_finding_says_what_it_maps_to() -> None:
    """Standard and control are at its end."""
    maps = [line for line in render(sample.failing(), "markdown").splitlines() if "**Maps to**" in line]
    assert _shown(maps[1]) == "Mapsto:CISAWSFoundations5.03.2,NISTSP800-53Rev.5AU-9"


def test_coverage_gaps_name_the_place_and_the_events() -> None:
    """An expected event name without an event is listed under its store, account and Region."""
    rows = tuple(
        Coverage(
            event_name=name, account=sample.ACCOUNT, region="us-east-1", store="mesh-audit-bucket",
            landed=landed, expected=expected,
        )
        for name, landed, expected in (("CreateMesh", 0, True), ("DeleteMesh", 3, True), ("ListMeshes", 0, False))
    )  # fmt: skip
    page = render(sample.passing().model_copy(update={"coverage": rows}), "markdown")
    line = next(line for line in page.splitlines() if "none there" in line)
    assert "### Coverage gaps: 1" in page
    assert (
        line == "- `mesh-audit-bucket` · `123456789012` · `us-east-1`: expected, and none there: CreateMesh"
    )


def test_no_gap_no_section() -> None:
    """A passing day has no empty headings."""
    page = render(sample.passing(), "markdown")
    assert "### " not in page
    assert "All 8 claims hold." in page


def test_an_empty_report_proves_nothing() -> None:
    """Without a claim the page says so, and is not green."""
    page = render(sample.report(()), "markdown")
    assert "UNVERIFIABLE" in page.splitlines()[0]
    assert "Nothing was claimed, so nothing is proved." in page


def test_a_report_of_only_unverifiable_claims_says_why_of_each() -> None:
    """Nothing failed, and nothing is proved either."""
    page = render(sample.report(_claims(3, Verdict.UNVERIFIABLE)), "markdown")
    assert page.count("- **Why**: no permission") == 3
    assert "### Failed" not in page


def _hostile_page() -> Report:
    """Hostile text in every kind of line the page has."""
    made = sample.hostile()
    others = tuple(
        sample.claim(
            f"{verdict}.{text}", f"title {text}", verdict, text, store=store, reason=f"reason {text}"
        )
        for text in sample.HOSTILE
        for verdict, store in ((Verdict.PASS, sample.STORES[0]), (Verdict.NOT_APPLICABLE, None))
    )
    subject = made.subject.model_copy(update={"organization_id": "".join(sample.HOSTILE)})
    made = made.model_copy(update={"claims": made.claims + others, "subject": subject})
    # Read again, so that it passes through validation as real ones do.
    return Report.model_validate(made.model_dump(round_trip=True))


@pytest.mark.parametrize("made", [sample.failing(), sample.hostile(), _hostile_page()])
def test_nothing_a_record_holds_is_markup(made: Report) -> None:
    """Only our headings, lists, tables and folds come out of a parser; outside of code there is only prose."""
    tokens = _tokens(render(made, "markdown"))
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    assert kinds <= {
        *("heading", "inline", "paragraph", "bullet_list", "list_item", "text", "strong", "code_inline"),
        *("softbreak", "table", "thead", "tbody", "tr", "th", "td", "html_block", "em"),
    }
    assert [t.content for t in tokens if t.type == "html_block" and not OURS.fullmatch(t.content)] == []
    assert [t.content for t in tokens if t.type == "text" and LINKED.search(t.content)] == []


def test_every_hostile_text_is_there_to_be_read() -> None:
    """Nothing is dropped for being hostile: each text appears in its visible form."""
    shown = _shown(render(sample.hostile(), "markdown"))
    assert [text for text in sample.HOSTILE if "".join(loggable(f"title {text}").split()) not in shown] == []


_RISKY = st.text(st.sampled_from("`@#:/<>[]()!*_~$|&;\\'\"%^ wGHabc-+=.,0123456789é\n\t\u202e"), max_size=60)


@settings(deadline=None)
@given(st.one_of(_RISKY, st.text()))
def test_any_text_renders_as_itself(text: str) -> None:
    """Read back by a parser it is the visible text, bold or not, in words and code spans and nothing else."""
    tokens = _tokens(f"- **{inert(text)}**: {inert(text)}")
    kinds = [token.type for token in tokens if not token.type.startswith(("bullet_list", "list_item"))]
    assert set(kinds) <= {
        *("paragraph_open", "paragraph_close", "inline", "text", "code_inline", "strong_open", "strong_close")
    }
    assert kinds.count("strong_open") == 1
    assert [t.content for t in tokens if t.type == "text" and LINKED.search(t.content)] == []
    shown = "".join(loggable(text).split()) or "(empty)"
    assert _shown(f"- **{inert(text)}**: {inert(text)}") == f"{shown}:{shown}"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2 of 210 events, at once.", "2 of 210 events, at once."),
        ("see (arn:aws:iam::123456789012:root).", "see (`arn:aws:iam::123456789012:root`)."),
        ("@octocat fixes #1 and GH-1", "`@octocat` fixes `#1` and `GH-1`"),
        ("www.example.com https://example.com", "`www.example.com` `https://example.com`"),
        ("a@example.com", "`a@example.com`"),
        ("deadbeef 1234567 :tada:", "`deadbeef` `1234567` `:tada:`"),
        ("![x](y) <b>", "`![x](y) <b>`"),
        ("tick ` and `` two", "tick `` ` `` and ` `` ` two"),
        ("a|b", "`a|b`"),
        ("", "(empty)"),
    ],
)  # fmt: skip
def test_words_stay_words_and_the_rest_is_code(text: str, written: str) -> None:
    """Prose reads as prose; addresses, names and markup are code, with the shortest fence that holds."""
    assert inert(text) == written


def test_a_wall_of_backticks_stays_within_a_fence_parsers_accept() -> None:
    """CommonMark parsers give up on fences of more than 80; runs of every length fit below that."""
    wall = " ".join("`" * length for length in range(1, 100))
    written = inert("<" + wall)
    assert max(map(len, re.findall("`+", written.partition(" ")[0]))) < 80
    assert {t.type for t in _tokens(f"- **x**: {written}")} & {"html_inline", "link_open"} == set()


def test_twenty_thousand_claims_stay_below_the_limit_and_the_severest_are_kept() -> None:
    """The page keeps to 1 MiB; what is left out is counted, and less severe than what is shown."""
    text = "€<&`" * (MAX_VALUE // 4)
    made = sample.report(
        _claims(10_000, Verdict.FAIL, text=text) + _claims(10_000, Verdict.UNVERIFIABLE, text="short")
    )
    page = render(made, "markdown")
    assert len(page.encode()) <= MAX_BYTES
    assert len(page.encode()) > MAX_BYTES * 0.9
    left = {
        title: int(count.replace(",", ""))
        for title, count in re.findall(r"### ([\w ]+): 10,000\n\n\*([\d,]+) claims \(", page)
    }
    shown = page.count("\n#### ")
    assert shown + sum(left.values()) == 20_000
    severities = set(re.findall(r"^- \*\*(\w+)\*\* · ", page, re.MULTILINE))
    assert severities == {"critical"}
    assert "a job summary holds 1 MiB; `report.json` has all of them." in page


def test_a_critical_doubt_is_kept_before_a_minor_failure() -> None:
    """Severity decides what fits, over both kinds of findings."""
    minor = tuple(
        sample.claim(f"c{n}", "t", Verdict.FAIL, "x" * 600, severity=Severity.LOW, remedy="r")
        for n in range(3_000)
    )
    doubt = sample.claim(
        "d", "doubt", Verdict.UNVERIFIABLE, "s", severity=Severity.CRITICAL, reason="no access"
    )
    page = render(sample.report((*minor, doubt)), "markdown")
    assert "no access" in page
    assert re.search(r"\*[\d,]+ claims \([\d,]+ low\) left out", page)


def test_the_lists_beside_the_findings_are_bounded_too() -> None:
    """Coverage, passes and what does not apply cannot crowd out a failure, however much there is."""
    wide = "\U0001f600" * 200
    rows = tuple(
        Coverage(event_name=f"{n}{wide}", account=sample.ACCOUNT, region=f"r{n % 500}{wide}",
                 store=sample.STORES[0], landed=0, expected=True)
        for n in range(10_000)
    )  # fmt: skip
    settled = tuple(
        sample.claim(f"p{n}", f"{n} {wide}", verdict, wide, reason=f"{n} {wide}")
        for n in range(2_000)
        for verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE)
    )
    failed = sample.claim("f", "the one that matters", Verdict.FAIL, "s", remedy="r")
    made = sample.report((*settled, failed)).model_copy(update={"coverage": rows})
    page = render(made, "markdown")
    assert len(page.encode()) <= MAX_BYTES
    assert "#### the one that matters" in page
    assert page.count("more; `report.json` has all of them.*") == 3


def test_evidence_and_values_are_bounded() -> None:
    """A claim with a thousand facts, or one of a megabyte, stays readable."""
    claim = sample.claim("c", "t", Verdict.FAIL, "x" * 1_000_000, remedy="r").model_copy(
        update={"evidence": tuple(Evidence(label="fact", value=str(number)) for number in range(1000))}
    )
    page = render(sample.report((claim,)), "markdown")
    assert f"- **More**: {1000 - MAX_EVIDENCE} facts, all in `report.json`" in page
    assert "…` (+999,400 characters)" in page
