"""The queries of one sandbox: run when they are started, told as if that took a while."""

from __future__ import annotations

import itertools
import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sandbox.athena.errors import InvalidRequest

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.athena.execution import Outcome

_STEPS: Final = ("QUEUED", "RUNNING")
"""What the first looks at a query see, so that nobody relies on its being ready at once."""


@dataclass(slots=True)
class Execution:
    """One query that was started.

    Attributes:
        statement: Its text.
        work_group: The workgroup it ran in.
        started: When, aware UTC.
        state: How it ended: SUCCEEDED, FAILED or CANCELLED.
        reason: Why it did not succeed.
        outcome: What it found, if it did.
        configuration: Where its results go.
    """

    statement: str
    work_group: str
    started: datetime
    state: str
    configuration: dict[str, Any]
    reason: str = ""
    outcome: Outcome | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    _looks: itertools.count[int] = field(default_factory=itertools.count)

    def look(self) -> str:
        """The state that the next look sees."""
        look = next(self._looks)
        return _STEPS[look] if look < len(_STEPS) else self.state

    def stop(self) -> None:
        """Cancel it, unless it has ended."""
        if next(self._looks) < len(_STEPS):
            self.state, self.outcome = "CANCELLED", None


class AthenaService:
    """Every query of the sandbox, by account and Region."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._executions: dict[tuple[str, str, str], Execution] = {}

    def keep(self, account: str, region: str, execution: Execution) -> None:
        """Remember a query."""
        with self._lock:
            self._executions[account, region, execution.id] = execution

    def get(self, account: str, region: str, execution: str) -> Execution:
        """A query.

        Raises:
            InvalidRequest: when there is none of that id.
        """
        with self._lock:
            found = self._executions.get((account, region, execution))
        if found is None:
            raise InvalidRequest(f"QueryExecution {execution} was not found")
        return found

    def clear(self) -> None:
        """Forget every query."""
        with self._lock:
            self._executions.clear()
