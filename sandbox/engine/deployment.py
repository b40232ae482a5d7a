"""One run's books: what is registered under which URN, what became of it, and what ended the run.

The gRPC services hand every request on to a `Deployment`; it may be called from many threads at once.
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sandbox.engine import wire
from sandbox.engine.aliases import inherited_aliases
from sandbox.engine.deletion import Deletion
from sandbox.engine.errors import (
    APPLY_ERRORS,
    ApplyFailed,
    Cancelled,
    DuplicateUrn,
    Protected,
    Refused,
    RunFailed,
)
from sandbox.engine.providers import AWS_PROVIDER, Providers
from sandbox.engine.registration import Operation, Registration
from sandbox.engine.state import ResourceState, StackState
from sandbox.engine.steps import Outcome, Steps
from sandbox.engine.urn import PROVIDER_PREFIX, STACK_TYPE, Urn, stack_urn
from sandbox.engine.wire import Secret
from sandbox.provider.values import holds_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.provider.registry import Registry


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program is told about a resource: an empty id and missing outputs are not known yet."""

    urn: str
    id: str
    outputs: Mapping[str, Any]


class Deployment:
    """One run of one stack.

    Args:
        project: The project's name.
        stack: The stack's name.
        registry: The resource types and functions there are.
        providers: The providers there are.
        state: What the last run left; changed as the run goes on. A preview gives a copy.
        preview: Whether only to say what would be done.
    """

    def __init__(
        self,
        *,
        project: str,
        stack: str,
        registry: Registry,
        providers: Providers,
        state: StackState,
        preview: bool,
    ) -> None:
        self.root = str(stack_urn(stack, project))
        self.outputs: dict[str, Any] = {}
        self.failure: RunFailed | None = None
        self.failed_invoke: RunFailed | None = None
        """The last function call that failed; it is the program's to catch."""
        self.preview = preview
        self._state = state
        self._registry = registry
        self._providers = providers
        self._steps = Steps(preview=preview, keep=self._remember, forget=self._forget)
        self._deletion = Deletion(registry=registry, providers=providers, state=state, preview=preview)
        self._registrations: dict[str, Registration] = {}
        self._former: dict[str, ResourceState] = dict(state.resources)
        self._running: dict[str, str] = {}
        self._lock = threading.RLock()

    @property
    def registrations(self) -> list[Registration]:
        """Everything the program registered or read, by URN."""
        with self._lock:
            return sorted(self._registrations.values(), key=lambda one: one.urn)

    @property
    def deletions(self) -> list[tuple[str, Operation]]:
        """What was, or in a preview would be, deleted or forgotten, in that order."""
        return list(self._deletion.done)

    @property
    def running(self) -> list[str]:
        """URNs of the resources being worked on right now."""
        with self._lock:
            return sorted(self._running)

    def name(self, *, type_token: str, name: str, parent: str) -> Urn:
        """The URN of a resource about to be registered.

        Raises:
            Refused: when its parent is not registered.
        """
        if type_token == STACK_TYPE:
            return Urn.parse(self.root)
        above = parent or self.root
        if above not in self._registrations:
            raise Refused(f"The parent of {type_token} {name!r} is not registered", where=above)
        return Urn.parse(above).child(type_token, name)

    def register(self, wanted: Registration) -> Answer:
        """Bring a resource to what the program wants.

        Raises:
            RunFailed: when it cannot be; the first such failure ends the run.
        """
        try:
            with self._lock:
                self._check_alive()
                if wanted.urn in self._registrations:
                    raise DuplicateUrn(wanted.urn)
                wanted = self._inherit(wanted)
                self._registrations[wanted.urn] = wanted
                self._running[wanted.urn] = wanted.type
            return self._settle(wanted)
        except APPLY_ERRORS as error:
            raise self._fail(wanted.urn, error) from error
        finally:
            with self._lock:
                self._running.pop(wanted.urn, None)

    def register_outputs(self, urn: str, outputs: Mapping[str, Any]) -> None:
        """The outputs of a component or, as the stack's own, of the run."""
        with self._lock:
            if urn not in self._registrations:
                raise Refused("Outputs were registered for an unknown resource", where=urn)
            if urn == self.root:
                self.outputs = dict(outputs)

    def invoke(self, token: str, args: dict[str, Any], provider: str) -> dict[str, Any] | None:
        """Call a provider's function; None while an argument is not known.

        Raises:
            RunFailed: when there is no such function, or AWS refuses. The program may catch it.
        """
        self._check_alive()
        function = self._registry.invokes.get(token)
        if function is None:
            known = ", ".join(sorted(self._registry.invokes))
            self.failed_invoke = Refused(
                f"The sandbox does not have the function {token}", why=f"It has {known}."
            )
            raise self.failed_invoke
        if holds_unknown(args):
            return None
        try:
            return function(self._providers.find(provider, token), args)
        except APPLY_ERRORS as error:
            failure = error if isinstance(error, RunFailed) else ApplyFailed.of(token, "call", error)
            self.failed_invoke = failure
            raise failure from error

    def stop(self, failure: RunFailed) -> None:
        """End the run: what is being done is finished, nothing new is begun."""
        with self._lock:
            self.failure = self.failure or failure

    def delete_rest(self) -> None:
        """Delete what was replaced, and what the last run made and this one no longer wants.

        Raises:
            RunFailed: at the first thing that cannot be deleted; the rest stays in the state.
        """
        with self._lock:
            rest = [state for urn, state in self._former.items() if urn not in self._registrations]
        self._deletion.delete(reversed(rest))
        self._deletion.delete_replaced()

    def destroy(self) -> None:
        """Delete everything the state holds, newest first; protected things are named before anything is touched.

        Raises:
            RunFailed: at the first thing that cannot be deleted; the rest stays in the state.
        """
        for state in self._state.newest_first():
            if state.protect:
                raise Protected(state.urn, "delete")
        self.delete_rest()

    def _settle(self, wanted: Registration) -> Answer:
        if not wanted.custom:
            return Answer(wanted.urn, "", {})
        if wanted.type.startswith(PROVIDER_PREFIX):
            return self._settle_provider(wanted)
        kind = self._registry.types.get(wanted.type)
        aws = self._providers.find(wanted.provider, wanted.type)
        if kind is None:
            known = ", ".join(sorted(self._registry.types))
            raise Refused(
                f"The sandbox does not have the resource type {wanted.type}", why=f"It has {known}."
            )
        if wanted.read_id:
            outcome = self._steps.read(kind, aws, wanted)
        else:
            outcome = self._steps.settle(kind, aws, wanted, self._find_former(wanted))
        return self._book(wanted, outcome)

    def _settle_provider(self, wanted: Registration) -> Answer:
        if wanted.type != AWS_PROVIDER:
            raise Refused(f"The sandbox has no provider {wanted.type}", remedy=f"It has {AWS_PROVIDER}.")
        inputs = {key: wire.reveal(value) for key, value in wanted.inputs.items()}
        former = self._find_former(wanted)
        # In a preview what is not known yet is left out: nothing is changed with such a provider anyway.
        self._providers.add(
            wanted.urn, {key: value for key, value in inputs.items() if not holds_unknown(value)}
        )
        state = ResourceState(
            urn=wanted.urn,
            type=wanted.type,
            id=former.id if former else str(uuid.uuid5(uuid.NAMESPACE_URL, wanted.urn)),
            inputs=inputs,
            outputs=inputs,
            dependencies=sorted({*wanted.dependencies, wanted.parent}),
            protect=wanted.protect,
            secret_outputs=sorted(key for key, value in wanted.inputs.items() if isinstance(value, Secret)),
        )
        operation = Operation.CREATE
        if former is not None:
            operation = Operation.SAME if former.inputs == inputs else Operation.UPDATE
        self._remember(state)
        return self._book(wanted, Outcome(operation=operation, state=state))

    def _book(self, wanted: Registration, outcome: Outcome) -> Answer:
        with self._lock:
            self._registrations[wanted.urn] = replace(wanted, operation=outcome.operation)
        state = outcome.state
        outputs = {
            key: Secret(value) if key in state.secret_outputs else value
            for key, value in state.outputs.items()
        }
        return Answer(wanted.urn, state.id, outputs)

    def _find_former(self, wanted: Registration) -> ResourceState | None:
        """What the last run knew this resource as, under its URN or one of its aliases."""
        with self._lock:
            for urn in (wanted.urn, *wanted.aliases):
                state = self._former.get(urn)
                if state is not None and (urn == wanted.urn or urn not in self._registrations):
                    if urn != wanted.urn:
                        del self._former[urn]
                        self._state.resources.pop(urn, None)
                        state.urn = wanted.urn
                        self._former[wanted.urn] = state
                        self._state.resources[wanted.urn] = state
                    return state
        return None

    def _inherit(self, wanted: Registration) -> Registration:
        """What the engine, not the SDK, hands down from parent to child."""
        parent = self._registrations.get(wanted.parent)
        if parent is None:
            return wanted
        return replace(
            wanted,
            retain_on_delete=wanted.retain_on_delete or parent.retain_on_delete,
            aliases=tuple(sorted({*wanted.aliases, *inherited_aliases(wanted, parent)})),
        )

    def _fail(self, urn: str, error: Exception) -> RunFailed:
        failure = error if isinstance(error, RunFailed) else ApplyFailed.of(urn, "configure", error)
        if not failure.where:
            failure.where = failure.urn = urn
        if not isinstance(failure, Cancelled):
            self.stop(failure)
        return failure

    def _check_alive(self) -> None:
        if self.failure is not None:
            raise Cancelled("The run has ended", why=self.failure.what)

    def _remember(self, state: ResourceState) -> None:
        with self._lock:
            before = self._state.resources.pop(state.urn, None)
            changed_hands = before is not None and (before.external or state.external)
            if before is not None and not changed_hands and before.id != state.id:
                self._state.replaced.append(before)
            self._state.resources[state.urn] = state  # last made, last in the order

    def _forget(self, urn: str) -> None:
        with self._lock:
            self._state.resources.pop(urn, None)
