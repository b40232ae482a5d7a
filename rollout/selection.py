"""Which accounts a rollout is for: by organizational unit, by tag or one by one; what is left out has a reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cloudtrail.errors import MeshtrailError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from verify.organization.accounts import OrganizationAccount


class NothingChosen(MeshtrailError):
    """A selection fits no account, or names one that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An account that may be chosen.

    Attributes:
        account: The account.
        tags: Its tags; empty where nobody asked for them.
    """

    account: OrganizationAccount
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An account that was chosen and is not part of the rollout all the same."""

    account: str
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to choose by. An account is chosen if any of it fits, and `without` does not name it.

    Attributes:
        everything: Every account.
        units: Ids of organizational units or of the root: every account in them, at any depth.
        tags: `key` or `key=value`.
        accounts: Account ids.
        without: Account ids to leave out.
    """

    everything: bool = False
    units: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing; that is never taken to mean everything."""
        return not (self.everything or self.units or self.tags or self.accounts)

    def chosen(
        self, candidates: Iterable[Candidate]
    ) -> tuple[tuple[OrganizationAccount, ...], tuple[LeftOut, ...]]:
        """The accounts it chooses, by id, and those that it would choose but nothing can be rolled out to.

        Raises:
            NothingChosen: when it is empty, names an account or unit that is not there, or nothing is left.
        """
        every = sorted(candidates, key=lambda candidate: candidate.account.id)
        self._refuse_unknown(every)
        fitting = [candidate.account for candidate in every if self._fits(candidate)]
        left_out = tuple(
            LeftOut(account=account.id, name=account.name, why=why)
            for account in fitting
            if (why := self._why_not(account))
        )
        not_taken = {one.account for one in left_out}
        taken = tuple(account for account in fitting if account.id not in not_taken)
        if not taken:
            raise NothingChosen(
                "The selection chooses no account",
                why=f"{len(every)} accounts were looked at, {len(left_out)} fitted and were left out",
                remedy="Look at --ou, --tag, --account and --without again.",
            )
        return taken, left_out

    def _refuse_unknown(self, every: list[Candidate]) -> None:
        if self.is_empty:
            raise NothingChosen(
                "The rollout is for no account",
                remedy="Choose with --ou, --tag, --account, --accounts FILE, or --all-accounts.",
            )
        ids = {candidate.account.id for candidate in every}
        units = {unit for candidate in every for unit in candidate.account.units}
        unknown = [name for name in (*self.accounts, *self.without) if name not in ids]
        unknown += [name for name in self.units if name not in units]
        if unknown:
            raise NothingChosen(
                "The selection names what is not there, or holds no account",
                where=", ".join(sorted(set(unknown))),
                remedy="Write ids: accounts have twelve digits, units begin with ou- and roots with r-.",
            )

    def _fits(self, candidate: Candidate) -> bool:
        account = candidate.account
        return (
            self.everything
            or account.id in self.accounts
            or any(unit in account.units for unit in self.units)
            or any(_has(candidate.tags, tag) for tag in self.tags)
        )

    def _why_not(self, account: OrganizationAccount) -> str:
        if account.id in self.without:
            return "left out with --without"
        return "" if account.is_active else f"its state is {account.state}"


def _has(tags: Mapping[str, str], wanted: str) -> bool:
    key, equals, value = wanted.partition("=")
    return key in tags and (not equals or tags[key] == value)
