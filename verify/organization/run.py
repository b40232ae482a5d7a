"""One verification of an organization: which accounts, what they share, the survey of each, and one report."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from cloudtrail.errors import MeshtrailError
from verify.discovery.regions import first_region
from verify.engines.choice import LOCAL
from verify.engines.kind import EngineKind
from verify.organization.accepting import Accepting
from verify.organization.accounts import organization_of
from verify.organization.asked import refuse_strange, regions_of
from verify.organization.at_once import AtOnce
from verify.organization.checkpoint import digest_of
from verify.organization.document import OrganizationReport
from verify.organization.landing import Landing
from verify.organization.lasting import Lasting
from verify.organization.leavers import departed, left_within, told_of
from verify.organization.limits import Limits
from verify.organization.listing import listing_of
from verify.organization.pool import Pool, ThreadedCalls
from verify.organization.questions import Questions
from verify.organization.scope import SurveyScope
from verify.organization.searches import AthenaSearch, LakeSearch, tables_of
from verify.organization.sessions import RoleSessions, role_regions
from verify.organization.shared import shared_of
from verify.organization.survey import UNDER_WAY, Sessions, Survey
from verify.report.parts import Window as ReportedWindow
from verify.s3_objects import S3Objects

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cloudtrail.manifest import Manifest
    from verify.aws import Aws
    from verify.engines.choice import Engine
    from verify.log_files import Checkpoint
    from verify.organization.accounts import Organization, OrganizationAccount
    from verify.organization.asked import OrganizationOptions
    from verify.organization.at_once import Search
    from verify.organization.checkpoint import AccountCheckpoint
    from verify.organization.landing import Bucket, Opener
    from verify.organization.listing import Listing
    from verify.organization.matrix import AccountRow
    from verify.organization.shared import Shared
    from verify.progress import Watcher
    from verify.waivers import Waivers


def on_s3(aws: Aws, bucket: Bucket) -> S3Objects:
    """A bucket on S3."""
    return S3Objects(aws, bucket=bucket.name, region=bucket.region)


class OwnSessions(Sessions, Protocol):
    """Sessions in the organization's accounts, of which the caller's is one."""

    @property
    def own_account(self) -> str:
        """The caller's account.

        Raises:
            CannotLook: when STS does not answer.
        """
        ...


class WrongOrganization(MeshtrailError):
    """The credentials belong to another organization than the manifest speaks of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What was found.

    Attributes:
        rows: The accounts that were looked at.
        left: Accounts that left within the window, asked for or not.
        limits: What the rows do not speak of.
    """

    rows: tuple[AccountRow, ...]
    left: tuple[OrganizationAccount, ...]
    limits: Limits


class OrganizationVerification:
    """One verification of an organization.

    Args:
        aws: The session of the management account, or of a delegated administrator.
        options: How to look.
        rows: Where finished rows are kept.
        log_files: Where what log files said is kept.
        now: The present.
        watcher: Who watches the progress.
        sessions: Sessions in the accounts; by default by their roles.
        opened: Opens the bucket of a trail.
        waivers: The risks that somebody accepts.
        engine: Who looks for events in the organization's trail or event data store; None: this machine.
        promised: The manifest of the organization's stack, where there is one.

    Raises:
        NoEngine: when the engine has nothing to work on.
        NotARegion: when one of the Regions is none.
        NotAnAccount: when one of the accounts is none.
        NotASource: when one of the event sources is none.
    """

    def __init__(
        self,
        aws: Aws,
        options: OrganizationOptions,
        *,
        rows: AccountCheckpoint,
        log_files: Checkpoint,
        now: datetime,
        watcher: Watcher,
        sessions: OwnSessions | None = None,
        opened: Opener = on_s3,
        waivers: Waivers | None = None,
        engine: Engine | None = None,
        promised: Manifest | None = None,
    ) -> None:
        self._opened = opened
        self._waivers = waivers
        self._engine = engine or LOCAL
        self._promised = promised
        if self._engine.kind is EngineKind.ATHENA:
            tables_of(promised)
        self._aws = aws
        self._options = options
        self._rows = rows
        self._log_files = log_files
        self._now = now
        self._watcher = watcher
        self._home = first_region(aws)
        refuse_strange(options)
        asked = regions_of(options.regions, self._home, options.sources)
        self._regions = asked if options.asks_regions else ()
        self._sessions = sessions or RoleSessions(
            aws,
            role_name=options.role_name,
            external_id=options.external_id,
            region=self._home,
            connections=options.workers,
        )

    def run(self) -> OrganizationReport:
        """Look at every account.

        What cannot be looked at is told in the account's row.

        Raises:
            NotInOrganization: when the caller's account belongs to none.
            WrongOrganization: when it belongs to another than the one that is meant.
            CannotLook: when the organization, or its accounts, cannot be told.
        """
        organization = organization_of(self._aws, self._home)
        if self._options.organization not in (None, organization.id):
            raise WrongOrganization(
                f"The credentials belong to the organization {organization.id}",
                where=f"manifest of {self._options.organization}",
                remedy="Sign in to the manifest's organization, or give the manifest of this one.",
            )
        listing = listing_of(self._aws, self._home)
        members = listing.accounts
        found = asyncio.run(self._survey(organization, listing))
        self._rows.finish()
        known = {row.id for row in found.rows}
        window = self._rows.window
        return OrganizationReport.of(
            found.rows,
            organization=organization.id,
            management_account=organization.management_account,
            regions=self._regions,
            window=ReportedWindow(start=window.start, end=window.end),
            generated_at=self._now,
            left_out=sorted({one.id for one in (*members, *found.left)} - known),
            limits=found.limits,
            event_sources=self._options.sources,
            decided=self._options.decided,
            accepting=None if self._waivers is None else Accepting(self._waivers, now=self._now),
        )

    async def _survey(self, organization: Organization, listing: Listing) -> _Found:
        calls = ThreadedCalls(self._options.workers)
        try:
            return await self._rows_of(organization, listing, Pool(calls, workers=self._options.workers))
        finally:
            calls.close()

    async def _rows_of(self, organization: Organization, listing: Listing, pool: Pool) -> _Found:
        members = listing.accounts
        caller = self._sessions.own_account
        scope = SurveyScope(
            organization=organization.id,
            caller=caller,
            home=self._home,
            regions=self._regions,
            window=self._rows.window,
            now=self._now,
            sources=self._options.sources,
        )
        questions = Questions(pool, self._sessions.of(caller), caller, self._options.sources)
        enabled = await questions.enabled_regions(self._home)
        # The organization's store takes events of every Region, wherever it is at home.
        everywhere = self._regions if isinstance(enabled, MeshtrailError) else sorted(enabled)
        homes = everywhere if self._options.asks_regions else ()
        shared = await shared_of(
            questions, self._trail_regions(enabled), organization=organization.id, homes=homes
        )
        if isinstance(enabled, MeshtrailError):
            shared = replace(shared, unknown=(*shared.unknown, enabled))
        left, untold = await left_within(
            self._rows.window,
            members=[one.id for one in members],
            regions=self._regions or self._every_region,
            shared=shared,
            questions=questions,
            archive=self._archive,
        )
        accounts = self._accounts(members, left)
        depends = {one.id: _depends(one, self._regions, shared) for one in accounts}
        known = (self._rows.row(one.id, depends[one.id]) for one in accounts)
        rows = {row.id: row for row in known if row is not None}
        limits = Limits(
            who_left=untold,
            who_moved=() if listing.doubt is None else (told_of(listing.doubt),),
            differing=listing.differing,
            other_regions=self._not_asked,
            found_since=self._rows.begun if rows else None,
        )
        step = self._watcher.step("Accounts")
        step(len(rows))

        def done(row: AccountRow) -> None:
            rows[row.id] = row
            self._rows.put(row, depends[row.id])
            step(1)
            step.reached(len(rows) / len(accounts))

        landing = Landing(
            self._opened, checkpoint=self._log_files, sources=self._options.sources, now=self._now
        )
        to_do = [one for one in accounts if one.id not in rows]
        search = self._search(landing, organization, shared)
        at_once = None if search is None else AtOnce(search, questions, (one.id for one in to_do))
        lasting = Lasting(landing, archive=self._archive, caller=self._aws, now=self._now, at_once=at_once)
        survey = Survey(
            replace(scope, role_regions=role_regions(self._home, everywhere)),
            sessions=self._sessions,
            pool=pool,
            shared=shared,
            lasting=lasting,
            under_way=max(UNDER_WAY, self._options.workers),
            at_once=at_once,
        )
        await survey.run(to_do, done)
        return _Found(rows=tuple(rows.values()), left=left, limits=limits)

    def _search(self, landing: Landing, organization: Organization, shared: Shared) -> Search | None:
        """What searches for the events of all accounts at once, if anything is to."""
        sources, meter = self._options.sources, self._engine.meter
        match self._engine.kind:
            case EngineKind.LOCAL:
                return None
            case EngineKind.LAKE:
                return LakeSearch(shared.stores, aws=self._aws, meter=meter, sources=sources)
            case EngineKind.ATHENA:
                return AthenaSearch(
                    tables_of(self._promised),
                    aws=self._sessions.of,
                    log_files=lambda bucket: landing.log_files(self._archive(), bucket),
                    meter=meter,
                    sources=sources,
                    organization=organization.id,
                    now=self._now,
                )

    def _accounts(
        self, members: Sequence[OrganizationAccount], left: Sequence[OrganizationAccount]
    ) -> list[OrganizationAccount]:
        """The accounts to look at: those asked for, or all members and those that are no longer."""
        asked = dict.fromkeys(self._options.accounts)
        if asked:
            by_id = {one.id: one for one in members}
            return [by_id.get(account) or departed(account) for account in asked]
        return [*members, *left]

    @property
    def _not_asked(self) -> tuple[str, ...]:
        """The Regions in which events may have happened, and that were not asked for, whoever has them enabled."""
        return tuple(set(self._every_region) - set(self._regions)) if self._regions else ()

    @property
    def _every_region(self) -> tuple[str, ...]:
        """The Regions of the partition in which events may happen."""
        return regions_of((), self._home, self._options.sources)

    def _trail_regions(self, enabled: frozenset[str] | MeshtrailError) -> Sequence[str]:
        """Where to ask for the organization's trails: one that records a Region shows in it."""
        asked = self._regions or self._every_region
        return asked if isinstance(enabled, MeshtrailError) else [one for one in asked if one in enabled]

    def _archive(self) -> Aws:
        return self._sessions.of(self._options.log_archive_account or self._sessions.own_account)


def _depends(account: OrganizationAccount, regions: Sequence[str], shared: Shared) -> str:
    """A digest of what an account's row depends on, besides what the account itself answers."""
    trails = {
        arn: [
            sorted(trail.missed) if isinstance(trail.missed, frozenset) else str(trail.missed),
            str(trail.bucket),
        ]
        for arn, trail in shared.trails.items()
    }
    stores = {
        store.promise.arn: [store.status, store.promise.model_dump(mode="json")] for store in shared.stores
    }
    mine = (account.id, account.name, account.state, account.joined_at, account.units)
    return digest_of(mine, sorted(regions), trails, stores, [str(error) for error in shared.unknown])
