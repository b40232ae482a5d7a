"""What the next organization and the next accounts are called, so that a test knows their ids beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class NamesToCome:
    """What is made next is called, in place of an id by chance.

    Attributes:
        organization: The id of the next organization, if it is known.
        accounts: The ids of the next accounts, in the order they will be made.
    """

    organization: str | None = None
    accounts: list[str] = field(default_factory=list[str])

    def clear(self) -> None:
        """Leave all to chance again."""
        self.organization = None
        self.accounts.clear()
