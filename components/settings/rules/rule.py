"""What a rule between settings is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cloudtrail.errors import Problem
from components.settings.root import Settings
from components.settings.shape import key_of


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, and the settings it reads.

    While one of those has a problem of its own the rule is not asked: its answer would rest on a value
    nobody wrote.

    Attributes:
        reads: Paths such as `bucket.existing.region`; a section stands for everything in it.
        check: Yields what is wrong, nothing when the rule holds.
    """

    reads: tuple[str, ...]
    check: Callable[[Settings], Iterable[Problem]]

    def rests_on(self, path: str) -> bool:
        """Whether a setting, or the section it is in, is among those the rule reads."""
        return any(_overlap(read, path) for read in self.reads)


def problem(path: str, message: str, remedy: str) -> Problem:
    """A problem of one of the stack's settings."""
    return Problem(key_of(path, namespace="meshtrail:"), message, remedy)


def _overlap(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer == shorter or longer.startswith((f"{shorter}.", f"{shorter}["))
