"""Where a rollout stands: every stack of the plan, and what the journals say of it. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rollout.stacks import Operation
from rollout.state import State, is_missing, states_of
from verify.report.text import loggable
from verify.verdict import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rollout.journal import Reading
    from rollout.plan import Plan, Stack
    from rollout.state import Record

SCHEMA: Final = "meshtrail/rollout-status/v1"
OUTDATED: Final = "outdated"
"""Done, but with other inputs than the plan's."""
_WORST_FIRST: Final = (State.IN_DOUBT, State.FAILED, State.DESTROYED, State.DONE, State.UNTOUCHED)


@dataclass(frozen=True, slots=True)
class Line:
    """One stack.

    Attributes:
        wave: Its wave.
        stack: The stack.
        record: What is known.
    """

    wave: int
    stack: Stack
    record: Record

    @property
    def state(self) -> str:
        """The state's name; `outdated` if the last `up` had other inputs."""
        if self.record.state is State.DONE and is_missing(self.stack, self.record, Operation.UP):
            return OUTDATED
        return self.record.state.value


@dataclass(frozen=True, slots=True)
class Status:
    """Every stack of a plan.

    Attributes:
        lines: They, in the plan's order.
        damaged: Whether lines of a journal are missing.
    """

    lines: tuple[Line, ...]
    damaged: bool

    @property
    def counts(self) -> dict[str, int]:
        """How many stacks are in which state."""
        return dict(Counter(line.state for line in self.lines))

    @property
    def exit_code(self) -> ExitCode:
        """0: all is done; 1: something failed; 2: something is still to do, or in doubt."""
        states = {line.state for line in self.lines}
        if State.FAILED in states:
            return ExitCode.FAILED
        return ExitCode.OK if states <= {State.DONE} else ExitCode.UNVERIFIABLE

    def as_text(self) -> str:
        """For a terminal: the counts, and every stack that is not simply done or untouched."""
        return "\n".join(map(loggable, self._lines())) + "\n"

    def _lines(self) -> Iterator[str]:
        yield ", ".join(f"{count} {state}" for state, count in sorted(self.counts.items()))
        if self.damaged:
            yield "Lines of the journal are missing: what they said is in doubt, and `up` does it again."
        for line in self.lines:
            record = line.record
            drifted = record.drift is not None and (record.drift.changes or not record.drift.seen)
            if line.state not in {State.DONE, State.UNTOUCHED} or record.why or drifted:
                yield f"{line.state:9}  {line.stack.name}  {line.stack.account_name}  (wave {line.wave})"
                yield from (f"    {text}" for text in record.why.splitlines())
                if record.remedy:
                    yield f"    do: {record.remedy}"
                if record.drift is not None and drifted:
                    seen = counted(record.drift.changes) if record.drift.seen else record.drift.why
                    yield f"    drift, {record.drift.at:%Y-%m-%d %H:%M} UTC: {seen}"

    def as_document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "schema": SCHEMA,
            "counts": self.counts,
            "damaged": self.damaged,
            "stacks": [_document(line) for line in self.lines],
        }


def status_of(plan: Plan, readings: Sequence[Reading]) -> Status:
    """Where the plan stands.

    Args:
        plan: The plan.
        readings: The journals: of one machine one, of a CI system's runners one each. Of a stack that several name,
            the worst counts, for clocks of several machines tell no order.
    """
    states = [states_of(reading.events) for reading in readings]

    def known(stack: Stack) -> Record:
        records = [one.of(stack.name) for one in states]
        return min(records, key=lambda record: _WORST_FIRST.index(record.state))

    return Status(
        tuple(Line(wave.number, stack, known(stack)) for wave in plan.waves for stack in wave.stacks),
        damaged=any(reading.damaged for reading in readings),
    )


def counted(changes: dict[str, int]) -> str:
    """Changes in words."""
    return ", ".join(f"{count} {kind}" for kind, count in sorted(changes.items())) or "no changes"


def _document(line: Line) -> dict[str, Any]:
    record = line.record
    return {
        "stack": line.stack.name,
        "account": line.stack.account,
        "accountName": line.stack.account_name,
        "wave": line.wave,
        "state": line.state,
        "operation": record.operation,
        "outcome": record.outcome,
        "at": record.at.isoformat() if record.at else None,
        "changes": dict(record.changes),
        "why": record.why,
        "remedy": record.remedy,
        "drift": record.drift.model_dump(mode="json", by_alias=True) if record.drift else None,
    }
