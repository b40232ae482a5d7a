"""Every control on the buckets log files are written to, and on the keys that encrypt them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verify.controls.bucket_state import BucketState
from verify.controls.key_state import KeyState

if TYPE_CHECKING:
    from verify.controls.base import Control

BUCKET_CONTROLS: tuple[Control[BucketState], ...] = ()

KEY_CONTROLS: tuple[Control[KeyState], ...] = ()

__all__ = ["BUCKET_CONTROLS", "KEY_CONTROLS", "BucketState", "KeyState"]
