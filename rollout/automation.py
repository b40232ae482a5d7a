"""Stacks through Pulumi's Automation API, which runs the `pulumi` that is installed.

https://www.pulumi.com/docs/iac/automation-api/. This module loads Pulumi's SDK: import it only where stacks are run.
"""

from __future__ import annotations

import os
from subprocess import SubprocessError
from typing import TYPE_CHECKING, Final

from pulumi import automation
from pulumi.automation import errors

from cloudtrail.errors import MeshtrailError
from rollout import judgement
from rollout.stacks import Ended, Looked, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi.automation.events import EngineEvent

    from rollout.plan import Settings, Stack
    from rollout.redaction import Redaction
    from rollout.workspaces import Workspaces

_OLDEST: Final = "3.58.0"
_UNREADABLE: Final = (OSError, ValueError, KeyError, RuntimeError)
"""What the SDK raises for an answer of Pulumi's that it cannot read, or that never came."""
_ASK_AGAIN: Final = "Run it again; if that does not help, look at the version that `pulumi version` prints."
_NO_CHANGE: Final = frozenset({"same", "read", "read-discard", "discard"})


class NoPulumi(MeshtrailError):
    """Pulumi's command line is not there, or is too old."""


class AutomationStacks:
    """The stacks of a plan, each in its own working directory.

    Args:
        settings: The plan's settings.
        workspaces: The working directories.
        redaction: What is hidden of what Pulumi says.
        refresh: Whether `up` first asks AWS what the stack's resources are by now, so that it puts drift back too.

    Raises:
        NoPulumi: when there is no `pulumi` that can be used.
    """

    def __init__(
        self, settings: Settings, workspaces: Workspaces, redaction: Redaction, *, refresh: bool = False
    ) -> None:
        self._settings = settings
        self._refresh = refresh
        self._workspaces = workspaces
        self._redaction = redaction
        try:
            self._command = automation.PulumiCommand()
        except (OSError, SubprocessError, errors.InvalidVersionError) as error:
            raise NoPulumi(
                "Pulumi's command line cannot be used",
                where="pulumi version",
                why=str(error),
                remedy=f"Install Pulumi {_OLDEST} or newer (https://www.pulumi.com/docs/install/) and put it on PATH.",
            ) from error

    def up(self, stack: Stack, *, message: str) -> Ended:
        """Make the stack what its program says; create it if it is not there.

        Looks first: an update that Pulumi refuses, since a protected trail would be replaced, say, has changed by then
        what comes before, such as the policies of bucket and key. A preview refuses it with nothing changed.
        """
        looking, heard = _Heard(self._redaction), _Heard(self._redaction)
        try:
            opened = self._open(stack, create=True)
            opened.preview(
                refresh=self._refresh, color="never", on_event=looking.event, on_error=looking.line
            )
        except errors.CommandError as error:
            return _untouched(self._failed(stack, looking, error))
        except _UNREADABLE as error:
            return self._unlooked(error)

        def ask() -> Ended:
            result = opened.up(
                message=message,
                refresh=self._refresh,
                color="never",
                show_secrets=False,
                suppress_outputs=True,
                on_event=heard.event,
                on_error=heard.line,
            )
            return Ended(outcome=Outcome.DONE, changes=_changes(result.summary.resource_changes))

        return self._ended(stack, heard, ask)

    def destroy(self, stack: Stack, *, message: str) -> Ended:
        """Delete what the stack holds; refuses, and deletes nothing, if any of it is protected."""
        looking, heard = _Heard(self._redaction), _Heard(self._redaction)
        try:
            opened = self._open(stack, create=False)
            opened.preview_destroy(color="never", on_event=looking.event, on_error=looking.line)
        except errors.StackNotFoundError:
            return Ended(outcome=Outcome.DONE, touched=False, why="the stack is not there")
        except errors.CommandError as error:
            return _untouched(self._failed(stack, looking, error))
        except _UNREADABLE as error:
            return self._unlooked(error)
        if looking.protected:
            return judgement.failed(
                f"is protected: {', '.join(looking.protected)}",
                conflict=False,
                began=False,
                stack=self.full_name(stack),
            )

        def ask() -> Ended:
            result = opened.destroy(
                message=message,
                color="never",
                show_secrets=False,
                on_event=heard.event,
                on_error=heard.line,
            )
            return Ended(outcome=Outcome.DONE, changes=_changes(result.summary.resource_changes))

        return self._ended(stack, heard, ask)

    def preview(self, stack: Stack) -> Looked:
        """See what `up` would do. A stack that is not there is created in the backend, empty."""
        heard = _Heard(self._redaction)
        return self._looked(
            stack,
            heard,
            lambda: self._open(stack, create=True).preview(
                color="never", on_event=heard.event, on_error=heard.line
            ),
        )

    def drift(self, stack: Stack) -> Looked:
        """See what AWS has otherwise than the stack's state says; the state is not changed."""
        heard = _Heard(self._redaction)
        return self._looked(
            stack,
            heard,
            lambda: self._open(stack, create=False).preview_refresh(
                color="never", on_event=heard.event, on_error=heard.line
            ),
        )

    def outputs(self, stack: Stack) -> Mapping[str, object]:
        """What the stack exports, without its secrets; nothing if that cannot be told."""
        try:
            found = self._open(stack, create=False).outputs()
        except errors.CommandError:
            return {}
        return {name: output.value for name, output in found.items() if not output.secret}

    def cancel(self, stack: Stack) -> str:
        """Take the backend's lock from whoever holds it; empty, or why that could not be done."""
        try:
            self._open(stack, create=False).cancel()
        except errors.CommandError as error:
            return self._redaction.of(str(error))
        return ""

    def full_name(self, stack: Stack) -> str:
        """The stack's name as the backend knows it."""
        owner = self._settings.pulumi_organization
        return f"{owner}/{self._settings.project}/{stack.name}" if owner else stack.name

    def _open(self, stack: Stack, *, create: bool) -> automation.Stack:
        environment = {"PULUMI_SKIP_UPDATE_CHECK": "true"}
        if self._settings.backend:
            environment["PULUMI_BACKEND_URL"] = self._settings.backend
        options = automation.LocalWorkspaceOptions(
            env_vars=environment,
            secrets_provider=self._settings.secrets_provider or None,
            pulumi_command=self._command,
        )
        choose = automation.create_or_select_stack if create else automation.select_stack
        folder = os.fspath(self._workspaces.prepare(stack))
        return choose(stack_name=self.full_name(stack), work_dir=folder, opts=options)

    def _ended(self, stack: Stack, heard: _Heard, ask: Callable[[], Ended]) -> Ended:
        try:
            ended = ask()
        except errors.CommandError as error:
            return self._failed(stack, heard, error)
        except _UNREADABLE as error:
            # It says nothing about what was done.
            return Ended(outcome=Outcome.FAILED, why=self._unreadable(error), remedy=_ASK_AGAIN)
        if judgement.lost_on_the_way(heard.lines):
            return judgement.lost_lock(self._redaction.of(heard.lines), stack=self.full_name(stack))
        return ended

    def _unlooked(self, error: Exception) -> Ended:
        return Ended(outcome=Outcome.FAILED, touched=False, why=self._unreadable(error), remedy=_ASK_AGAIN)

    def _unreadable(self, error: Exception) -> str:
        return self._redaction.of(f"Pulumi's answer cannot be read: {error}")

    def _failed(self, stack: Stack, heard: _Heard, error: errors.CommandError) -> Ended:
        return judgement.failed(
            heard.said or self._redaction.of(str(error)),
            conflict=isinstance(error, errors.ConcurrentUpdateError),
            began=heard.began,
            stack=self.full_name(stack),
        )

    def _looked(self, stack: Stack, heard: _Heard, ask: Callable[[], automation.PreviewResult]) -> Looked:
        try:
            result = ask()
        except errors.StackNotFoundError:
            return Looked(
                seen=False,
                why="the stack is not there",
                remedy="Make it first: `meshtrail rollout up`.",
            )
        except errors.CommandError as error:
            ended = self._failed(stack, heard, error)
            return Looked(seen=False, why=ended.why, remedy=ended.remedy)
        except _UNREADABLE as error:
            return Looked(seen=False, why=self._unreadable(error), remedy=_ASK_AGAIN)
        return Looked(seen=True, changes=_changes(result.change_summary))


