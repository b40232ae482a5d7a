"""docs/comparison.md, from what was measured."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "comparison.md"


@dataclass(frozen=True, slots=True)
class Row:
    """One question about one account: the truth, both answers (None: no answer), and why they are so."""

    scenario: str
    question: str
    check: str
    claims: tuple[str, ...]
    truth: bool
    prowler: bool | None
    ours: bool | None
    why: str


def page(rows: Sequence[Row], *, prowler: str, date: str) -> str:
    """The page."""
    right = Counter({"prowler": 0, "ours": 0})
    for row in rows:
        right["prowler"] += row.prowler is row.truth
        right["ours"] += row.ours is row.truth
    agreed = sum(row.prowler is row.ours for row in rows)
    return f"""# Comparison with Prowler

<!-- Written by `python -m bench.comparison`. -->

[Prowler](https://github.com/prowler-cloud/prowler) checks a whole cloud; what it says about CloudTrail is a small part
of it. Here its CloudTrail checks and meshtrail's claims are asked about the same accounts, on the same
[sandbox](sandbox.md), through the same API. The truth is found by neither: App Mesh is called in two Regions, and what
was recorded is looked up in the bucket, file by file; a stranger tries to read it; files are compared byte for byte.

The scenarios and the questions are ours: whoever wrote meshtrail chose them, for what it is built to tell. So the
counts say how each answers these questions, not which tool is better. Every row says why, and both can be asked again.

{prowler} and this tree, {date}: {len(rows)} questions about {len({row.scenario for row in rows})} accounts.
They agree on {agreed}. Prowler is right in {right["prowler"]}, meshtrail in {right["ours"]}.

{_sections(rows)}
## What this does not say

The questions are about the record of App Mesh's calls, which is all that meshtrail is for. Prowler's other checks have
no counterpart here; some of what its CloudTrail checks leave out (a bucket's policy, a key's state) is covered by its
checks of S3 and KMS, which know nothing of the trail. Neither was asked about AWS itself: the sandbox answers as far as
[its page](sandbox.md) says. Event data stores are left out, since Prowler has no check on them.
"""


def _sections(rows: Sequence[Row]) -> str:
    sections: list[str] = []
    for scenario in dict.fromkeys(row.scenario for row in rows):
        table = "\n".join(_line(row) for row in rows if row.scenario == scenario)
        sections.append(
            f"## {scenario}\n\n| question | truth | Prowler | meshtrail | right | why |\n"
            f"|---|---|---|---|---|---|\n{table}\n"
        )
    return "\n".join(sections)


def _line(row: Row) -> str:
    right = [name for name, said in (("Prowler", row.prowler), ("meshtrail", row.ours)) if said is row.truth]
    who = {2: "both", 0: "neither"}.get(len(right)) or right[0]
    claims = ", ".join(f"`{claim}`" for claim in row.claims)
    asked = f"{row.question}<br>`{row.check}`; {claims}"
    return f"| {asked} | {_word(row.truth)} | {_word(row.prowler)} | {_word(row.ours)} | {who} | {row.why} |"


def _word(said: bool | None) -> str:  # noqa: FBT001 -- an answer, not a switch
    return {True: "yes", False: "no", None: "cannot tell"}[said]
