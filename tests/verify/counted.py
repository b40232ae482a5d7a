"""A step of the work whose parts are counted."""

from collections.abc import Callable

from verify.progress import Unwatched


class Counted(Unwatched):
    """A step of which only the parts are counted.

    Args:
        count: Called with the number of parts done since the last call.
    """

    def __init__(self, count: Callable[[int], None]) -> None:
        self._count = count

    def __call__(self, parts: int, /) -> None:
        """Count the parts done since the last call."""
        self._count(parts)
