"""The document around them: metadata, the plan that does not exist, what was reviewed.

https://pages.nist.gov/OSCAL-Reference/models/v1.2.1/assessment-results/json-reference/. Nothing is handed out
that compliance-trestle's model of the published schema does not accept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cloudtrail.errors import MeshtrailError
from verify.report.identity import identities, uuid_of
from verify.report.oscal.findings import OPEN, control_order, findings, observation, risk
from verify.report.oscal.pieces import controls, line, props
from verify.report.text import ascii_json
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from verify.report.document import Report
    from verify.report.parts import Claim

_NO_PLAN: Final = (
    "No assessment plan exists. meshtrail verifies what its manifest promises and what it finds in the account; "
    "OSCAL wants a plan to be named."
)

_MAPPED: Final = "The controls of NIST SP 800-53 Rev. 5 that a claim maps to, as far as the claims go."

_OURS: Final = "au-12"
"""Audit Record Generation: what a trail is for."""

_NOT_MAPPED: Final = (
    "No claim of this report maps to a control. OSCAL wants one to be named; this one was not assessed, and there "
    "is no finding about it."
)


class OscalMissing(MeshtrailError):
    """What OSCAL needs is not installed."""


def to_oscal(report: Report) -> str:
    """The report as OSCAL assessment results, plain ASCII.

    Raises:
        OscalMissing: compliance-trestle is not installed; it is an extra.
    """
    try:
        from trestle.oscal import OSCAL_VERSION  # noqa: PLC0415 -- an extra, and slow to import
        from trestle.oscal.assessment_results import Model  # noqa: PLC0415 -- the same
    except ImportError as error:
        raise OscalMissing(
            "cannot write OSCAL",
            where="--output oscal",
            why="compliance-trestle is not installed",
            remedy="Install it: pip install 'meshtrail[oscal]'.",
        ) from error
    text = ascii_json(_document(report, OSCAL_VERSION))
    Model.model_validate_json(text)
    return text


def _document(report: Report, oscal_version: str) -> dict[str, Any]:
    run = (report.generated_at.isoformat(), report.subject.account)
    plan = uuid_of("plan")
    return {
        "assessment-results": {
            "uuid": uuid_of("assessment-results", *run),
            "metadata": {
                "title": line(f"The record of App Mesh, account {report.subject.account}"),
                "last-modified": _moment(report.generated_at),
                "version": line(f"{report.generated_at:%Y%m%dT%H%M%SZ}"),
                "oscal-version": oscal_version,
                "props": props((("tool", report.tool.name), ("tool-version", report.tool.version))),
            },
            "import-ap": {"href": f"#{plan}", "remarks": _NO_PLAN},
            "results": [_result(report, identities(report.claims), run)],
            "back-matter": {
                "resources": [{"uuid": plan, "title": "No assessment plan", "description": _NO_PLAN}]
            },
        }
    }


def _result(report: Report, named: Sequence[tuple[Claim, str]], run: tuple[str, ...]) -> dict[str, Any]:
    subject = report.subject
    result: dict[str, Any] = {
        "uuid": uuid_of("result", *run),
        "title": "meshtrail verify",
        "description": f"The verdict over all claims that no waiver accepts is {report.verdict.value}.",
        "start": _moment(report.window.start),
        "end": _moment(report.window.end),
        "props": props(
            (
                ("verdict", report.verdict.value),
                ("account", subject.account),
                ("partition", subject.partition),
                ("organization", subject.organization_id),
                *(("region", region) for region in subject.regions),
                *(("event-source", source) for source in subject.event_sources),
            )
        ),
        "reviewed-controls": {"control-selections": [_reviewed(report)]},
    }
    lists = {
        "observations": [observation(report, claim, name) for claim, name in named],
        "risks": [risk(claim, name) for claim, name in named if claim.verdict in OPEN],
        "findings": findings(named),
    }
    # OSCAL has no empty lists.
    return result | {key: items for key, items in lists.items() if items}


def _reviewed(report: Report) -> dict[str, Any]:
    applied = (claim for claim in report.claims if claim.verdict is not Verdict.NOT_APPLICABLE)
    found = sorted({control for claim in applied for control in controls(claim)}, key=control_order)
    return {
        "description": _MAPPED if found else _NOT_MAPPED,
        "include-controls": [{"control-id": control} for control in found or [_OURS]],
    }


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
