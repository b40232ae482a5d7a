"""Takes resources away at the end of a run: those nobody wants any more, and those that were replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.engine.errors import APPLY_ERRORS, ApplyFailed, Protected, Refused, RunFailed
from sandbox.engine.registration import Operation
from sandbox.engine.urn import PROVIDER_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.engine.providers import Providers
    from sandbox.engine.state import ResourceState, StackState
    from sandbox.provider.registry import Registry


class Deletion:
    """Deletes, one after the other; each is forgotten as soon as it is gone.

    Attributes:
        done: What was, or in a preview would be, deleted or forgotten, in that order.
    """

    def __init__(self, *, registry: Registry, providers: Providers, state: StackState, preview: bool) -> None:
        self.done: list[tuple[str, Operation]] = []
        self._registry = registry
        self._providers = providers
        self._state = state
        self._preview = preview

    def delete(self, states: Iterable[ResourceState]) -> None:
        """Delete resources in the order they are given in; what was only read is forgotten.

        Raises:
            RunFailed: at the first that is protected, or that AWS refuses to delete; the rest stays.
        """
        for state in states:
            self._take_away(state)
            self._state.resources.pop(state.urn, None)

    def delete_replaced(self) -> None:
        """Delete what others took the place of, in this run or an earlier one.

        Raises:
            RunFailed: as for `delete`.
        """
        for state in list(self._state.replaced):
            self._take_away(state)
            self._state.replaced.remove(state)

    def _take_away(self, state: ResourceState) -> None:
        if state.protect:
            raise Protected(state.urn, "delete")
        if state.external or state.type.startswith(PROVIDER_PREFIX):
            return
        if not (state.retain_on_delete or self._preview):
            self._delete_on_aws(state)
        self.done.append((state.urn, Operation.FORGET if state.retain_on_delete else Operation.DELETE))

    def _delete_on_aws(self, state: ResourceState) -> None:
        try:
            kind = self._registry.types.get(state.type)
            if kind is None:
                raise Refused(f"The sandbox does not have the resource type {state.type}", urn=state.urn)
            kind.delete(self._providers.find(state.provider, state.type), state.id, state.outputs)
        except RunFailed:
            raise
        except APPLY_ERRORS as error:
            raise ApplyFailed.of(state.urn, "delete", error) from error
