from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.report import junit_rules, sample
from verify.report import Severity, render
from verify.report.text import loggable
from verify.verdict import Verdict

if TYPE_CHECKING:
    from verify.report import Report

GITLAB_LIMIT = 30_000_000


def _outcomes(made: Report) -> dict[str, str]:
    """Class and name of each test case, and what became of it."""
    found = {}
    for case in junit_rules.all_cases(junit_rules.read(render(made, "junit"))):
        inside = junit_rules.outcome(case)
        found[f"{case.getAttribute('classname')}: {case.getAttribute('name')}"] = (
            inside.tagName if inside else "passed"
        )
    return found


@pytest.mark.parametrize("made", [sample.passing(), sample.failing(), sample.hostile(), sample.report(())])
def test_it_keeps_to_the_schemas(made: Report) -> None:
    """Elements, their order, attributes and counts are those that Ant's and Jenkins' schemas admit."""
    junit_rules.read(render(made, "junit"))


def test_each_verdict_has_its_outcome() -> None:
    """FAIL is a failure, UNVERIFIABLE an error, NOT_APPLICABLE skipped, PASS a plain test case."""
    outcomes = _outcomes(sample.failing())
    place = "mesh-audit-bucket · 123456789012 · us-east-1"
    assert outcomes[f"meshtrail.landing: Every App Mesh event is in the store · {place}"] == "failure"
    assert outcomes["meshtrail.probe: A call made now is recorded · 123456789012 · us-east-1"] == "error"
    assert outcomes[f"meshtrail.trail: The trail is logging · {place}"] == "passed"
    assert Counter(outcomes.values()) == {"passed": 8, "failure": 2, "error": 1, "skipped": 1}


def test_a_suite_for_each_account_and_region() -> None:
    """Claims about all Regions have a suite of their own."""
    root = junit_rules.read(render(sample.failing(), "junit"))
    suites = root.getElementsByTagName("testsuite")
    assert [(suite.getAttribute("name"), suite.getAttribute("tests")) for suite in suites] == [
        ("123456789012 every Region", "4"),
        ("123456789012 eu-west-1", "2"),
        ("123456789012 us-east-1", "6"),
    ]


def test_a_failure_says_what_was_found_and_what_to_do() -> None:
    """The message is the summary; the text holds the evidence and the remedy, a line each."""
    root = junit_rules.read(render(sample.failing(), "junit"))
    failure = root.getElementsByTagName("failure")[1]
    text = junit_rules.text_of(failure).splitlines()
    assert failure.getAttribute("type") == "critical"
    assert failure.getAttribute("message").startswith("2 of 210 events in us-east-1 never reached")
    assert text[0] == failure.getAttribute("message")
    assert "Found elsewhere: event-history, mesh-audit-lake" in text
    assert text[-1].startswith("do: Export the two events from Event history")


@pytest.mark.parametrize(("tag", "said"), [("error", "AWS ended App Mesh"), ("skipped", "promises no key")])
def test_what_was_not_decided_gives_its_reason(tag: str, said: str) -> None:
    """The reason is the message, where CI shows it."""
    element = junit_rules.read(render(sample.failing(), "junit")).getElementsByTagName(tag)[0]
    assert said in element.getAttribute("message")
    assert said in junit_rules.text_of(element)


def test_a_waived_claim_is_skipped_and_says_who_accepts_it() -> None:
    """It fails no job while the waiver lasts; the message has verdict, reason, owner and day, the text all facts."""
    root = junit_rules.read(render(sample.waived(), "junit"))
    waived = [
        element
        for element in root.getElementsByTagName("skipped")
        if "accepted" in element.getAttribute("message")
    ]
    assert [element.getAttribute("message").partition(":")[0] for element in waived] == [
        "FAIL, accepted",
        "UNVERIFIABLE, accepted",
    ]
    assert (
        waived[0]
        .getAttribute("message")
        .endswith("platform-security@example.com, until 2026-12-01 00:00 UTC")
    )
    lines = junit_rules.text_of(waived[0]).splitlines()
    assert "ObjectLockEnabled: absent" in lines
    assert "maps to: AWS Security Hub S3.15, NIST SP 800-53 Rev. 5 AU-9" in lines
    assert len(root.getElementsByTagName("failure")) == 2


