"""What a legality check finds, and the error that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtrail.errors import MeshtrailError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtrail.selectors.types import Destination


@dataclass(frozen=True, slots=True)
class SelectorProblem:
    """One thing CloudTrail would refuse.

    Attributes:
        path: Where it is, e.g. `advancedEventSelectors[0].fieldSelectors[2].notEquals`.
        rule: What CloudTrail demands, and what is there instead.
        remedy: What to write instead.
        page: The AWS page the rule comes from.
    """

    path: str
    rule: str
    remedy: str
    page: str

    def __str__(self) -> str:
        return f"{self.path}: {self.rule} {self.remedy} ({self.page})"


class IllegalSelectors(MeshtrailError):
    """Event selectors CloudTrail would refuse where they are sent; `problems` lists every reason at once."""

    def __init__(
        self, problems: Sequence[SelectorProblem], destination: Destination, *, where: str = ""
    ) -> None:
        super().__init__(
            f"CloudTrail would refuse these event selectors on {destination.phrase}",
            where=where,
            remedy="Mend each of the following; nothing has been sent to AWS.",
        )
        self.problems = tuple(problems)
        self.destination = destination

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  - {problem}" for problem in self.problems)])
