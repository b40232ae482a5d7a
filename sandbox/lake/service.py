"""CloudTrail Lake of the whole sandbox: every account, every Region."""

from __future__ import annotations

import shutil
import tempfile
import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, Self

from sandbox.lake.backend import LakeBackend, Surroundings
from sandbox.lake.limits import QUERY_TIME

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from sandbox.ledger import CapturedEvent

_WORKERS: Final = 4


class LakeSettings(Protocol):
    """What the service takes from the sandbox's settings."""

    @property
    def lake_delay(self) -> float:
        """Seconds until a recorded event shows in queries."""
        ...

    @property
    def lake_new_customer(self) -> bool:
        """Whether CreateEventDataStore is refused, as it is for customers who came after 2026-05-31."""
        ...


def utc_now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


class LakeService:
    """The event data stores of every account in every Region, and what feeds and queries them.

    Safe to use from several threads. Close it, or use it as a context manager: it owns a pool of threads
    and, unless `storage_dir` is given, a temporary folder.

    Args:
        settings: The sandbox's settings.
        storage_dir: Where ORC files go, one folder per store; None makes a temporary folder.
        clock: The time, aware UTC.
        executor: Where queries run; None makes a pool of four threads.
        settling: How long the statuses in between last (STARTING_INGESTION, ...).
        query_time: How long a query may run until it is TIMED_OUT.

    Attributes:
        new_customer: The switch of `settings.lake_new_customer`; may be changed at any time.
    """

    def __init__(
        self,
        settings: LakeSettings,
        storage_dir: Path | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
        executor: Executor | None = None,
        settling: timedelta = timedelta(),
        query_time: timedelta = QUERY_TIME,
    ) -> None:
        self.new_customer = settings.lake_new_customer
        self._delay = timedelta(seconds=settings.lake_delay)
        self._own_folder = storage_dir is None
        self._folder = storage_dir or Path(tempfile.mkdtemp(prefix="lake-"))
        self._own_executor = executor is None
        self._executor = executor or ThreadPoolExecutor(_WORKERS, thread_name_prefix="lake-query")
        self._around = Surroundings(
            clock=clock,
            executor=self._executor,
            folder=self._folder,
            settling=settling,
            query_time=query_time,
        )
        self._lock = threading.Lock()
        self._backends: dict[tuple[str, str], LakeBackend] = {}

    @property
    def now(self) -> datetime:
        """The service's time, aware UTC."""
        return self._around.clock()

    def backend(self, account: str, region: str) -> LakeBackend:
        """Lake of one account in one Region."""
        with self._lock:
            key = (account, region)
            if key not in self._backends:
                self._backends[key] = LakeBackend(account=account, region=region, surroundings=self._around)
            return self._backends[key]

    def ingest(self, event: CapturedEvent) -> None:
        """Hand an event to every store that records it; it shows in queries after `lake_delay`."""
        visible_at = self.now + self._delay
        for backend in self._all():
            backend.ingest(event, visible_at=visible_at)

    def flush(self) -> None:
        """Make everything handed over so far visible to queries now."""
        for backend in self._all():
            backend.flush()

    def reset(self) -> None:
        """Forget every store, event and query."""
        for backend in self._all():
            backend.clear()

    def close(self) -> None:
        """Stop running queries and delete every file."""
        self.reset()
        if self._own_executor:
            self._executor.shutdown(wait=True, cancel_futures=True)
        if self._own_folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _all(self) -> list[LakeBackend]:
        with self._lock:
            return list(self._backends.values())
