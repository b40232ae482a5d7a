"""The limit on LookupEvents: two calls a second, per account and Region.

Source: CloudTrail API reference, LookupEvents
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html).
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class TokenBuckets:
    """A token bucket for each key: it holds as many tokens as come in a second, and at least one."""

    def __init__(self, rate: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with every bucket full.

        Args:
            rate: Tokens a second.
            clock: Seconds that only grow.
        """
        self._rate = rate
        self._capacity = max(1.0, rate)
        self._clock = clock
        self._buckets: dict[object, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: object) -> bool:
        """Take a token of `key`'s bucket; False when there is none."""
        now = self._clock()
        with self._lock:
            tokens, since = self._buckets.get(key, (self._capacity, now))
            tokens = min(self._capacity, tokens + (now - since) * self._rate)
            granted = tokens >= 1
            self._buckets[key] = (tokens - granted, now)
        return granted

    def clear(self) -> None:
        """Fill every bucket."""
        with self._lock:
            self._buckets.clear()
