"""Which statements a run decides: all of them, or those that were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from cloudtrail.errors import MeshtrailError

if TYPE_CHECKING:
    from collections.abc import Iterable


FEW: Final = 12
"""Up to how many claims an error names them all."""


class UnknownStatement(MeshtrailError):
    """A selection names a statement that there is not."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Statements by their ids, with `*` for any text.

    Attributes:
        select: What is decided.
        skip: What of it is not.
    """

    select: tuple[str, ...] = ("*",)
    skip: tuple[str, ...] = ()

    def takes(self, statement: str) -> bool:
        """Whether a statement is decided."""
        return any(fnmatchcase(statement, one) for one in self.select) and not any(
            fnmatchcase(statement, one) for one in self.skip
        )

    def takes_any(self, statements: Iterable[str]) -> bool:
        """Whether at least one of them is decided."""
        return any(self.takes(statement) for statement in statements)

    def refuse_unknown(self, statements: Iterable[str]) -> None:
        """Refuse a pattern that fits no statement: a misspelt name must not select nothing in silence.

        Raises:
            UnknownStatement: naming every such pattern.
        """
        known = list(statements)
        unknown = [
            pattern
            for pattern in (*self.select, *self.skip)
            if not any(fnmatchcase(statement, pattern) for statement in known)
        ]
        if unknown:
            raise UnknownStatement(
                f"No claim is called {', '.join(unknown)}",
                where="--select, --skip",
                why=f"Here there are {', '.join(sorted(known))}." if len(known) <= FEW else "",
                remedy="`meshtrail controls` lists them all; `*` stands for any text, as in `trail.*`.",
            )


EVERYTHING: Final = Selection()
"""Every statement."""
