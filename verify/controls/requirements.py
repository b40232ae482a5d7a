"""What controls map to: the numbers of the standards, each set under one name.

Sources: Security Hub user guide, "Security Hub CSPM controls for AWS CloudTrail"
(docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html), which names for each of its controls the
CIS, PCI DSS and NIST requirements it belongs to; CIS Amazon Web Services Foundations Benchmark, section 3 in its
versions 3.0 and 5.0, section 4 in 6.0 and 7.0, where the numbers behind the dot stayed the same.
"""

from __future__ import annotations

from typing import Final

from verify.statement import Requirement, Standard


def nist(*ids: str) -> tuple[Requirement, ...]:
    """Controls of NIST SP 800-53 Rev. 5."""
    return tuple(Requirement(Standard.NIST_800_53, one) for one in ids)


def pci(*ids: str) -> tuple[Requirement, ...]:
    """Requirements of PCI DSS 4.0.1."""
    return tuple(Requirement(Standard.PCI_DSS, one) for one in ids)


def security_hub(*ids: str) -> tuple[Requirement, ...]:
    """Controls of AWS Security Hub."""
    return tuple(Requirement(Standard.SECURITY_HUB, one) for one in ids)


def cis_logging(number: int) -> tuple[Requirement, ...]:
    """A recommendation of the CIS benchmark's section on logging, by its number behind the dot."""
    return (
        Requirement(Standard.CIS_3, f"3.{number}"),
        Requirement(Standard.CIS_5, f"3.{number}"),
        Requirement(Standard.CIS_6, f"4.{number}"),
        Requirement(Standard.CIS_7, f"4.{number}"),
    )


def cis_monitoring(number: int) -> tuple[Requirement, ...]:
    """A recommendation of the CIS benchmark's section on monitoring, by its number behind the dot."""
    return (
        Requirement(Standard.CIS_3, f"4.{number}"),
        Requirement(Standard.CIS_5, f"4.{number}"),
        Requirement(Standard.CIS_6, f"5.{number}"),
        Requirement(Standard.CIS_7, f"5.{number}"),
    )


_COLLECTION: Final = nist(
    *("AC-2(4)", "AC-4(26)", "AC-6(9)", "AU-2", "AU-3", "AU-6(3)", "AU-6(4)", "AU-10", "AU-12", "AU-14(1)"),
    *("CA-7", "SA-8(22)", "SC-7(9)", "SI-3(8)", "SI-4(20)", "SI-7(8)"),
)
_ENCRYPTION_AT_REST: Final = nist(
    *("AU-9", "CA-9(1)", "CM-3(6)", "SC-7(10)", "SC-13", "SC-28", "SC-28(1)", "SI-7(6)")
)

MULTI_REGION_TRAIL: Final = (*security_hub("CloudTrail.1"), *cis_logging(1), *_COLLECTION)
"""A multi-Region trail takes read and write management events."""
ENCRYPTED_TRAIL: Final = (
    *security_hub("CloudTrail.2"),
    *cis_logging(5),
    *pci("10.3.2"),
    *_ENCRYPTION_AT_REST,
)
"""Log files are encrypted under a customer managed key."""
TRAIL_ENABLED: Final = (*security_hub("CloudTrail.3"), *pci("10.2.1"), *nist("AU-12"))
"""A trail is logging."""
LOG_FILE_VALIDATION: Final = (
    *security_hub("CloudTrail.4"),
    *cis_logging(2),
    *pci("10.3.2"),
    *nist("AU-9", "SI-4", "SI-7(1)", "SI-7(3)", "SI-7(7)"),
)
"""Digest files are written."""
CLOUDWATCH_LOGS: Final = (
    *security_hub("CloudTrail.5"),
    *nist(
        *("AC-2(4)", "AC-4(26)", "AC-6(9)", "AU-2", "AU-3", "AU-6(1)", "AU-6(3)", "AU-6(4)", "AU-6(5)"),
        *(
            "AU-7(1)",
            "AU-10",
            "AU-12",
            "CA-7",
            "SC-7(9)",
            "SI-3(8)",
            "SI-4(5)",
            "SI-4(20)",
            "SI-7(8)",
            "SI-20",
        ),
    ),
)
"""The trail delivers to a log group."""
BUCKET_NOT_PUBLIC: Final = (*security_hub("CloudTrail.6"), *pci("1.4.4"), *nist("AC-3", "AU-9"))
"""Nobody outside reads the bucket."""
BUCKET_ACCESS_LOGGED: Final = (
    *security_hub("CloudTrail.7"),
    *cis_logging(4),
    *pci("10.2.1"),
    *nist("AU-2", "AU-12"),
)
"""Who read the bucket is logged."""
TAGGED: Final = security_hub("CloudTrail.9")
"""The trail has tags."""
ENCRYPTED_STORE: Final = (*security_hub("CloudTrail.10"), *_ENCRYPTION_AT_REST, *nist("SC-12(2)"))
"""The event data store is encrypted under a customer managed key."""

DELIVERY: Final = (*pci("10.7.2"), *nist("AU-5", "AU-12"))
"""Failures of logging are noticed."""
PROTECTED: Final = (*pci("10.3.2", "10.3.4"), *nist("AU-9"))
"""Nobody may change or delete the record."""
RETENTION: Final = (*pci("10.5.1"), *nist("AU-11"))
"""The record is kept long enough."""
CAPTURE: Final = (*pci("10.2.1"), *nist("AU-2", "AU-12"))
"""What has to be recorded is recorded."""
CONFIGURATION: Final = nist("CM-2", "CM-3", "CM-6")
"""Configuration is as it was approved."""
CHANGES: Final = (*cis_monitoring(5), *pci("11.5.2"), *nist("AU-6", "AU-9", "CM-3", "CM-5(1)"))
"""Changes of the record's own configuration are noticed."""
CAPACITY: Final = nist("AU-4")
"""There is room for what has to be logged."""
