"""Runs the waves: so many stacks at once, no wave after one that failed, and every step in the journal."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Final, TypedDict

from rollout.events import RunBegan, RunEnded, StackBegan, StackEnded, StackSeen, WaveBegan, WaveEnded
from rollout.run import Limits, Result, StackHeld
from rollout.stacks import Ended, Looked, Operation, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from rollout.events import Event
    from rollout.plan import Stack, Wave
    from rollout.run import Watching, Written
    from rollout.stacks import Stacks


_LIMITS: Final = Limits()


class _Stamp(TypedDict):
    at: datetime
    run: str


class _About(TypedDict):
    stack: str
    account: str
    operation: Operation
    inputs: str


class _Count:
    """Counts from several threads."""

    def __init__(self) -> None:
        self._adding = threading.Lock()
        self.value = 0

    def add(self) -> None:
        """Count one more."""
        with self._adding:
            self.value += 1


class Runner:
    """One run of one operation.

    Args:
        stacks: The stacks.
        journal: Where it is written down.
        holding: Keeps every other run away from a stack while it is held; raises `StackHeld` when one is there.
        limits: How much at once.
        watching: Who watches.
        cancel: Of which stacks to take the backend's lock from whoever holds it, before they are begun.
    """

    def __init__(
        self,
        stacks: Stacks,
        journal: Written,
        *,
        holding: Callable[[Stack], AbstractContextManager[None]],
        watching: Watching,
        limits: Limits = _LIMITS,
        cancel: Callable[[Stack], bool] = lambda _: False,
    ) -> None:
        self._stacks = stacks
        self._journal = journal
        self._holding = holding
        self._watching = watching
        self._limits = limits
        self._cancel = cancel
        self._run = uuid.uuid4().hex[:12]
        self._stopping = threading.Event()

    def change(self, operation: Operation, waves: Sequence[Wave]) -> Result:
        """Run `up` or `destroy`, wave by wave.

        What runs is never broken off: when a wave fails, or somebody presses Ctrl-C, nothing new begins.

        Raises:
            JournalNotUsable: when the journal cannot be written; nothing new has begun since.
        """
        result = Result()
        self._begin(operation, waves)
        for wave in waves:
            self._watching.wave(wave)
            self._write(WaveBegan(**self._now(), wave=wave.number, stacks=len(wave.stacks)))
            failed = _Count()

            def work(stack: Stack, wave: Wave = wave, failed: _Count = failed) -> None:
                if failed.value > self._limits.tolerate:
                    return
                ended = self._changed(operation, stack, wave)
                result.ended[stack.name] = ended
                if ended.outcome is not Outcome.DONE:
                    failed.add()
                self._watching.ended(stack, ended)

            result.interrupted |= self._all(wave.stacks, work)
            done = sum(
                result.ended[stack.name].outcome is Outcome.DONE
                for stack in wave.stacks
                if stack.name in result.ended
            )
            self._write(WaveEnded(**self._now(), wave=wave.number, done=done, failed=failed.value))
            if failed.value > self._limits.tolerate:
                result.stopped_after = wave.number
            if result.interrupted or result.stopped_after is not None:
                break
        self._end(result)
        return result

    def look(self, operation: Operation, waves: Sequence[Wave]) -> Result:
        """Run `preview` or `drift` over all stacks; no failure keeps another stack from being looked at."""
        result = Result()
        self._begin(operation, waves)

        def work(stack: Stack) -> None:
            looked = self._seen(operation, stack)
            result.seen[stack.name] = looked
            self._watching.ended(stack, looked)

        result.interrupted = self._all([stack for wave in waves for stack in wave.stacks], work)
        self._end(result)
        return result

    def _changed(self, operation: Operation, stack: Stack, wave: Wave) -> Ended:
        began = time.monotonic()
        about: _About = {
            "stack": stack.name,
            "account": stack.account,
            "operation": operation,
            "inputs": stack.inputs,
        }
        try:
            with self._holding(stack):
                self._write(StackBegan(**self._now(), **about))
                ended = self._asked(
                    operation, stack, f"meshtrail rollout, wave {wave.number}, run {self._run}"
                )
                self._write(_told(self._now(), about, ended, time.monotonic() - began))
        except StackHeld as error:
            ended = Ended(outcome=Outcome.LOCKED, touched=False, why=str(error.what), remedy=error.remedy)
            self._write(_told(self._now(), about, ended, time.monotonic() - began))
        return ended

    def _asked(self, operation: Operation, stack: Stack, message: str) -> Ended:
        if self._cancel(stack):
            self._stacks.cancel(stack)  # if that fails, the operation will say why
        ask = self._stacks.up if operation is Operation.UP else self._stacks.destroy
        try:
            return ask(stack, message=message)
        except Exception as error:  # noqa: BLE001 -- one stack's surprise must not leave the others without a record
            return Ended(
                outcome=Outcome.FAILED,
                why=f"{type(error).__name__}, which nobody expected",
                remedy="This is a defect of meshtrail; please report it.",
            )

    def _seen(self, operation: Operation, stack: Stack) -> Looked:
        ask = self._stacks.preview if operation is Operation.PREVIEW else self._stacks.drift
        try:
            with self._holding(stack):
                looked = ask(stack)
        except StackHeld as error:
            looked = Looked(seen=False, why=str(error.what), remedy=error.remedy)
        except Exception as error:  # noqa: BLE001 -- the same
            looked = Looked(seen=False, why=f"{type(error).__name__}, which nobody expected")
        self._write(
            StackSeen(
                **self._now(),
                stack=stack.name,
                account=stack.account,
                operation=operation,
                seen=looked.seen,
                changes=dict(looked.changes),
                why=looked.why,
                remedy=looked.remedy,
            )
        )
        return looked

    def _all(self, stacks: Sequence[Stack], work: Callable[[Stack], None]) -> bool:
        """Work on all of them; true if somebody asked to stop meanwhile."""

        def unless_stopping(stack: Stack) -> None:
            if not self._stopping.is_set():
                work(stack)

        pool = ThreadPoolExecutor(max_workers=self._limits.parallel, thread_name_prefix="rollout")
        try:
            waiting: set[Future[None]] = {pool.submit(unless_stopping, stack) for stack in stacks}
            self._finished(waiting)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return self._stopping.is_set()

    def _finished(self, waiting: set[Future[None]]) -> None:
        error: BaseException | None = None
        while waiting:
            try:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            except KeyboardInterrupt:
                # Pulumi hears the same Ctrl-C and ends in its own time. The second one is for who cannot wait.
                if self._stopping.is_set():
                    raise
                self._stopping.set()
                continue
            for future in done:
                if error is None and (error := future.exception()) is not None:
                    self._stopping.set()
        if error is not None:
            raise error

    def _begin(self, operation: Operation, waves: Sequence[Wave]) -> None:
        self._write(
            RunBegan(
                **self._now(),
                operation=operation,
                version=metadata.version("meshtrail"),
                host=socket.gethostname(),
                process=os.getpid(),
                stacks=sum(len(wave.stacks) for wave in waves),
            )
        )

    def _end(self, result: Result) -> None:
        self._write(
            RunEnded(**self._now(), stopped_after=result.stopped_after, interrupted=result.interrupted)
        )

    def _now(self) -> _Stamp:
        return {"at": datetime.now(UTC), "run": self._run}

    def _write(self, event: Event) -> None:
        self._journal.write(event)


def _told(stamp: _Stamp, about: _About, ended: Ended, seconds: float) -> StackEnded:
    return StackEnded(
        **stamp,
        **about,
        outcome=ended.outcome,
        touched=ended.touched,
        changes=dict(ended.changes),
        seconds=round(seconds, 1),
        why=ended.why,
        remedy=ended.remedy,
    )
