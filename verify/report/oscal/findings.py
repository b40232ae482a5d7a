"""Observations, risks and findings: every claim is observed; a control is judged by all claims that map to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from verify.report.identity import uuid_of
from verify.report.oscal.pieces import controls, line, prop, props
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.report.document import Report
    from verify.report.parts import Claim

OPEN: Final = (Verdict.FAIL, Verdict.UNVERIFIABLE)
"""The verdicts that carry a risk; what nobody could look at is one too."""

_STRENGTH: Final = (
    "partial: it rests on the claims named here, which look at AWS CloudTrail, its stores and their protection; "
    "the rest of the control was not assessed"
)


def observation(report: Report, claim: Claim, name: str) -> dict[str, Any]:
    """A claim as it was found, with its evidence."""
    facts = [(item.label, item.value) for item in claim.evidence]
    made: dict[str, Any] = {
        "uuid": uuid_of("observation", name),
        "title": line(claim.title),
        "description": line(claim.summary),
        "props": props(
            (
                ("claim", claim.id),
                ("verdict", claim.verdict.value),
                ("severity", claim.severity.value),
                ("account", claim.account),
                ("region", claim.region),
                ("store", claim.store),
                ("subject", claim.subject),
                *(("requirement", f"{one.standard}: {one.id}") for one in claim.requirements),
            )
        ),
        "methods": ["TEST"],
        "types": ["finding" if claim.verdict in OPEN else "control-objective"],
        "collected": f"{report.generated_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    if facts:
        made["relevant-evidence"] = [
            {"description": line(f"{label}: {value}"), "props": [prop("label", label), prop("value", value)]}
            for label, value in facts
        ]
    if claim.reason:
        made["remarks"] = line(claim.reason)
    return made


def risk(claim: Claim, name: str) -> dict[str, Any]:
    """What a claim that failed or could not be verified leaves open; accepted when a waiver says so."""
    waiver = claim.waiver
    made: dict[str, Any] = {
        "uuid": uuid_of("risk", name),
        "title": line(claim.title),
        "description": line(claim.summary),
        "statement": line(
            f"It does not hold that: {claim.title}"
            if claim.verdict is Verdict.FAIL
            else f"Nobody could tell whether it holds that: {claim.title}"
        ),
        "props": [prop("severity", claim.severity.value), prop("verdict", claim.verdict.value)],
        "status": "deviation-approved" if waiver is not None else "open",
        "related-observations": [{"observation-uuid": uuid_of("observation", name)}],
    }
    if waiver is not None:
        made["props"] += [
            *(prop("waiver-reason", waiver.reason), prop("waiver-owner", waiver.owner)),
            prop("waiver-expires", f"{waiver.expires:%Y-%m-%dT%H:%M:%SZ}"),
        ]
        made["deadline"] = f"{waiver.expires:%Y-%m-%dT%H:%M:%SZ}"
    todo = claim.remedy or claim.reason
    if todo:
        made["remediations"] = [
            {
                "uuid": uuid_of("remediation", name),
                "lifecycle": "recommendation",
                "title": "What to do" if claim.remedy else "What would settle it",
                "description": line(todo),
            }
        ]
    return made


def findings(named: Sequence[tuple[Claim, str]]) -> list[dict[str, Any]]:
    """A finding for each control of NIST SP 800-53 that a claim maps to and that applies, in the controls' order.

    A control is satisfied when at least one claim that maps to it holds and none fails or is in doubt; a waiver
    accepts a risk, and satisfies nothing. When no claim that maps to it applies there is no finding: absence
    proves nothing.
    """
    by_control: dict[str, list[tuple[Claim, str]]] = {}
    for claim, name in named:
        if claim.verdict is not Verdict.NOT_APPLICABLE:
            for control in controls(claim):
                by_control.setdefault(control, []).append((claim, name))
    return [_finding(control, by_control[control]) for control in sorted(by_control, key=control_order)]


def _finding(control: str, named: list[tuple[Claim, str]]) -> dict[str, Any]:
    verdicts = [claim.verdict for claim, _ in named]
    failed, doubtful = verdicts.count(Verdict.FAIL), verdicts.count(Verdict.UNVERIFIABLE)
    if failed:
        state, reason, why = "not-satisfied", "fail", "claim-failed"
    elif doubtful:
        state, reason, why = "not-satisfied", "other", "could-not-be-verified"
    else:
        state, reason, why = "satisfied", "pass", "claims-hold"
    count = f"Claims that map to it: {len(named):,}; failed: {failed:,}; could not be verified: {doubtful:,}."
    made: dict[str, Any] = {
        "uuid": uuid_of("finding", control),
        "title": f"{control.upper()}, as far as App Mesh's record shows",
        "description": count,
        "props": [prop("reason", why), prop("evidence-strength", _STRENGTH)],
        "target": {
            "type": "objective-id",
            "target-id": f"{control}_obj",
            "status": {"state": state, "reason": reason},
        },
        "related-observations": [{"observation-uuid": uuid_of("observation", name)} for _, name in named],
    }
    risks = [{"risk-uuid": uuid_of("risk", name)} for claim, name in named if claim.verdict in OPEN]
    if risks:
        made["related-risks"] = risks
    return made


def control_order(control: str) -> tuple[str, list[int]]:
    """Where a control stands among others: by family, then by number."""
    family, _, number = control.partition("-")
    return family, [int(part) for part in number.split(".")]
