"""The report as SARIF 2.1.0 (OASIS), for GitHub code scanning: what the configuration does not keep.

Code scanning wants a place in the repository for every result, and shows every result as an alert, whatever
its `kind` says. So claims about the record itself (which events landed, whether log files were altered, who
changed a trail) are not here: no file of the repository is wrong then. Neither are claims that hold or do not
apply: they would be alerts.
Their numbers are, so that nobody takes the file for the whole report.
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from verify.report.identity import identities
from verify.report.markdown.inert import inert
from verify.report.parts import Severity
from verify.report.text import ascii_json, bounded, plural, visible
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verify.report.document import Report
    from verify.report.parts import Claim

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

STACK_FILE: Final = "Pulumi.yaml"
"""Where every result is shown. The manifest does not say which setting made what, so it is the first line."""

RUNTIME: Final = frozenset({"changes", "integrity", "landing", "probe"})
"""The first parts of the ids of claims about the record, which no file of the repository can mend."""

MAX_RESULTS: Final = 5_000
"""GitHub keeps 5,000 results of a run and refuses a file with more than 25,000."""

MAX_BYTES: Final = 9_500_000
"""GitHub takes 10 MB, compressed; this is before compression, with room for what is around the results."""

MAX_TAGS: Final = 20
MAX_TEXT: Final = 1_000
MAX_EVIDENCE: Final = 20

_LEVELS: Final = {
    Severity.CRITICAL: ("error", "9.5"),
    Severity.HIGH: ("error", "8.0"),
    Severity.MEDIUM: ("warning", "5.5"),
    Severity.LOW: ("note", "2.5"),
    Severity.INFORMATIONAL: ("note", "0.5"),
}
"""SARIF's level, and a number in the middle of the band that GitHub calls by the severity's name."""

_SHOWN: Final = (Verdict.FAIL, Verdict.UNVERIFIABLE)


def to_sarif(report: Report) -> str:
    """The claims about the configuration that fail or could not be verified as SARIF, plain ASCII.

    The severest come first; what is beyond GitHub's limits is left out, and counted in a notification.
    """
    about = [claim for claim in report.claims if claim.id.partition(".")[0] not in RUNTIME]
    # A report's claims are in the order of their ids.
    rules = {rule: _rule(list(group)) for rule, group in groupby(about, key=lambda claim: claim.id)}
    index = {rule: number for number, rule in enumerate(rules)}
    ranked = sorted(
        ((claim, name) for claim, name in identities(about) if claim.verdict in _SHOWN),
        key=lambda pair: (_SHOWN.index(pair[0].verdict), list(Severity).index(pair[0].severity)),
    )
    results = _bounded(_result(claim, name, index[claim.id]) for claim, name in ranked[:MAX_RESULTS])
    left_out = len(ranked) - len(results)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": visible(report.tool.name),
                "version": visible(report.tool.version),
                "rules": list(rules.values()),
            }
        },
        "automationDetails": {"id": f"meshtrail/{visible(report.subject.account)}/"},
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The folder of the Pulumi project."}}},
        "invocations": [_invocation(report, about, left_out)],
        "results": results,
    }
    return ascii_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _bounded(results: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first results that fit the file."""
    room = MAX_BYTES
    kept: list[dict[str, Any]] = []
    for result in results:
        # Two more levels of indentation than the result has alone: eight spaces a line.
        text = ascii_json(result)
        room -= len(text) + 8 * text.count("\n")
        if room < 0:
            break
        kept.append(result)
    return kept


