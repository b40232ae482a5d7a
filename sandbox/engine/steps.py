"""What is done with one resource: nothing, create, update or replace, as the provider's diff demands."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.engine import wire
from sandbox.engine.errors import APPLY_ERRORS, ApplyFailed, CheckFailed, Protected, Refused
from sandbox.engine.ignored import keep_old, touched
from sandbox.engine.registration import Operation, Registration
from sandbox.engine.state import ResourceState
from sandbox.provider.resource_type import Difference, PartlyCreated, ResourceType, State, Values, Vanished

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.provider.session import Aws


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was done with a resource.

    Attributes:
        operation: What.
        state: The resource after it; in a preview, what is known of it.
    """

    operation: Operation
    state: ResourceState


@dataclass(frozen=True, slots=True)
class _Job:
    """One resource to be brought to what is wanted of it; `inputs` are checked."""

    kind: ResourceType
    aws: Aws
    wanted: Registration
    inputs: Values


class Steps:
    """Takes resources from what they were to what a program wants.

    Args:
        preview: Whether only to say what would be done.
        keep: Called with every state as soon as AWS has it, so that a failure later forgets nothing. A new
            id under a known URN means that what had the URN before waits for its deletion.
        forget: Called with the URN of a resource that was deleted to be replaced.
    """

    def __init__(
        self, *, preview: bool, keep: Callable[[ResourceState], None], forget: Callable[[str], None]
    ) -> None:
        self._preview = preview
        self._keep = keep
        self._forget = forget

    def settle(
        self, kind: ResourceType, aws: Aws, wanted: Registration, old: ResourceState | None
    ) -> Outcome:
        """Bring a resource to what the program wants.

        Raises:
            CheckFailed: when the inputs break the provider's rules.
            Protected: when it would have to be replaced and must not.
            ApplyFailed: when AWS refuses.
        """
        revealed: Values = {key: wire.reveal(value) for key, value in wanted.inputs.items()}
        before = old.inputs if old is not None and not old.external else {}
        if before:
            revealed = keep_old(revealed, before, wanted.ignore_changes)
        checked = kind.check(aws, revealed, name=wanted.name, urn=wanted.urn, olds=before)
        if checked.failures:
            raise CheckFailed(wanted.urn, checked.failures)
        job = _Job(kind, aws, wanted, checked.inputs)
        if old is None or old.external:
            return self._import(job) if wanted.import_id else self._create(job)

        difference = _forced(kind.diff(old.outputs, checked.inputs), wanted, before, checked.inputs)
        if difference.replaces:
            return self._replace(job, old, difference)
        if difference.changed or old.incomplete:
            return self._update(job, old)
        same = self._state(wanted, old.id, checked.inputs, old.outputs)
        self._keep(same)
        return Outcome(operation=Operation.SAME, state=same)

    def read(self, kind: ResourceType, aws: Aws, wanted: Registration) -> Outcome:
        """Look up a resource that somebody else manages.

        Raises:
            ApplyFailed: when AWS refuses, or has no such resource.
        """
        inputs: Values = {key: wire.reveal(value) for key, value in wanted.inputs.items()}
        found = self._look(kind, aws, wanted, wanted.read_id, inputs)
        state = self._state(wanted, found.id, {}, found.outputs)
        state.external = True
        self._keep(state)
        return Outcome(operation=Operation.READ, state=state)

    def delete(self, kind: ResourceType, aws: Aws, state: ResourceState) -> None:
        """Delete a resource.

        Raises:
            ApplyFailed: when AWS refuses.
        """
        try:
            kind.delete(aws, state.id, state.outputs)
        except APPLY_ERRORS as error:
            raise ApplyFailed.of(state.urn, "delete", error) from error

    def _create(self, job: _Job) -> Outcome:
        wanted, inputs = job.wanted, job.inputs
        if self._preview:
            return Outcome(operation=Operation.CREATE, state=self._state(wanted, "", inputs, inputs))
        try:
            made = job.kind.create(job.aws, inputs)
        except PartlyCreated as partly:
            state = self._state(wanted, partly.state.id, inputs, partly.state.outputs)
            state.incomplete = True
            self._keep(state)
            raise ApplyFailed.of(wanted.urn, "finish creating", partly.cause) from partly
        except APPLY_ERRORS as error:
            raise ApplyFailed.of(wanted.urn, "create", error) from error
        state = self._state(wanted, made.id, inputs, made.outputs)
        self._keep(state)
        return Outcome(operation=Operation.CREATE, state=state)

    def _update(self, job: _Job, old: ResourceState) -> Outcome:
        wanted, inputs = job.wanted, job.inputs
        if self._preview:
            planned = self._state(wanted, old.id, inputs, old.outputs | inputs)
            return Outcome(operation=Operation.UPDATE, state=planned)
        try:
            outputs = job.kind.change(job.aws, old.id, old.outputs, inputs)
        except APPLY_ERRORS as error:
            if not isinstance(
                error, Vanished
            ):  # Pulumi keeps the old inputs, and books the outputs as if all was well
                self._keep(dataclasses.replace(old, outputs=old.outputs | inputs, incomplete=True))
            raise ApplyFailed.of(wanted.urn, "update", error) from error
        state = self._state(wanted, old.id, inputs, outputs)
        self._keep(state)
        return Outcome(operation=Operation.UPDATE, state=state)

    def _replace(self, job: _Job, old: ResourceState, difference: Difference) -> Outcome:
        wanted = job.wanted
        if old.protect:
            raise Protected(wanted.urn, "replace", f"Changed: {', '.join(difference.replaces)}.")
        first = (
            difference.delete_first if wanted.delete_before_replace is None else wanted.delete_before_replace
        )
        if first and not self._preview:
            if not old.retain_on_delete:
                self.delete(job.kind, job.aws, old)
            self._forget(wanted.urn)
        return Outcome(operation=Operation.REPLACE, state=self._create(job).state)

    def _import(self, job: _Job) -> Outcome:
        wanted = job.wanted
        found = self._look(job.kind, job.aws, wanted, wanted.import_id, job.inputs)
        changed = job.kind.diff(found.outputs, job.inputs).changed
        if changed:
            raise Refused(
                "The inputs do not match the resource that is to be imported",
                urn=wanted.urn,
                why=f"Different: {', '.join(changed)}.",
                remedy="Write the program's inputs as AWS has them, import, then change.",
            )
        state = self._state(wanted, found.id, job.inputs, found.outputs)
        self._keep(state)
        return Outcome(operation=Operation.IMPORT, state=state)

    def _look(
        self, kind: ResourceType, aws: Aws, wanted: Registration, resource_id: str, inputs: Values
    ) -> State:
        try:
            found = kind.read(aws, resource_id, inputs)
        except APPLY_ERRORS as error:
            raise ApplyFailed.of(wanted.urn, "read", error) from error
        if found is None:
            message = f"AWS has no {kind.type_name} {resource_id!r}"
            raise ApplyFailed(wanted.urn, step="read", operation="", code="NotFound", message=message)
        return found

    def _state(
        self, wanted: Registration, resource_id: str, inputs: Values, outputs: Mapping[str, Any]
    ) -> ResourceState:
        secret = {key for key, value in wanted.inputs.items() if wire.holds_secret(value)}
        parents = [wanted.parent] if wanted.parent else []
        provider = wanted.provider.rpartition("::")[0]
        return ResourceState(
            urn=wanted.urn,
            type=wanted.type,
            id=resource_id,
            inputs=inputs,
            outputs=dict(outputs),
            provider=wanted.provider,
            dependencies=sorted({*wanted.dependencies, *parents, *([provider] if provider else [])}),
            protect=wanted.protect,
            retain_on_delete=wanted.retain_on_delete,
            secret_outputs=sorted(secret | set(wanted.additional_secret_outputs)),
        )


def _forced(difference: Difference, wanted: Registration, olds: Values, news: Values) -> Difference:
    """The difference with the program's own `replace_on_changes` on top of the provider's rules."""
    names = {touched(path) for path in wanted.replace_on_changes}
    if "*" in names:
        names = set(olds) | set(news)
    replaces = tuple(sorted({*difference.replaces, *(names & set(difference.changed))}))
    first = difference.delete_first or (bool(replaces) and not difference.replaces)
    return Difference(difference.changed, replaces, first)