class _Heard:
    """What Pulumi told while it ran.

    Attributes:
        began: Whether the engine told of any resource that it went about.
        protected: Resources that would be deleted and are protected.
    """

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._errors: list[str] = []
        self._lines: list[str] = []
        self.began = False
        self.protected: list[str] = []

    def event(self, event: EngineEvent) -> None:
        """Hear an event of the engine."""
        if event.diagnostic_event is not None and event.diagnostic_event.severity == "error":
            self._errors.append(event.diagnostic_event.message.strip())
        if event.resource_pre_event is not None or event.res_op_failed_event is not None:
            self.began = True
        before = event.resource_pre_event.metadata if event.resource_pre_event is not None else None
        if before is not None and before.op == "delete" and before.old is not None and before.old.protect:
            self.protected.append(before.urn)

    def line(self, line: str) -> None:
        """Hear a line of stderr."""
        self._lines.append(line)

    @property
    def lines(self) -> str:
        """What it wrote to stderr."""
        return "\n".join(self._lines)

    @property
    def said(self) -> str:
        """Its errors: those of the engine, else those of the command line; without secrets."""
        told = dict.fromkeys([*self._errors, *(line for line in self._lines if "error:" in line)])
        return self._redaction.of("\n".join(told) or self.lines)


def _untouched(ended: Ended) -> Ended:
    """The same, of an operation that only looked."""
    return Ended(
        outcome=Outcome.FAILED if ended.outcome is Outcome.LOST_LOCK else ended.outcome,
        touched=False,
        why=ended.why,
        remedy=ended.remedy,
    )


def _changes(counts: Mapping[automation.OpType, int] | None) -> dict[str, int]:
    named = {str(getattr(kind, "value", kind)): int(count) for kind, count in (counts or {}).items()}
    return {kind: count for kind, count in named.items() if count and kind not in _NO_CHANGE}
