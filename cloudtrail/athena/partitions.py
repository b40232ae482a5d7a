"""Which partitions a statement reads, and so what it costs: the accounts, Regions and delivery days asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.athena.folder import DAY
from cloudtrail.errors import MeshtrailError
from cloudtrail.sql import literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

MOST_ACCOUNTS: Final = 1000
"""How many accounts one statement names at most; more are asked for by several statements."""


class NothingAsked(MeshtrailError):
    """A statement over no partition at all, or over more accounts than one can name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partitions:
    """What a statement may read.

    Attributes:
        accounts: The accounts.
        regions: The Regions.
        first: The first delivery day.
        last: The last one.
        organization: The organization's id, where the table is partitioned by it.
    """

    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    first: date
    last: date
    organization: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would read nothing, or everything.

        Raises:
            NothingAsked: when there is no account, Region or day, or there are too many accounts.
        """
        if not self.accounts or not self.regions or self.first > self.last:
            raise NothingAsked(
                "No partition of the log files is asked for", remedy="Name an account and a Region."
            )
        if len(self.accounts) > MOST_ACCOUNTS:
            raise NothingAsked(
                f"{len(self.accounts)} accounts are asked for at once",
                remedy=f"Ask for {MOST_ACCOUNTS} at most.",
            )

    @property
    def predicate(self) -> str:
        """The condition on the partition columns; what does not meet it is not read, and not paid for."""
        conditions = [
            f'"account" IN ({literals(self.accounts)})',
            f'"region" IN ({literals(self.regions)})',
            f'"day" BETWEEN {literal(self.first.strftime(DAY))} AND {literal(self.last.strftime(DAY))}',
        ]
        if self.organization is not None:
            conditions.insert(0, f'"organization" = {literal(self.organization)}')
        return " AND ".join(conditions)


def literals(texts: Iterable[str]) -> str:
    """Texts as a list of SQL literals."""
    return ", ".join(literal(text) for text in texts)
