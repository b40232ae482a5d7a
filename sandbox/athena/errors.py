"""What Athena answers when it refuses or fails; the texts are the sandbox's own, but for those that AWS documents."""

from __future__ import annotations


class InvalidRequest(Exception):
    """A call that is refused."""


class QueryFailed(Exception):
    """A query that was started and failed; the text is its `StateChangeReason`."""


class QueryCancelled(Exception):
    """A query that Athena stopped, e.g. at the workgroup's limit."""
