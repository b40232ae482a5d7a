"""Claims to put into the sample reports: what passes, what fails, what nobody can tell, and what somebody accepts."""

from __future__ import annotations

from datetime import UTC, datetime

from verify.report.parts import Claim, Evidence, Requirement, Severity, Waiver
from verify.verdict import Verdict

ACCOUNT = "123456789012"
REGIONS = ("eu-west-1", "us-east-1")


def claim(
    identity: str,
    title: str,
    verdict: Verdict,
    summary: str,
    *,
    severity: Severity = Severity.HIGH,
    region: str | None = None,
    store: str | None = None,
    subject: str | None = None,
    evidence: tuple[tuple[str, str], ...] = (),
    remedy: str | None = None,
    reason: str | None = None,
    requirements: tuple[tuple[str, str], ...] = (),
    waiver: Waiver | None = None,
) -> Claim:
    """A claim in the sample's account."""
    return Claim(
        id=identity,
        title=title,
        verdict=verdict,
        severity=severity,
        account=ACCOUNT,
        region=region,
        store=store,
        subject=subject,
        summary=summary,
        evidence=tuple(Evidence(label=label, value=value) for label, value in evidence),
        remedy=remedy,
        reason=reason,
        requirements=tuple(Requirement(standard=standard, id=number) for standard, number in requirements),
        waiver=waiver,
    )


TRAIL = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/mesh-audit"
DIGEST = (
    f"s3://mesh-audit-{ACCOUNT}/AWSLogs/{ACCOUNT}/CloudTrail-Digest/us-east-1/2026/09/14/"
    f"{ACCOUNT}_CloudTrail-Digest_us-east-1_mesh-audit_us-east-1_20260914T131502Z.json.gz"
)


def passing_claims() -> tuple[Claim, ...]:
    """Claims that hold, and one that does not apply."""
    return (
        claim("trail.logging", "The trail is logging", Verdict.PASS, "Logging since 2026-02-03, no stop in the window.",
              severity=Severity.CRITICAL, region="us-east-1", store="mesh-audit-bucket", subject=TRAIL,
              evidence=(("Latest delivery", "2026-09-15T05:58:11Z"), ("Stops in the window", "none")),
              requirements=(("AWS Security Hub", "CloudTrail.1"), ("NIST SP 800-53 Rev. 5", "AU-12"))),
        claim("trail.selectors", "The trail's selectors capture every App Mesh event", Verdict.PASS,
              "All 39 events of the catalog are captured; the selectors were evaluated, not read.",
              region="us-east-1", store="mesh-audit-bucket", subject=TRAIL,
              evidence=(("Selectors", "Management events, read and write"), ("Events evaluated", "39"))),
        claim("lake.selectors", "The event data store's selectors capture every App Mesh event", Verdict.PASS,
              "eventSource Equals appmesh.amazonaws.com captures all 39 events.", store="mesh-audit-lake"),
        claim("bucket.policy", "The bucket admits CloudTrail and nobody else", Verdict.PASS,
              "Every statement CloudTrail needs is there; each names the trail in aws:SourceArn.",
              severity=Severity.MEDIUM, store="mesh-audit-bucket"),
        *(claim("landing.complete", "Every App Mesh event is in the store", Verdict.PASS,
                "210 events expected, 210 found.", region=region, store="event-history",
                evidence=(("Events expected", "210"), ("Events found", "210"))) for region in REGIONS),
        claim("landing.complete", "Every App Mesh event is in the store", Verdict.PASS,
              "210 events expected, 210 found.", region="eu-west-1", store="mesh-audit-bucket"),
        claim("integrity.signatures", "Every digest is signed by CloudTrail", Verdict.PASS,
              "48 digests, 48 good signatures.", severity=Severity.CRITICAL, store="mesh-audit-bucket",
              requirements=(("NIST SP 800-53 Rev. 5", "AU-9"),)),
        claim("lake.key", "The event data store uses the customer's key", Verdict.NOT_APPLICABLE,
              "No customer key was promised.", severity=Severity.LOW, store="mesh-audit-lake",
              reason="The manifest promises no key for this store, so none is looked for.",
              requirements=(("NIST SP 800-53 Rev. 5", "SC-12"),)),
    )  # fmt: skip


