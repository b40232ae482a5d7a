"""The report as JUnit XML: a suite for each account and Region, a test case for each claim.

There is no one schema. This is what the strictest in wide use, Apache Ant's, and Jenkins' both admit, with
what GitLab needs besides: it tells test cases apart by class name and name alone, over all suites
(https://docs.gitlab.com/ci/testing/unit_test_reports/), so a name says its store, account and Region too.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from verify.report.parts import Severity
from verify.report.summary import acceptance, by_verdict, headline, mapped_to, standing
from verify.report.text import bounded, loggable, plural
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verify.report.document import Report
    from verify.report.parts import Claim

MAX_NAME: Final = 400
MAX_VALUE: Final = 2_000
MAX_EVIDENCE: Final = 50
MAX_DETAILS: Final = 12 * 1024 * 1024
"""Bytes of details in a file, failures' and the severest claims' first: GitLab takes no file above 30 MB."""

_ELEMENTS: Final = {
    Verdict.FAIL: "failure",
    Verdict.UNVERIFIABLE: "error",
    Verdict.NOT_APPLICABLE: "skipped",
}
_COUNTS: Final = {"failure": "failures", "error": "errors", "skipped": "skipped"}
_LEFT_OUT: Final = "Details left out to keep this file small; report.json has them."


def to_junit(report: Report) -> str:
    """The report as JUnit XML, plain ASCII, to be stored as UTF-8.

    FAIL is a failure, UNVERIFIABLE an error and NOT_APPLICABLE skipped. A report in which no claim applies
    holds one error more, so that nothing proved is not shown as all well. A claim that a waiver accepts is
    skipped, whatever its verdict, and says who accepts it, why and until when. How long a claim took is not
    in the report, so every `time` is 0.
    """
    details = _details(report)
    suites: dict[tuple[str, str], list[ET.Element]] = {}
    seen = Counter[tuple[str, str]]()
    for claim in report.claims:
        case = _case(claim, details.get(id(claim)))
        _tell_apart(case, seen)
        suites.setdefault((claim.account or "", claim.region or ""), []).append(case)
    if report.verdict is Verdict.UNVERIFIABLE and not any(
        claim.verdict is Verdict.UNVERIFIABLE for claim in standing(report.claims)
    ):
        suites.setdefault((report.subject.account, ""), []).append(_nothing_proved(report))
    root = ET.Element("testsuites")
    root.extend(
        _suite(report, number=number, place=place, cases=cases)
        for number, (place, cases) in enumerate(sorted(suites.items(), key=lambda item: item[0]))
    )
    ET.indent(root)
    body = ET.tostring(root, encoding="us-ascii").decode("ascii")
    # ASCII is UTF-8 too; said so, the file may be joined with others without being read wrongly.
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + body + "\n"


def _suite(report: Report, *, number: int, place: tuple[str, str], cases: list[ET.Element]) -> ET.Element:
    account, region = place
    found = Counter(_COUNTS[child.tag] for case in cases for child in case)
    suite = ET.Element(
        "testsuite",
        {
            "id": str(number),
            "name": _line(f"{account or 'every account'} {region or 'every Region'}"),
            "package": "meshtrail",
            "timestamp": f"{report.generated_at:%Y-%m-%dT%H:%M:%S}",
            # The schema wants a host; naming the machine would make the same evidence give other bytes.
            "hostname": "localhost",
            "tests": str(len(cases)),
            **{count: str(found[count]) for count in _COUNTS.values()},
            "time": "0",
        },
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in (
        ("account", account),
        ("region", region),
        ("verdict of the whole report", report.verdict),
        ("window start", f"{report.window.start:%Y-%m-%dT%H:%M:%SZ}"),
        ("window end", f"{report.window.end:%Y-%m-%dT%H:%M:%SZ}"),
        ("tool", f"{report.tool.name} {report.tool.version}"),
    ):
        ET.SubElement(properties, "property", {"name": name, "value": _line(value)})
    suite.extend(cases)
    for stream in ("system-out", "system-err"):
        ET.SubElement(suite, stream)
    return suite


def _case(claim: Claim, details: str | None) -> ET.Element:
    family = claim.id.partition(".")[0]
    name = " · ".join(part for part in (claim.title, claim.store, claim.account, claim.region) if part)
    case = ET.Element("testcase")
    case.set("classname", _line(f"meshtrail.{family}", MAX_NAME))
    case.set("name", _line(name, MAX_NAME))
    case.set("time", "0")
    tag = "skipped" if claim.waiver is not None else _ELEMENTS.get(claim.verdict)
    if tag is not None:
        message = claim.summary if claim.verdict is Verdict.FAIL else claim.reason or claim.summary
        if claim.waiver is not None:
            message = f"{claim.verdict}, {acceptance(claim.waiver)}"
        outcome = ET.SubElement(case, tag)
        outcome.set("message", _LEFT_OUT if details is None else _line(message, MAX_NAME))
        outcome.set("type", claim.severity.value)
        outcome.text = details
    return case


def _nothing_proved(report: Report) -> ET.Element:
    case = ET.Element("testcase")
    case.set("classname", "meshtrail.report")
    case.set("name", "At least one claim applies")
    case.set("time", "0")
    error = ET.SubElement(case, "error")
    error.set("message", headline(report))
    error.set("type", Severity.CRITICAL.value)
    error.text = "Look whether the right account, Regions and stores were verified."
    return case


def _tell_apart(case: ET.Element, seen: Counter[tuple[str, str]]) -> None:
    """Number a name that occurs again under its class; the report's order makes the numbers stable."""
    kind, name = case.attrib["classname"], case.attrib["name"]
    given = name
    seen[kind, name] += 1
    number = seen[kind, name]
    while number > 1 and (given := f"{name} · #{number}") and seen[kind, given]:
        number += 1
    if given != name:
        seen[kind, given] += 1
        case.attrib["name"] = given


def _details(report: Report) -> dict[int, str]:
    """What was found, by the identity of the claim: failures first, then by severity, until there is no room."""
    room = MAX_DETAILS
    texts: dict[int, str] = {}
    groups = by_verdict(report.claims)
    for claim in (claim for verdict in _ELEMENTS for claim in groups.get(verdict, ())):
        text = "\n".join(_lines(claim))
        room -= len(escape(text).encode("ascii", "xmlcharrefreplace"))
        if room < 0:
            break
        texts[id(claim)] = text
    return texts


def _lines(claim: Claim) -> Iterable[str]:
    yield _line(claim.summary)
    facts = [("claim", claim.id), ("severity", str(claim.severity)), ("about", claim.subject)]
    facts.append(("why", claim.reason))
    if claim.waiver is not None:
        facts.append((str(claim.verdict), acceptance(claim.waiver)))
    facts.append(("maps to", mapped_to(claim)))
    facts += [(item.label, item.value) for item in claim.evidence[:MAX_EVIDENCE]]
    if (more := len(claim.evidence) - MAX_EVIDENCE) > 0:
        facts.append(("more", f"{plural(more, 'fact')} in report.json"))
    facts.append(("do", claim.remedy))
    yield from (f"{_line(label, MAX_NAME)}: {_line(value)}" for label, value in facts if value)


def _line(text: str, limit: int = MAX_VALUE) -> str:
    """The text on one line; what XML cannot hold is invisible, so it is there as an escape."""
    return bounded(loggable(text), limit)
