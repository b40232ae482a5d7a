"""Every control on the buckets log files are written to, and on the keys that encrypt them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verify.controls.bucket_access import BUCKET_ACCESS_CONTROLS
from verify.controls.bucket_encryption import BUCKET_ENCRYPTION_CONTROLS
from verify.controls.bucket_keeping import BUCKET_KEEPING_CONTROLS
from verify.controls.bucket_logging import BUCKET_LOGGING_CONTROLS
from verify.controls.bucket_policy import BUCKET_POLICY_CONTROLS
from verify.controls.bucket_state import BucketState
from verify.controls.key_health import KEY_HEALTH_CONTROLS
from verify.controls.key_policy import KEY_POLICY_CONTROLS
from verify.controls.key_state import KeyState

if TYPE_CHECKING:
    from verify.controls.base import Control

BUCKET_CONTROLS: tuple[Control[BucketState], ...] = (
    *BUCKET_POLICY_CONTROLS,
    *BUCKET_ACCESS_CONTROLS,
    *BUCKET_KEEPING_CONTROLS,
    *BUCKET_LOGGING_CONTROLS,
    *BUCKET_ENCRYPTION_CONTROLS,
)

KEY_CONTROLS: tuple[Control[KeyState], ...] = (*KEY_HEALTH_CONTROLS, *KEY_POLICY_CONTROLS)

__all__ = ["BUCKET_CONTROLS", "KEY_CONTROLS", "BucketState", "KeyState"]
