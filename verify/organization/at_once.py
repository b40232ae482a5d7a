"""Events of many accounts, looked for by one search instead of one in each account and Region.

Which events there are to look for is known when every account was asked for its Event history. So the accounts that
have some wait for the others, without keeping a worker, until one search answers for all of them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from cloudtrail.errors import MeshtrailError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from verify.discovery.event_data_stores import FoundStore
    from verify.organization.questions import Questions
    from verify.organization.shared import Trail
    from verify.stores.base import Place

    Wanted = Mapping[Place, Mapping[str, datetime]]
    """The times of the events that are looked for, by place and id."""
    Found = Mapping[Place, frozenset[str] | MeshtrailError]
    """The ids of the events that are there, by place; or why that is not known."""


class Search(Protocol):
    """One search over the places of many accounts."""

    action: str
    """The IAM action that begins it."""
    region: str
    """Where it runs."""

    def answers_for(self, store: Trail | FoundStore) -> bool:
        """Whether it searches what lands in this store."""
        ...

    def leaves_out(self, store: Trail | FoundStore) -> MeshtrailError | None:
        """Why a store is not looked in at all; None: it is."""
        ...

    def __call__(self, wanted: Wanted) -> Found:
        """Search; blocks.

        Raises:
            CannotLook: when nothing can be told of any place.
        """
        ...


class AtOnce:
    """Waits until every account has told what it looks for, and searches once for all.

    Args:
        search: The search.
        questions: To the account that makes it.
        accounts: The ids of all accounts that are going to be surveyed.
    """

    def __init__(self, search: Search, questions: Questions, accounts: Iterable[str]) -> None:
        self.search = search
        self._questions = questions
        self._expected = set(accounts)
        self._wanted: dict[Place, Mapping[str, datetime]] = {}
        self._begun: asyncio.Task[Found | MeshtrailError] | None = None
        self._every = asyncio.Event()

    async def tell(self, account: str, wanted: Wanted) -> None:
        """Tell what an account looks for, and wait until all others have told; at once where it looks for nothing."""
        if any(wanted.values()):
            self._wanted.update({place: events for place, events in wanted.items() if events})
            self.done(account)
            await self._every.wait()

    def done(self, account: str) -> None:
        """Wait for an account no longer: it has told, or has nothing to tell."""
        self._expected.discard(account)
        if not self._expected:
            self._every.set()

    async def missing(self, wanted: Mapping[str, datetime], place: Place) -> frozenset[str] | MeshtrailError:
        """Which events of a place the search did not find; to be asked when every account has told."""
        if self._begun is None:
            asked = dict(self._wanted)
            self._begun = asyncio.ensure_future(
                self._questions.ask(self.search.action, self.search.region, lambda: self.search(asked))
            )
        found = await self._begun
        here = found if isinstance(found, MeshtrailError) else found.get(place, frozenset[str]())
        return here if isinstance(here, MeshtrailError) else frozenset(wanted) - here
