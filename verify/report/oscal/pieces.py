"""What every part of the OSCAL document is made of: single-line texts, properties, names of controls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from verify.report.text import bounded, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verify.report.parts import Claim

NIST: Final = "NIST SP 800-53 Rev. 5"
"""The only standard whose controls OSCAL documents commonly name; NIST publishes them as an OSCAL catalogue."""

NAMESPACE: Final = "urn:meshtrail:report:v1"
"""Whose properties ours are: OSCAL's own names mean something else."""

MAX_TEXT: Final = 4_000

_EMPTY: Final = "(empty)"
_CONTROL: Final = re.compile(r"([A-Z]{2})-(\d{1,2})(?:\s*\((\d{1,2})\))?", re.IGNORECASE)


def line(text: str) -> str:
    """The text as OSCAL wants titles and values: one line, not empty, no space at its ends."""
    return bounded(visible(text), MAX_TEXT).strip() or _EMPTY


def prop(name: str, value: str) -> dict[str, Any]:
    """A property of ours; the name is an XML name without a colon."""
    return {"name": name, "ns": NAMESPACE, "value": line(value)}


def props(items: Iterable[tuple[str, str | None]]) -> list[dict[str, Any]]:
    """The properties that have a value."""
    return [prop(name, value) for name, value in items if value]


def controls(claim: Claim) -> list[str]:
    """The controls of NIST SP 800-53 that a claim maps to, as its OSCAL catalogue names them: `au-9`, `au-9.2`."""
    found: list[str] = []
    for one in claim.requirements:
        match = _CONTROL.fullmatch(one.id.strip()) if one.standard == NIST else None
        if match is not None:
            family, number, enhancement = match.groups()
            # An enhancement of a control has a number after a dot.
            found.append(f"{family.lower()}-{int(number)}" + (f".{int(enhancement)}" if enhancement else ""))
    return list(dict.fromkeys(found))
