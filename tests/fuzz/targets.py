"""Every fuzz target."""

from __future__ import annotations

from typing import Final

from tests.fuzz import answers, digests, files, objects, places, records

TARGETS: Final = {
    target.name: target
    for module in (answers, digests, files, objects, places, records)
    for target in module.TARGETS
}
"""By their names."""