def failing_claims() -> tuple[Claim, ...]:
    """Claims that do not hold, and one that cannot be verified."""
    return (
        claim("landing.complete", "Every App Mesh event is in the store", Verdict.FAIL,
              "2 of 210 events in us-east-1 never reached the trail's bucket, though its selectors ask for them.",
              severity=Severity.CRITICAL, region="us-east-1", store="mesh-audit-bucket", subject=TRAIL,
              evidence=(
                  ("Missing", "CreateVirtualNode 7f3c2f6e-5a1b-4b57-9d10-2f1f8f7f6d11 at 2026-09-14T13:02:44Z"),
                  ("Missing", "DeleteRoute 1b0e9f9a-3b43-4a7e-8f4c-6f2f0a2f9c02 at 2026-09-14T13:05:10Z"),
                  ("Found elsewhere", "event-history, mesh-audit-lake"),
              ),
              remedy="Export the two events from Event history before 2026-12-13, when they leave it, and look at "
              "the trail's LatestDeliveryError between 13:00 and 13:15.",
              requirements=(("NIST SP 800-53 Rev. 5", "AU-12"), ("PCI DSS 4.0.1", "10.2.1"))),
        claim("integrity.chain", "The digest chain is unbroken", Verdict.FAIL,
              "A digest that the next one names is gone: somebody deleted it after it was written.",
              severity=Severity.HIGH, region="us-east-1", store="mesh-audit-bucket", subject=TRAIL,
              evidence=(("Missing digest", DIGEST), ("Named by", DIGEST.replace("T13", "T14"))),
              remedy="Restore the object's previous version; put Object Lock on the bucket so that it cannot recur.",
              requirements=(("CIS AWS Foundations 5.0", "3.2"), ("NIST SP 800-53 Rev. 5", "AU-9"))),
        claim("probe.landing", "A call made now is recorded", Verdict.UNVERIFIABLE,
              "App Mesh did not answer; a witness call to ECS was recorded in all three stores.",
              severity=Severity.MEDIUM, region="us-east-1",
              evidence=(("Witness", "ecs:ListClusters 2d0c… landed after 2 min 41 s"),),
              reason="AWS ended App Mesh on 2026-09-30, so no new event can be made. The witness shows that the pipe "
              "delivers; the record until then is proved by the other claims.",
              requirements=(("NIST SP 800-53 Rev. 5", "AU-12"),)),
    )  # fmt: skip


WAIVER = Waiver(
    reason="Object Lock cannot be switched off again; the audit bucket moves to a new account in November",
    owner="platform-security@example.com",
    expires=datetime(2026, 12, 1, tzinfo=UTC),
)


def waived_claims() -> tuple[Claim, ...]:
    """A claim that fails and one that nobody can tell, both accepted for a while."""
    bucket = "arn:aws:s3:::mesh-audit-123456789012"
    return (
        claim("bucket.object-lock", "Nobody can delete what the bucket keeps", Verdict.FAIL,
              "Object Lock is not enabled.", severity=Severity.MEDIUM, region="us-east-1",
              store="mesh-audit-bucket", subject=bucket, evidence=(("ObjectLockEnabled", "absent"),),
              remedy="Enable Object Lock on the bucket, in compliance mode for the years the record is kept.",
              requirements=(("AWS Security Hub", "S3.15"), ("NIST SP 800-53 Rev. 5", "AU-9")), waiver=WAIVER),
        claim("key.policy", "The key's policy admits CloudTrail and the readers", Verdict.UNVERIFIABLE,
              "The key's policy could not be read.", severity=Severity.LOW, region="us-east-1",
              subject="arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555",
              reason="kms:GetKeyPolicy is denied to the verifier.",
              requirements=(("NIST SP 800-53 Rev. 5", "SC-12"),), waiver=WAIVER),
    )  # fmt: skip
