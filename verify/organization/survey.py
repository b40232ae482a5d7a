"""Every account of an organization, surveyed: what would catch an event in each of its Regions, and what did.

Accounts are begun as long as workers have nothing else to do, and each leaves nothing but its row behind.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from cloudtrail.errors import MeshtrailError
from verify.aws import AccessDenied
from verify.organization.account import AccountSurvey
from verify.organization.claims import IDLE
from verify.organization.leavers import LEFT
from verify.organization.matrix import AccountRow, Cell, CellState
from verify.organization.pool import Ask
from verify.organization.questions import Questions, told
from verify.organization.sessions import ASSUME_ROLE
from verify.unforeseen import surviving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from verify.aws import Aws
    from verify.organization.accounts import OrganizationAccount
    from verify.organization.at_once import AtOnce
    from verify.organization.lasting import Lasting
    from verify.organization.pool import Pool
    from verify.organization.scope import SurveyScope
    from verify.organization.shared import Shared

UNDER_WAY: Final = 256
"""How many accounts are surveyed at a time at most, or as many as there are workers: what each has found so far is in
memory."""
NEW: Final = timedelta(days=1)
"""How long an account is new: a StackSet may not have deployed the verifier's role yet."""


class Sessions(Protocol):
    """Sessions in the organization's accounts."""

    def of(self, account: str, region: str | None = None) -> Aws:
        """A session in an account.

        Args:
            account: The account.
            region: Where to ask for it; None: where sessions are asked for.

        Raises:
            CannotLook: when there can be none.
        """
        ...

    def forget(self, account: str) -> None:
        """Let go of an account that is done."""
        ...


class Survey:
    """The survey of an organization.

    Args:
        scope: What is looked at.
        sessions: Sessions in its accounts.
        pool: Who asks.
        shared: What belongs to the whole organization.
        lasting: The stores that events land in.
        under_way: How many accounts are surveyed at a time at most.
        at_once: Searches for the events of all accounts, which therefore wait for each other; None: none does.
    """

    def __init__(
        self,
        scope: SurveyScope,
        *,
        sessions: Sessions,
        pool: Pool,
        shared: Shared,
        lasting: Lasting,
        under_way: int = UNDER_WAY,
        at_once: AtOnce | None = None,
    ) -> None:
        self._scope = scope
        self._sessions = sessions
        self._pool = pool
        self._shared = shared
        self._lasting = lasting
        self._under_way = under_way
        self._at_once = at_once
        # For every other account, the caller assumes its role, and the organization's stores are queried.
        self._asked_throughout = {scope.caller, *(store.owner for store in shared.stores)}

    async def run(self, accounts: Iterable[OrganizationAccount], done: Callable[[AccountRow], None]) -> None:
        """Survey accounts.

        Args:
            accounts: Which.
            done: Told the row of each as soon as it is known, in no order.
        """
        # Who waits for the others must not keep them from beginning.
        places = asyncio.Semaphore(self._under_way if self._at_once is None else sys.maxsize)

        async def survey(account: OrganizationAccount) -> None:
            try:
                done(await self.row(account))
            finally:
                if self._at_once is not None:
                    self._at_once.done(account.id)
                places.release()

        async with asyncio.TaskGroup() as group:
            for account in accounts:
                await places.acquire()
                await self._pool.spare()
                group.create_task(survey(account))
                await asyncio.sleep(0)  # so that its first call takes the spare worker

    async def row(self, account: OrganizationAccount) -> AccountRow:
        """The row of one account; whatever goes wrong in it is told in its row."""
        row = AccountRow(
            id=account.id,
            name=account.name,
            state=account.state,
            units=account.units,
            joined_at=account.joined_at,
            reached=False,
        )
        if account.state in IDLE:
            return replace(row, why=f"The account is not active: its state is {account.state}.")
        try:
            with surviving(f"account {account.id}"):
                return await self._reached(row, account)
        except MeshtrailError as error:
            cells = [self._unknown(region, error) for region in self._scope.regions]
            return replace(row, reached=True, cells=tuple(cells))
        finally:
            self._sessions.forget(account.id)
            if account.id not in self._asked_throughout:
                self._pool.budgets.forget(account.id)

    async def _reached(self, row: AccountRow, account: OrganizationAccount) -> AccountRow:
        aws = await self._session(account.id)
        if isinstance(aws, MeshtrailError):
            why = f"{aws.what} ({aws.where}): {aws.why}"
            return replace(row, why=why, remedy=self._remedy(account, aws))
        if not self._scope.regions:  # nothing is claimed of any
            return replace(row, reached=True)
        questions = Questions(self._pool, aws, account.id, self._scope.sources)
        survey = AccountSurvey(
            questions, self._scope, shared=self._shared, lasting=self._lasting, at_once=self._at_once
        )
        return replace(row, reached=True, cells=await survey.cells())

    async def _session(self, account: str) -> Aws | MeshtrailError:
        """A session in an account, asked for in the Region that answers soonest."""
        home, caller = self._scope.home, self._scope.caller
        region = self._pool.soonest(ASSUME_ROLE, caller, self._scope.role_regions or (home,))
        found = await self._assumed(account, region)
        # Another Region's STS may be out of reach, or turned off. That it refuses the role is an answer.
        if region != home and isinstance(found, MeshtrailError) and not isinstance(found, AccessDenied):
            return await self._assumed(account, home)
        return found

    async def _assumed(self, account: str, region: str) -> Aws | MeshtrailError:
        return await told(
            self._pool.ask(
                Ask(
                    action=ASSUME_ROLE,
                    account=self._scope.caller,
                    region=region,
                    make=lambda: self._sessions.of(account, region),
                )
            )
        )

    def _remedy(self, account: OrganizationAccount, error: MeshtrailError) -> str:
        if account.state == LEFT:
            return "The organization's trail records it no more. If that is meant, choose a later --since."
        joined = account.joined_at
        if joined is None or self._scope.now - joined > NEW:
            return error.remedy
        return f"It joined at {joined:%Y-%m-%d %H:%M} UTC: a StackSet may still be at it. {error.remedy}"

    def _unknown(self, region: str, error: MeshtrailError) -> Cell:
        return Cell(
            region=region, state=CellState.UNKNOWN, why=f"{error.what}: {error.why}", remedy=error.remedy
        )
