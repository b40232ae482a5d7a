"""What a journal says, one line an event.

A stack's `StackBegan` is on the disk before anything of the stack may change, and its `StackEnded` is written only
after Pulumi said how it ended: whatever a crash leaves of the journal, no change can have happened that is not in it.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

from rollout.stacks import Operation, Outcome


class _Event(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="ignore", frozen=True
    )

    at: datetime
    run: str


class RunBegan(_Event):
    """A command began to work.

    Attributes:
        version: Whose journal this is.
        stacks: How many stacks it means to work on.
    """

    event: Literal["run-began"] = "run-began"
    operation: Operation
    version: str
    host: str
    process: int
    stacks: int


class RunEnded(_Event):
    """A command ended by itself.

    Attributes:
        stopped_after: The wave after which it stopped because of failures; None: it went through.
    """

    event: Literal["run-ended"] = "run-ended"
    stopped_after: int | None = None
    interrupted: bool = False


class WaveBegan(_Event):
    """A wave began."""

    event: Literal["wave-began"] = "wave-began"
    wave: int
    stacks: int


class WaveEnded(_Event):
    """A wave ended."""

    event: Literal["wave-ended"] = "wave-ended"
    wave: int
    done: int
    failed: int


class StackBegan(_Event):
    """From here on the stack may be changed."""

    event: Literal["stack-began"] = "stack-began"
    stack: str
    account: str
    operation: Operation
    inputs: str


class StackEnded(_Event):
    """An operation that may change something ended, or was refused before it began."""

    event: Literal["stack-ended"] = "stack-ended"
    stack: str
    account: str
    operation: Operation
    inputs: str
    outcome: Outcome
    touched: bool
    changes: dict[str, int] = Field(default_factory=dict)
    seconds: float = 0.0
    why: str = ""
    remedy: str = ""


class StackSeen(_Event):
    """A preview, or a look for drift."""

    event: Literal["stack-seen"] = "stack-seen"
    stack: str
    account: str
    operation: Operation
    seen: bool
    changes: dict[str, int] = Field(default_factory=dict)
    why: str = ""
    remedy: str = ""


class Lost:
    """Not an event but a gap: lines are missing here, and nobody knows what they said."""


Event = RunBegan | RunEnded | WaveBegan | WaveEnded | StackBegan | StackEnded | StackSeen
EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])
"""Reads an event by its name."""