def test_only_waived_claims_prove_nothing() -> None:
    """When all that applies is accepted, nothing was proved, and the file is not green."""
    assert "error" in _outcomes(sample.report(sample.waived_claims())).values()


@pytest.mark.parametrize(
    "claims",
    [(), (sample.claim("a", "t", Verdict.NOT_APPLICABLE, "s", reason="nothing there"),)],
    ids=["no claim", "none applies"],
)
def test_nothing_proved_is_never_green(claims: tuple[()]) -> None:
    """CI shows a file without failures and errors as passed; so there is an error."""
    assert "error" in _outcomes(sample.report(claims)).values()


def test_only_unverifiable_claims_are_only_errors() -> None:
    """They suffice to make the job fail; nothing is added."""
    claims = tuple(sample.claim(f"a.{n}", f"t{n}", Verdict.UNVERIFIABLE, "s", reason="r") for n in range(3))
    assert list(_outcomes(sample.report(claims)).values()) == ["error"] * 3


def test_the_same_name_again_is_numbered() -> None:
    """GitLab keeps one test case of a name, so each has its own; a name that looks numbered is no exception."""
    titles = ("t", "t", "t · 123456789012 · #2", "t")
    claims = tuple(
        sample.claim("a.b", title, Verdict.PASS, f"{n}").model_copy(
            update={"account": None if "#" in title else sample.ACCOUNT}
        )
        for n, title in enumerate(titles)
    )
    assert len(_outcomes(sample.report(claims))) == len(titles)


def test_claims_about_no_account_have_a_suite() -> None:
    """Where a claim names neither account nor Region its suite says so."""
    claim = sample.claim("a", "t", Verdict.PASS, "s").model_copy(update={"account": None})
    assert 'name="every account every Region"' in render(sample.report((claim,)), "junit")


def test_hostile_text_is_text() -> None:
    """Every hostile text is read back in its visible form, and is neither element nor second line."""
    root = junit_rules.read(render(sample.hostile(), "junit"))
    found = {junit_rules.text_of(element) for element in root.getElementsByTagName("failure")}
    found |= {junit_rules.text_of(element) for element in root.getElementsByTagName("skipped")}
    assert len(found) == 2 * len(sample.HOSTILE)
    for text in sample.HOSTILE:
        shown = [loggable(f"{kind} {text}") for kind in ("label", "value")]
        assert any(": ".join(shown) in one.splitlines() for one in found)
    assert root.getElementsByTagName("script").length == 0


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_any_text_gives_well_formed_xml(text: str) -> None:
    """What XML cannot hold, such as U+0000 or U+FFFE, is written as an escape."""
    claim = sample.claim(text or "x", text, Verdict.FAIL, text, evidence=((text, text or "-"),), remedy="r")
    root = junit_rules.read(render(sample.report((claim,)), "junit"))
    element = root.getElementsByTagName("failure")[0]
    assert junit_rules.text_of(element).split("\n")[0] == loggable(claim.summary)


def test_it_is_ascii_and_says_utf_8() -> None:
    """Whatever encoding a shell or a CI service assumes, it reads the same."""
    text = render(sample.hostile(), "junit")
    assert text.isascii()
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    assert text.endswith("</testsuites>\n")


def test_twenty_thousand_claims_keep_every_case_and_the_severest_details() -> None:
    """No claim is dropped; details stop at a bound, those of minor claims first, and say where they are."""
    severities = tuple(Severity)
    text = "€<&`" * 50
    made = sample.report(
        tuple(
            sample.claim(f"landing.c{n:05d}", f"title {n}", Verdict.FAIL, text,
                         severity=severities[n % 5], evidence=(("fact", text),), remedy="mend it")
            for n in range(20_000)
        )
    )  # fmt: skip
    shown = render(made, "junit")
    failures = junit_rules.read(shown).getElementsByTagName("failure")
    bare = Counter(
        f.getAttribute("type") for f in failures if "report.json has them" in f.getAttribute("message")
    )
    assert len(failures) == 20_000
    assert len(shown) < GITLAB_LIMIT
    assert set(bare) >= {"informational", "low"}
    assert "critical" not in bare
