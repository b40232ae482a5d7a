"""What would become of an event in one account and Region, decided from what was answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from verify.organization.matrix import Catcher, Cell, CellState
from verify.organization.sources import APP_MESH_ALONE, events, kinds_of
from verify.report.text import plural

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cloudtrail.errors import MeshtrailError

_Told: TypeAlias = tuple[CellState, str, str]
_SINCE: Final = "Of what happened before {:%Y-%m-%d %H:%M} UTC, Event history shows nothing."

SHOWN: Final = 3
"""How many reasons a cell names."""

NOTHING_REMEDY: Final = (
    "Provision an organization trail of every Region, or a trail of this account: `pulumi up` with the stack "
    "`organization` or `organization-account`."
)
SELECTORS_REMEDY: Final = (
    "Log read and write management events: `pulumi up`, or `aws cloudtrail put-event-selectors`."
)
MISSING_REMEDY: Final = (
    "Export them from Event history now, where they are gone after 90 days; then run `meshtrail verify` in this "
    "account to see what kept them away."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A trail or event data store in whose scope an account and Region lie.

    Attributes:
        catcher: Which one.
        missed: The kinds of events that its selectors drop, always or in some circumstances.
        idle: Why it takes nothing in, or its deliveries fail; None: it does.
        remedy: What to do about that.
        doubt: Why it is not known what it takes, or whether it does.
    """

    catcher: Catcher
    missed: frozenset[str] = frozenset()
    idle: str | None = None
    remedy: str = ""
    doubt: MeshtrailError | None = None


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of the events that Event history shows.

    Attributes:
        seen: How many there are.
        missing: The ids of those that no lasting store holds.
    """

    seen: int = 0
    missing: tuple[str, ...] = ()


def cell_of(
    region: str,
    candidates: Sequence[Candidate],
    *,
    unknown: Sequence[MeshtrailError] = (),
    seen: int | MeshtrailError,
    landed: Landed | MeshtrailError | None,
    since: datetime | None = None,
    sources: tuple[str, ...] = APP_MESH_ALONE,
) -> Cell:
    """The cell of a Region.

    Args:
        region: Which.
        candidates: The trails and event data stores that its events may go to.
        unknown: Why there may be others.
        seen: How many events Event history shows, or why that is not known.
        landed: What became of them, or why that is not known; None: there was no store to look in.
        since: From when on Event history shows events, where that is later than the window begins.
        sources: Whose events these are.
    """
    live = [one for one in candidates if one.doubt is None and one.idle is None]
    whole = [one for one in live if not one.missed] or live
    missed = frozenset[str].intersection(*(one.missed for one in whole)) if whole else kinds_of(sources)
    if isinstance(landed, Landed) and landed.missing:
        state, why, remedy = _missing(candidates, landed, unknown)
    elif missed:
        state, why, remedy = _not_caught(candidates, missed, unknown, sources)
    else:
        state, why, remedy = _caught(candidates, seen, landed)
    known = isinstance(seen, int)
    # What no known store holds, one that is not known may hold.
    all_looked = isinstance(landed, Landed) and not (landed.missing and unknown)
    if known and since is not None:
        why = f"{why} {_SINCE.format(since)}".lstrip()
    return Cell(
        region=region,
        state=state,
        catchers=() if missed else tuple(sorted((one.catcher for one in whole), key=lambda one: one.arn)),
        seen=seen if known else None,
        landed=landed.seen - len(landed.missing)
        if known and isinstance(landed, Landed) and all_looked
        else None,
        why=why,
        remedy=remedy,
    )


def _caught(
    candidates: Sequence[Candidate], seen: int | MeshtrailError, landed: Landed | MeshtrailError | None
) -> _Told:
    """What is to be said where an event would be recorded: whether those that happened were."""
    if not isinstance(seen, int):
        return CellState.UNKNOWN, _told(seen), seen.remedy
    if not seen or isinstance(landed, Landed):
        return CellState.CAUGHT, " ".join(_idle(candidates)), ""
    if landed is None:
        return CellState.UNKNOWN, "There was no store to look in for the events of Event history.", ""
    return CellState.UNKNOWN, _told(landed), landed.remedy


def _not_caught(
    candidates: Sequence[Candidate],
    missed: frozenset[str],
    unknown: Sequence[MeshtrailError],
    sources: tuple[str, ...],
) -> _Told:
    """What is to be said where nothing that is known would record every event."""
    doubts = [*(one.doubt for one in candidates if one.doubt is not None), *unknown]
    if doubts:
        return CellState.UNKNOWN, _told(doubts[0]), doubts[0].remedy
    if not candidates:
        return CellState.LOST, "No trail or event data store records this account and Region.", NOTHING_REMEDY
    reasons = _idle(candidates)
    partly = [one for one in candidates if one.idle is None]
    if partly:
        named = ", ".join(sorted(missed)[:SHOWN]) + ", ..." * (len(missed) > SHOWN)
        arns = ", ".join(one.catcher.arn for one in partly[:SHOWN])
        reasons.append(
            f"The selectors of {arns} miss {plural(len(missed), 'kind')} of {events(sources)}: {named}."
        )
    remedies = [one.remedy for one in candidates if one.idle is not None and one.remedy]
    return CellState.LOST, " ".join(reasons[-SHOWN:]), (remedies or [SELECTORS_REMEDY])[0]


def _idle(candidates: Sequence[Candidate]) -> list[str]:
    return [f"{one.catcher.arn}: {one.idle}." for one in candidates if one.idle is not None]


def _missing(candidates: Sequence[Candidate], landed: Landed, unknown: Sequence[MeshtrailError]) -> _Told:
    """What is to be said of events that no store holds that was looked in."""
    named = ", ".join(landed.missing[:SHOWN]) + ", ..." * (len(landed.missing) > SHOWN)
    events = f"{len(landed.missing):,} of {plural(landed.seen, 'event')} in Event history"
    if unknown:
        why = f"{events} landed in no store that could be looked in: {named}. {_told(unknown[0])}"
        return CellState.UNKNOWN, why, unknown[0].remedy
    found = f"{events} landed nowhere: {named}."
    remedies = [one.remedy for one in candidates if one.idle is not None and one.remedy]
    return (
        CellState.LOST,
        " ".join([found, *_idle(candidates)[:SHOWN]]),
        " ".join([*remedies[:1], MISSING_REMEDY]),
    )


def _told(error: MeshtrailError) -> str:
    where = f" ({error.where})" if error.where else ""
    return f"{error.what}{where}: {error.why}" if error.why else f"{error.what}{where}"
