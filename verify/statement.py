"""What can be claimed: one statement for every kind of claim, with what it maps to and what it needs to be decided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from verify.report.parts import Claim, Evidence
from verify.report.parts import Requirement as ReportedRequirement
from verify.verdict import Verdict

if TYPE_CHECKING:
    from verify.finding import Finding, Scope
    from verify.report.parts import Severity


class Standard(StrEnum):
    """The catalogues of controls that statements are mapped to."""

    SECURITY_HUB = "AWS Security Hub"
    CIS_3 = "CIS AWS Foundations 3.0"
    CIS_5 = "CIS AWS Foundations 5.0"
    CIS_6 = "CIS AWS Foundations 6.0"
    CIS_7 = "CIS AWS Foundations 7.0"
    PCI_DSS = "PCI DSS 4.0.1"
    NIST_800_53 = "NIST SP 800-53 Rev. 5"


@dataclass(frozen=True, slots=True, order=True)
class Requirement:
    """One control of a standard that a statement helps to meet, e.g. CloudTrail.1 of Security Hub."""

    standard: Standard
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One kind of claim.

    Attributes:
        id: Its name, stable over time, e.g. `landing.complete`.
        title: What is claimed, as a sentence that is true when it holds.
        severity: How much it matters when it does not hold.
        actions: The IAM actions without which it cannot be decided.
        remedy: What to do when it does not hold.
        requirements: What it maps to.
    """

    id: str
    title: str
    severity: Severity
    actions: tuple[str, ...]
    remedy: str
    requirements: tuple[Requirement, ...] = ()

    def claim(self, finding: Finding, scope: Scope) -> Claim:
        """A finding about it, in the report's words."""
        return Claim(
            id=self.id,
            title=self.title,
            verdict=finding.verdict,
            severity=self.severity,
            account=scope.account,
            region=scope.region,
            store=scope.store,
            subject=scope.subject,
            summary=finding.summary,
            evidence=tuple(Evidence(label=label, value=value) for label, value in finding.evidence),
            remedy=self.remedy if finding.verdict is Verdict.FAIL else None,
            reason=finding.reason,
            requirements=tuple(
                ReportedRequirement(standard=one.standard.value, id=one.id) for one in self.requirements
            ),
        )
