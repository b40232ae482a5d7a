"""What is claimed of a key itself: it can be used, and its material is renewed.

Sources: AWS KMS developer guide, "Key states of AWS KMS keys" and "Rotate AWS KMS keys"
(docs.aws.amazon.com/kms/latest/developerguide/key-state.html and rotate-keys.html).
"""

from __future__ import annotations

from typing import Final

from verify.aws import NotThere
from verify.controls.base import Control
from verify.controls.key_state import DESCRIBE_KEY, GET_ROTATION, KeyState
from verify.controls.requirements import nist, pci, security_hub
from verify.finding import Finding, does_not_apply, fails, holds
from verify.report.parts import Severity
from verify.statement import Requirement, Standard

_SYMMETRIC: Final = "SYMMETRIC_DEFAULT"


class KeyIsUsable(Control[KeyState]):
    """The key exists, is enabled, encrypts symmetrically, and lies where the buckets and stores lie."""

    id = "key.usable"
    title = "The key is enabled, and in the Region of what it encrypts"
    severity = Severity.CRITICAL
    actions = (DESCRIBE_KEY,)
    requirements = (*security_hub("KMS.3"), *nist("SC-12", "SC-28"))
    remedy = (
        "`aws kms cancel-key-deletion` and `aws kms enable-key`: without the key nothing is delivered, and nothing "
        "that was delivered can be read."
    )

    def look(self, subject: KeyState) -> Finding:
        """Decide it from DescribeKey."""
        try:
            now = subject.description
        except NotThere as error:
            return fails(f"Key {subject.arn} does not exist.", ("error", error.why))
        state, spec = str(now.get("KeyState")), str(now.get("KeySpec", _SYMMETRIC))
        told = [("state", state)]
        if deleted := now.get("DeletionDate"):
            told.append(("deletion date", str(deleted)))
        if state != "Enabled":
            return fails(f"Key {subject.arn} is {state}.", *told)
        if spec != _SYMMETRIC or now.get("KeyUsage", "ENCRYPT_DECRYPT") != "ENCRYPT_DECRYPT":
            return fails(f"Key {subject.arn} ({spec}) is not for symmetric encryption.", *told)
        elsewhere = [
            *(f"bucket {one.bucket}" for one in subject.trails if one.bucket_region != subject.region),
            *(f"event data store {one.arn}" for one in subject.stores if one.home_region != subject.region),
        ]
        if elsewhere:
            return fails(f"Key {subject.arn} lies in another Region than {', '.join(elsewhere)}.", *told)
        return holds("The key is enabled.", *told)


class KeyRotates(Control[KeyState]):
    """KMS renews the key's material by itself."""

    id = "key.rotation"
    title = "The key is rotated automatically"
    severity = Severity.MEDIUM
    actions = (DESCRIBE_KEY, GET_ROTATION)
    requirements = (
        *security_hub("KMS.4"),
        Requirement(Standard.CIS_3, "3.6"),
        Requirement(Standard.CIS_5, "3.6"),
        *pci("3.7.4"),
        *nist("SC-12", "SC-12(2)", "SC-28(3)"),
    )
    remedy = "`aws kms enable-key-rotation`, or `pulumi up --refresh`."

    def look(self, subject: KeyState) -> Finding:
        """Decide it from GetKeyRotationStatus, for keys KMS can rotate."""
        now = subject.description
        if now.get("KeyManager") == "AWS":
            return does_not_apply("AWS manages the key, and rotates it every year.")
        if now.get("Origin", "AWS_KMS") != "AWS_KMS":
            return does_not_apply(
                f"KMS rotates only material of its own; this key's comes from {now['Origin']}."
            )
        if subject.rotates:
            return holds("KMS rotates the key.")
        return fails(f"Rotation of key {subject.arn} is off.")


KEY_HEALTH_CONTROLS: tuple[Control[KeyState], ...] = (KeyIsUsable(), KeyRotates())
