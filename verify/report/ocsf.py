"""The report as OCSF 1.5 Compliance Findings (class 2003), one for each claim, for a SIEM or a security lake.

https://schema.ocsf.io/1.5.0/classes/compliance_finding. The findings are built as py-ocsf-models' own, which
refuse what the schema does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from py_ocsf_models.events.findings.activity_id import ActivityID
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.events.findings.compliance_finding_type_id import ComplianceFindingTypeID
from py_ocsf_models.events.findings.severity_id import SeverityID
from py_ocsf_models.events.findings.status_id import StatusID
from py_ocsf_models.objects.account import Account, TypeID
from py_ocsf_models.objects.check import Check
from py_ocsf_models.objects.cloud import Cloud
from py_ocsf_models.objects.compliance import Compliance
from py_ocsf_models.objects.compliance_status import StatusID as Outcome
from py_ocsf_models.objects.evidence_artifacts import EvidenceArtifacts
from py_ocsf_models.objects.finding_info import FindingInformation
from py_ocsf_models.objects.metadata import Metadata
from py_ocsf_models.objects.organization import Organization
from py_ocsf_models.objects.product import Product
from py_ocsf_models.objects.remediation import Remediation
from py_ocsf_models.objects.resource_details import ResourceDetails

from verify.report.identity import identities, uuid_of
from verify.report.parts import Severity
from verify.report.text import ascii_json, visible
from verify.verdict import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from verify.report.document import Report
    from verify.report.parts import Claim

_SEVERITIES: Final = {
    Severity.CRITICAL: SeverityID.Critical,
    Severity.HIGH: SeverityID.High,
    Severity.MEDIUM: SeverityID.Medium,
    Severity.LOW: SeverityID.Low,
    Severity.INFORMATIONAL: SeverityID.Informational,
}

_OUTCOMES: Final = {
    Verdict.PASS: Outcome.Pass,
    Verdict.FAIL: Outcome.Fail,
    # "The compliance check did not yield a result due to missing information."
    Verdict.UNVERIFIABLE: Outcome.Warning,
    Verdict.NOT_APPLICABLE: Outcome.Other,
}
_OPEN: Final = {Verdict.FAIL, Verdict.UNVERIFIABLE}


class CloudComplianceFinding(ComplianceFinding):
    """A Compliance Finding with OCSF's `cloud` profile, which the library has for other classes only."""

    cloud: Cloud


def to_ocsf(report: Report) -> str:
    """The claims as a JSON array of Compliance Findings, plain ASCII.

    A finding's `finding_info.uid` is the same in every run that looks at the same thing; `metadata.uid` is this
    run's. Keys are in one order, and what is not known is left out.
    """
    return ascii_json(
        [
            _finding(report, claim, name).model_dump(mode="json", exclude_none=True)
            for claim, name in identities(report.claims)
        ]
    )


def _finding(report: Report, claim: Claim, name: str) -> CloudComplianceFinding:
    uid = uuid_of("finding", name)
    severity = _SEVERITIES[claim.severity] if claim.verdict in _OPEN else SeverityID.Informational
    status = _status(claim)
    return CloudComplianceFinding(
        activity_id=ActivityID.Create,
        activity_name=ActivityID.Create.name,
        type_uid=ComplianceFindingTypeID.Create,
        type_name="Compliance Finding: Create",
        class_name="Compliance Finding",
        time=_milliseconds(report.generated_at),
        start_time=_milliseconds(report.window.start),
        end_time=_milliseconds(report.window.end),
        severity_id=severity,
        severity=severity.name,
        status_id=status,
        status=status.name if status is not None else None,
        status_code=claim.verdict.value,
        status_detail=_detail(claim),
        message=visible(claim.summary),
        metadata=Metadata(
            uid=uuid_of("event", report.generated_at.isoformat(), name),
            event_code=visible(claim.id),
            product=Product(
                name=visible(report.tool.name),
                vendor_name=visible(report.tool.name),
                version=visible(report.tool.version),
            ),
            profiles=["cloud"],
        ),
        finding_info=FindingInformation(
            uid=uid,
            title=visible(claim.title),
            desc=visible(claim.summary),
            created_time=_milliseconds(report.generated_at),
            types=[visible(claim.id.partition(".")[0])],
        ),
        compliance=_compliance(claim),
        remediation=Remediation(desc=visible(claim.remedy)) if claim.remedy else None,
        resources=[_resource(report, claim)],
        evidences=[
            EvidenceArtifacts(name=visible(item.label), data={"value": visible(item.value)})
            for item in claim.evidence
        ]
        or None,
        cloud=_cloud(report, claim),
        unmapped=_unmapped(claim),
    )


def _status(claim: Claim) -> StatusID | None:
    """What to do with the finding; one that holds or does not apply asks for nothing."""
    if claim.waiver is not None:
        return StatusID.Suppressed
    return StatusID.New if claim.verdict in _OPEN else None


def _detail(claim: Claim) -> str | None:
    said = [claim.reason] if claim.reason else []
    if claim.waiver is not None:
        until = f"{claim.waiver.expires:%Y-%m-%d}"
        said.append(f"Accepted by {claim.waiver.owner} until {until}: {claim.waiver.reason}")
    return visible(" ".join(said)) if said else None


def _compliance(claim: Claim) -> Compliance:
    outcome = _OUTCOMES[claim.verdict]
    standards = [visible(name) for name in dict.fromkeys(one.standard for one in claim.requirements)]
    severity = _SEVERITIES[claim.severity]
    return Compliance(
        control=visible(claim.id),
        desc=visible(claim.title),
        # A claim that maps to no standard was still checked against something: meshtrail's own list.
        standards=standards or ["meshtrail"],
        requirements=[visible(f"{one.standard} {one.id}") for one in claim.requirements] or None,
        status_id=outcome,
        checks=[
            Check(
                uid=visible(claim.id),
                name=visible(claim.title),
                severity=severity.name,
                severity_id=severity,
                standards=standards or ["meshtrail"],
                status=outcome.name,
                status_id=outcome,
            )
        ],
    )


def _resource(report: Report, claim: Claim) -> ResourceDetails:
    """What the claim is about; where it names nothing, the account, as Security Hub writes it."""
    account = claim.account or report.subject.account
    return ResourceDetails(
        uid=visible(claim.subject or f"AWS::::Account:{account}"),
        type=None if claim.subject else "AwsAccount",
        region=visible(claim.region) if claim.region else None,
        cloud_partition=visible(report.subject.partition),
    )


def _cloud(report: Report, claim: Claim) -> Cloud:
    account = visible(claim.account or report.subject.account)
    organization = report.subject.organization_id
    return Cloud(
        provider="AWS",
        region=visible(claim.region) if claim.region else None,
        account=Account(name=account, uid=account, type="AWS Account", type_id=TypeID.AWS_Account),
        org=Organization(uid=visible(organization)) if organization else None,
    )


def _unmapped(claim: Claim) -> dict[str, Any]:
    """What OCSF has no place for: the verdict in meshtrail's own words, the store and the waiver."""
    waiver = claim.waiver
    words: dict[str, Any] = {"verdict": claim.verdict.value}
    if claim.store is not None:
        words["store"] = visible(claim.store)
    if waiver is not None:
        words["waiver"] = {
            "reason": visible(waiver.reason),
            "owner": visible(waiver.owner),
            "expires": f"{waiver.expires:%Y-%m-%dT%H:%M:%SZ}",
        }
    return words


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
