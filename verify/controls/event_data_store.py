"""Every control on an event data store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verify.controls.store_capture import StoreCapturesAppMesh
from verify.controls.store_ingestion import StoreIngests
from verify.controls.store_promise import StoreAsPromised
from verify.controls.store_settings import STORE_SETTINGS
from verify.controls.store_state import StoreState

if TYPE_CHECKING:
    from verify.controls.base import Control

STORE_CONTROLS: tuple[Control[StoreState], ...] = (
    StoreIngests(),
    StoreCapturesAppMesh(),
    StoreAsPromised(),
    *STORE_SETTINGS,
)
"""Decided by what AWS says of the store now."""

__all__ = ["STORE_CONTROLS", "StoreState"]
