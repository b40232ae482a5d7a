"""One account, surveyed Region by Region."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloudtrail.errors import MeshtrailError
from verify.organization import candidates
from verify.organization.cell import Candidate, Landed, cell_of
from verify.organization.matrix import Cell, CellState
from verify.organization.shared import Trail, covers, trail_of
from verify.stores.base import Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from verify.discovery.event_data_stores import FoundStore
    from verify.organization.at_once import AtOnce
    from verify.organization.lasting import Lasting
    from verify.organization.questions import Questions
    from verify.organization.scope import SurveyScope
    from verify.organization.shared import Shared

NOT_ENABLED = "The Region is not enabled in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Region:
    """What a Region told.

    Attributes:
        region: Which.
        trails: The trails that record it, each with what it would do with an event.
        unknown: Why there may be others.
        seen: The times of its events by their ids; or why they are not known.
    """

    region: str
    trails: Sequence[tuple[Trail, Candidate]]
    unknown: Sequence[MeshtrailError]
    seen: Mapping[str, datetime] | MeshtrailError


@dataclass(frozen=True, slots=True)
class _Stores:
    """The account's event data stores in some Regions.

    Attributes:
        found: They, by ARN.
        unknown: Why there may be others.
    """

    found: Mapping[str, FoundStore]
    unknown: tuple[MeshtrailError, ...]

    def and_(self, other: _Stores) -> _Stores:
        """These and those of other Regions."""
        return _Stores({**self.found, **other.found}, (*self.unknown, *other.unknown))


class AccountSurvey:
    """The survey of one account.

    Args:
        questions: To the account.
        scope: What is looked at.
        shared: What belongs to the whole organization.
        lasting: The stores that events land in.
        at_once: Searches for the events of all accounts; None: each is looked for by itself.
    """

    def __init__(
        self,
        questions: Questions,
        scope: SurveyScope,
        *,
        shared: Shared,
        lasting: Lasting,
        at_once: AtOnce | None = None,
    ) -> None:
        self._questions = questions
        self._scope = scope
        self._shared = shared
        self._lasting = lasting
        self._at_once = at_once
        self._own: dict[str, asyncio.Future[Trail]] = {}

    async def cells(self) -> tuple[Cell, ...]:
        """One cell for each Region of the matrix."""
        enabled = await self._questions.enabled_regions(self._scope.home)
        regions = self._scope.regions
        # Where it is not told which are enabled, all are asked: one that is not will say so in its own words.
        known = frozenset(regions) if isinstance(enabled, MeshtrailError) else enabled
        asked = [region for region in regions if region in known]
        told, here = await asyncio.gather(
            asyncio.gather(*(self._region(region) for region in asked)), self._stores(asked)
        )
        if self._at_once is not None:
            seen = {
                Place(self._questions.account, one.region): one.seen
                for one in told
                if not isinstance(one.seen, MeshtrailError)
            }
            await self._at_once.tell(self._questions.account, seen)
        cells = await asyncio.gather(*(self._cell(one, here) for one in told))
        open_ = [one for one, cell in zip(told, cells, strict=True) if cell.state is not CellState.CAUGHT]
        elsewhere = sorted(known - set(asked))
        if open_ and elsewhere:
            # A store takes events of every Region, wherever it is at home; elsewhere it is looked for where it matters.
            every = here.and_(await self._stores(elsewhere))
            again = await asyncio.gather(*(self._cell(one, every) for one in open_))
            cells = [cell for cell in cells if cell.state is CellState.CAUGHT] + again
        off = (
            Cell(region=region, state=CellState.NOT_ENABLED, why=NOT_ENABLED)
            for region in regions
            if region not in known
        )
        return tuple(sorted((*cells, *off), key=lambda cell: cell.region))

    async def _stores(self, regions: Sequence[str]) -> _Stores:
        """The event data stores that are at home in these Regions, and why there may be others."""
        listed = await asyncio.gather(*(self._questions.stores(region) for region in regions))
        return _Stores(
            {store.promise.arn: store for stores, _ in listed for store in stores},
            tuple(error for _, errors in listed for error in errors),
        )

    async def _region(self, region: str) -> _Region:
        shown, seen = await asyncio.gather(
            self._questions.trails(region), self._questions.history(region, self._scope.remembered)
        )
        if isinstance(shown, MeshtrailError):
            return _Region(region=region, trails=(), unknown=(shown,), seen=seen)
        here = [one for one in shown if covers(one, region)]
        trails = await asyncio.gather(*(self._candidate(one, region) for one in here))
        return _Region(region=region, trails=trails, unknown=(), seen=seen)

    async def _candidate(self, described: Mapping[str, Any], region: str) -> tuple[Trail, Candidate]:
        arn = str(described["TrailARN"])
        trail, status = await asyncio.gather(self._trail(arn, described), self._questions.status(arn, region))
        return trail, candidates.of_trail(described, trail, status)

    async def _trail(self, arn: str, described: Mapping[str, Any]) -> Trail:
        """What is known of a trail; asked once an account, and once for all of them where it is the organization's."""
        if described.get("IsOrganizationTrail"):
            return self._shared.trail(arn)
        if arn not in self._own:
            self._own[arn] = asyncio.ensure_future(
                trail_of(self._questions, described, self._scope.organization)
            )
        return await self._own[arn]

    async def _cell(self, told: _Region, stores: _Stores) -> Cell:
        sources = self._scope.sources
        known = {**{store.promise.arn: store for store in self._shared.stores}, **stores.found}
        here = [store for store in known.values() if store.covers(told.region)]
        seen = told.seen if isinstance(told.seen, MeshtrailError) else len(told.seen)
        return cell_of(
            told.region,
            [
                *(candidate for _, candidate in told.trails),
                *(candidates.of_store(store, sources) for store in here),
            ],
            unknown=[*told.unknown, *self._shared.unknown, *stores.unknown],
            seen=seen,
            since=self._scope.remembered_since,
            sources=sources,
            landed=await self._landed(told, here),
        )

    async def _landed(self, told: _Region, stores: Sequence[FoundStore]) -> Landed | MeshtrailError | None:
        """What became of the events that Event history shows; stores are asked only for what no bucket has."""
        if isinstance(told.seen, MeshtrailError):
            return None
        if not told.seen:
            return Landed()
        place = Place(self._questions.account, told.region)
        left, refused, looked = dict(told.seen), list[MeshtrailError](), False
        trails = sorted(
            told.trails, key=lambda one: one[1].idle is not None
        )  # where it should be comes first
        # A store that is being deleted can only be restored, and its refusal to be queried leaves nothing in doubt.
        kept = [store for store in stores if not store.is_being_deleted]
        for store in (*(trail for trail, _ in trails), *kept):
            missing = await self._lasting.missing(self._questions, left, place, store)
            if isinstance(missing, MeshtrailError):
                refused.append(missing)
                continue
            looked, left = True, {name: left[name] for name in missing}
            if not left:
                break
        if left and refused:
            return refused[0]
        return Landed(len(told.seen), tuple(sorted(left))) if looked else None
