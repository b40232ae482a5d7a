"""A defect, or an answer nobody foresaw, costs the claim that met it and nothing else.

A verification reads what attackers may have written. One object that trips a parser must not take the whole report
away, and a crash must not look like a failed proof: it is a question without an answer.
"""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cloudtrail.errors import MeshtrailError
from verify.aws import CannotLook

if TYPE_CHECKING:
    from collections.abc import Generator


class Unforeseen(CannotLook):
    """Meshtrail itself failed where it looked."""

    default_remedy = "Report it as a defect of meshtrail, with this line; the other claims are not affected."

    def __init__(self, error: Exception, *, where: str) -> None:
        frame = traceback.extract_tb(error.__traceback__)[-1:]
        place = "".join(f" ({part.name}, line {part.lineno})" for part in frame)
        super().__init__(
            action="meshtrail", where=where, code=type(error).__name__, message=f"{error}{place}"
        )
        self.what = "meshtrail itself failed"


@contextmanager
def surviving(where: str) -> Generator[None]:
    """Turn an exception that nobody foresaw into a `CannotLook`; meshtrail's own errors pass.

    Args:
        where: What was looked at.

    Raises:
        Unforeseen: for every exception that is not meshtrail's own.
    """
    try:
        yield
    except MeshtrailError:
        raise
    except Exception as error:
        raise Unforeseen(error, where=where) from error
