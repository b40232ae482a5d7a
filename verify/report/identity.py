"""Names for claims that stay the same from one run to the next, for the formats that track findings over time."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verify.report.parts import Claim

NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:meshtrail:report:v1")
"""The namespace of every UUID that is made from a report: version 5, so the same name gives the same one."""


def identities(claims: Iterable[Claim]) -> list[tuple[Claim, str]]:
    """Each claim with a name made of its id and of what it is about, never of what was found.

    A name that occurs again is numbered; the report's order makes the numbers stable.
    """
    seen = Counter[str]()
    named: list[tuple[Claim, str]] = []
    for claim in claims:
        name = "\x1f".join(
            part or "" for part in (claim.id, claim.account, claim.region, claim.store, claim.subject)
        )
        seen[name] += 1
        named.append((claim, f"{name}\x1f{seen[name]}" if seen[name] > 1 else name))
    return named


def uuid_of(*names: str) -> str:
    """The UUID, version 5, of these names together."""
    # The separator cannot be in a name without being escaped first, so two lists of names never meet.
    return str(uuid.uuid5(NAMESPACE, "\x1e".join(name.replace("\x1e", "\\x1e") for name in names)))