def _rule(claims: list[Claim]) -> dict[str, Any]:
    """One kind of claim. What to do is known of those that failed only: the report says it nowhere else."""
    first = claims[0]
    level, score = _LEVELS[first.severity]
    remedy = next((claim.remedy for claim in claims if claim.remedy), None)
    help_text = remedy or "Nothing to do while it holds; the report says what to do when it fails."
    requirements = sorted({(one.standard, one.id) for claim in claims for one in claim.requirements})
    tags = ["security", *(visible(f"{standard}: {number}") for standard, number in requirements)]
    return {
        "id": visible(first.id),
        "shortDescription": {"text": _text(first.title)},
        "fullDescription": {"text": _text(first.title)},
        "help": {"text": _text(help_text), "markdown": inert(help_text, limit=MAX_TEXT)},
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": list(dict.fromkeys(tags))[:MAX_TAGS],
            "precision": "very-high",
            "security-severity": score,
        },
    }


def _result(claim: Claim, name: str, rule: int) -> dict[str, Any]:
    failed = claim.verdict is Verdict.FAIL
    said = [claim.summary if failed else claim.reason or claim.summary]
    if not failed:
        said.insert(0, "Could not be verified:")
    if claim.remedy:
        said.append(f"What to do: {claim.remedy}")
    print_of = hashlib.sha256(name.encode()).hexdigest()
    result: dict[str, Any] = {
        "ruleId": visible(claim.id),
        "ruleIndex": rule,
        "kind": "fail" if failed else "open",
        "level": _LEVELS[claim.severity][0] if failed else "none",
        "message": {"text": " ".join(_text(part) for part in said)},
        "locations": [_location(claim)],
        # The first is the one GitHub reads; without it all results of a rule would be one, being on one line.
        "partialFingerprints": {"primaryLocationLineHash": f"{print_of[:16]}:1", "meshtrail/v1": print_of},
        "properties": {
            "verdict": claim.verdict.value,
            "severity": claim.severity.value,
            "evidence": [
                f"{_value(item.label)}: {_value(item.value)}" for item in claim.evidence[:MAX_EVIDENCE]
            ],
        },
    }
    if claim.waiver is not None:
        waiver = claim.waiver
        until = f"{waiver.expires:%Y-%m-%d}"
        result["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": _value(f"{waiver.reason} (accepted by {waiver.owner} until {until})"),
            }
        ]
    return result


def _location(claim: Claim) -> dict[str, Any]:
    where = " ".join(part for part in (claim.account, claim.region, claim.store) if part)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": STACK_FILE, "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 1},
        },
        "logicalLocations": [
            {
                "fullyQualifiedName": _value(claim.subject or where or "every account"),
                "kind": "resource",
            }
        ],
    }


def _invocation(report: Report, about: list[Claim], left_out: int) -> dict[str, Any]:
    """That it ran, and what of the report is not in this file."""
    count = Counter(claim.verdict for claim in about)
    others = Counter(claim.verdict for claim in report.claims if claim.id.partition(".")[0] in RUNTIME)
    told = (
        f"{plural(others.total(), 'claim')} about the record itself are in report.json only: "
        f"{others[Verdict.FAIL]:,} failed, {others[Verdict.UNVERIFIABLE]:,} could not be verified."
    )
    holding, idle = count[Verdict.PASS], count[Verdict.NOT_APPLICABLE]
    notes = [
        ("note", f"Claims about the configuration that hold: {holding:,}; that do not apply: {idle:,}."),
        ("error" if others[Verdict.FAIL] else "note", told),
    ]
    if left_out:
        notes.append(
            ("warning", f"{plural(left_out, 'result')} left out, the least severe: a file has limits.")
        )
    return {
        "executionSuccessful": True,
        "endTimeUtc": f"{report.generated_at:%Y-%m-%dT%H:%M:%SZ}",
        "properties": {"leftOut": left_out, "verdict": report.verdict.value},
        "toolExecutionNotifications": [{"level": level, "message": {"text": text}} for level, text in notes],
    }


def _value(text: str) -> str:
    return bounded(visible(text), MAX_TEXT)


def _text(text: str) -> str:
    r"""Text of a message: `[text](target)` is a link there unless its brackets are escaped (3.11.6)."""
    return _value(text).replace("[", r"\[").replace("]", r"\]")
