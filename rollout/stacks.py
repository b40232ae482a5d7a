"""The port: what a rollout asks of Pulumi, stack by stack, and every way that can end."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rollout.plan import Stack


class Operation(StrEnum):
    """What is done to a stack."""

    UP = "up"
    DESTROY = "destroy"
    PREVIEW = "preview"
    DRIFT = "drift"


class Outcome(StrEnum):
    """How an operation that changes something ended."""

    DONE = "done"
    """All of it."""
    FAILED = "failed"
    """The program, the provider or AWS refused; what came before that is there."""
    LOCKED = "locked"
    """Somebody else is updating the stack; this operation did not begin."""
    LOST_LOCK = "lost-lock"
    """The backend's lock was lost on the way: what was done may not be written down, and others may have begun."""
    PROTECTED = "protected"
    """The stack holds what is protected from deletion; nothing was deleted."""
    REFUSED = "refused"
    """The operation could not begin: no Pulumi, no credentials, settings that are wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an operation that changes something ended.

    Attributes:
        outcome: How.
        touched: Whether anything may have been changed. False is a promise: only where that is certain.
        changes: How many resources, by what was done to them; Pulumi's words.
        why: What Pulumi or the provider said, without secrets.
        remedy: What to do next.
    """

    outcome: Outcome
    touched: bool = True
    changes: Mapping[str, int] = field(default_factory=dict[str, int])
    why: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was seen by an operation that changes nothing.

    Attributes:
        seen: Whether anything could be seen at all.
        changes: What would be done, or has drifted: how many resources, by Pulumi's words; `same` is not part of it.
        why: Why nothing could be seen.
        remedy: What to do about that.
    """

    seen: bool
    changes: Mapping[str, int] = field(default_factory=dict[str, int])
    why: str = ""
    remedy: str = ""


class Stacks(Protocol):
    """The stacks of a rollout. Every method may be called from several threads, for different stacks at once.

    None of them raises for what a stack, a provider or a backend does: that is an outcome.
    """

    def up(self, stack: Stack, *, message: str) -> Ended:
        """Make the stack what its program says; create it if it is not there."""
        ...

    def destroy(self, stack: Stack, *, message: str) -> Ended:
        """Delete what the stack holds; refuses, and deletes nothing, if any of it is protected."""
        ...

    def preview(self, stack: Stack) -> Looked:
        """See what `up` would do."""
        ...

    def drift(self, stack: Stack) -> Looked:
        """See what AWS has otherwise than the stack's state says; the state is not changed."""
        ...

    def outputs(self, stack: Stack) -> Mapping[str, object]:
        """What the stack exports, without its secrets."""
        ...

    def cancel(self, stack: Stack) -> str:
        """Take the backend's lock from whoever holds it; empty, or why that could not be done."""
        ...
