"""The journal read back: what is known of every stack, and what is still to do. Pure.

One rule decides all of it: a stack is `untouched` or `done` only if the journal proves it. Everything in between is
`in-doubt`, and is done again: `pulumi up` changes nothing where there is nothing to change.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from rollout.events import Lost, StackBegan, StackEnded, StackSeen
from rollout.stacks import Operation, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from rollout.events import Event
    from rollout.plan import Stack, Wave


class State(StrEnum):
    """What is known of a stack."""

    UNTOUCHED = "untouched"
    """Nothing of this rollout can have changed anything there."""
    DONE = "done"
    """The last `up` ended well, with the inputs that the record names."""
    FAILED = "failed"
    """The last operation ended with an error; a part of it may be there."""
    IN_DOUBT = "in-doubt"
    """An operation began and nobody saw how it ended, or its lock was lost."""
    DESTROYED = "destroyed"
    """The last `destroy` ended well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the journal says of one stack.

    Attributes:
        state: What is known.
        inputs: The inputs of the last `up` that ended well; empty if none did.
        operation: The last operation; None if there was none.
        outcome: How it ended; None if nobody saw it.
        at: When that was.
        changes: What it did.
        why: What was said, if it did not end well.
        remedy: What to do about it.
        drift: The last look for drift; None if there was none since the last operation.
        begun: While an operation runs: by which run it was begun, and what was known before.
    """

    state: State = State.UNTOUCHED
    inputs: str = ""
    operation: Operation | None = None
    outcome: Outcome | None = None
    at: datetime | None = None
    changes: Mapping[str, int] = field(default_factory=dict[str, int])
    why: str = ""
    remedy: str = ""
    drift: StackSeen | None = None
    begun: tuple[str, Record] | None = None


@dataclass(frozen=True, slots=True)
class States:
    """What is known of every stack.

    Attributes:
        records: By the stack's name; a stack that is not there is what `others` says.
        others: What is known of a stack that the journal does not name.
    """

    records: Mapping[str, Record]
    others: Record = Record()

    def of(self, stack: str) -> Record:
        """What is known of one stack."""
        return self.records.get(stack, self.others)


_LOST = Record(
    state=State.IN_DOUBT,
    why="lines of the journal are missing",
    remedy="Run `meshtrail rollout up`: it does again what the journal cannot prove.",
)


def states_of(events: Iterable[Event | Lost]) -> States:
    """Read a journal back, from its beginning."""
    records: dict[str, Record] = {}
    others = Record()
    for event in events:
        match event:
            case Lost():
                others = _LOST
                records = dict.fromkeys(records, _LOST)
            case StackBegan():
                records[event.stack] = _began(records.get(event.stack, others), event)
            case StackEnded():
                records[event.stack] = _ended(records.get(event.stack, others), event)
            case StackSeen(operation=Operation.DRIFT):
                records[event.stack] = replace(records.get(event.stack, others), drift=event)
            case _:
                pass
    return States(records, others)


def _began(before: Record, event: StackBegan) -> Record:
    return Record(
        state=State.IN_DOUBT,
        inputs=before.inputs,
        operation=event.operation,
        at=event.at,
        why="it began, and the journal does not say how it ended",
        remedy="Look for a `pulumi` that is still running, then run `meshtrail rollout up` again.",
        begun=(event.run, before),
    )


def _ended(record: Record, event: StackEnded) -> Record:
    # Only the run that began an operation may take it back: what an earlier run left behind stays in doubt.
    begun = record.begun
    before = begun[1] if begun is not None and begun[0] == event.run else record
    told = replace(
        before,
        operation=event.operation,
        outcome=event.outcome,
        at=event.at,
        changes=event.changes,
        why=event.why,
        remedy=event.remedy,
        drift=None if event.touched else before.drift,
    )
    if event.outcome is Outcome.DONE:
        up = event.operation is Operation.UP
        state = State.DONE if up else State.DESTROYED
        return replace(told, state=state, inputs=event.inputs if up else "", begun=None)
    if not event.touched:
        return told
    state = State.IN_DOUBT if event.outcome is Outcome.LOST_LOCK else State.FAILED
    return replace(told, state=state, begun=None)


def is_missing(stack: Stack, record: Record, operation: Operation) -> bool:
    """Whether the operation is still to be done: `up` also where it was done with other inputs."""
    if operation is Operation.UP:
        return record.state is not State.DONE or record.inputs != stack.inputs
    if operation is Operation.DESTROY:
        return record.state is not State.DESTROYED
    return True


def still_to_do(waves: Sequence[Wave], states: States, operation: Operation) -> tuple[Wave, ...]:
    """The waves with what is missing of them; a wave of which nothing is missing is gone."""
    rest = (
        wave.model_copy(
            update={
                "stacks": tuple(
                    stack for stack in wave.stacks if is_missing(stack, states.of(stack.name), operation)
                )
            }
        )
        for wave in waves
    )
    return tuple(wave for wave in rest if wave.stacks)
