"""The errors meshtrail raises, one tree.

    MeshtrailError                what, where, why, remedy
    ├── SettingsError             a stack's settings: every problem at once
    └── ...                       the others live beside what raises them

Every error is meant to be read by the person who can mend it, so each says four things: what happened,
where (account, Region, resource, key), why, and what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class MeshtrailError(Exception):
    """Something a person has to know about, and can do something about.

    Attributes:
        what: What happened, one sentence.
        where: Account, Region, resource or setting; empty when it is nowhere in particular.
        why: The rule or the answer behind it; empty when `what` says it all.
        remedy: What to do next; empty when nothing can be done.
    """

    def __init__(self, what: str, *, where: str = "", why: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [self.what]
        parts += [
            f"  {label}: {text}"
            for label, text in (("where", self.where), ("why", self.why), ("do", self.remedy))
            if text
        ]
        return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a stack's settings.

    Attributes:
        key: The setting, as it is written in the stack's file, e.g. `meshtrail:bucket.objectLock.days`.
        message: What is wrong with it.
        remedy: What to write instead.
    """

    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message} {self.remedy}".rstrip()


class SettingsError(MeshtrailError):
    """The settings of a stack cannot be used; `problems` lists every reason at once."""

    def __init__(self, problems: Sequence[Problem], *, where: str = "") -> None:
        count = len(problems)
        super().__init__(f"{count} setting{'s' * (count != 1)} cannot be used", where=where)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  - {problem}" for problem in self.problems)])
