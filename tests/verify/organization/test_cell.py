"""What a cell says, decided from any answers: caught only where it is sure, lost only where all was told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.catalog import EVENTS
from verify.aws import AccessDenied
from verify.organization.cell import Candidate, Landed, cell_of
from verify.organization.matrix import Catcher, Cell, CellState

NAMES = [event.name for event in EVENTS]
REFUSED = AccessDenied(action="cloudtrail:LookupEvents", where="here", code="AccessDenied", message="no")
EVERY = frozenset(NAMES)


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    """A trail in any state."""
    number = draw(st.integers(0, 9))
    arn = f"arn:aws:cloudtrail:us-east-1:123456789012:trail/t{number}"
    idle = draw(st.sampled_from([None, "it is not logging"]))
    return Candidate(
        catcher=Catcher(kind="trail", arn=arn, organization=draw(st.booleans())),
        missed=frozenset(
            draw(st.sets(st.sampled_from(NAMES), max_size=3)) or draw(st.sampled_from([(), NAMES]))
        ),
        idle=idle,
        remedy="Start it." if idle else "",
        doubt=draw(st.sampled_from([None, REFUSED])) if idle is None else None,
    )


@st.composite
def answers(draw: st.DrawFn) -> tuple[int | AccessDenied, Landed | AccessDenied | None]:
    """What Event history and the stores say."""
    seen = draw(st.one_of(st.integers(0, 5), st.just(REFUSED)))
    if not isinstance(seen, int):
        return seen, None
    if not seen:
        return 0, Landed()
    missing = tuple(f"event {number}" for number in range(draw(st.integers(0, seen))))
    return seen, draw(st.sampled_from([Landed(seen, missing), REFUSED, None]))


@given(st.lists(candidates(), max_size=4), st.sampled_from([(), (REFUSED,)]), answers())
def test_a_cell_says_no_more_than_was_told(
    found: list[Candidate],
    unknown: tuple[AccessDenied, ...],
    told: tuple[int | AccessDenied, Landed | AccessDenied | None],
) -> None:
    """Whatever the answers."""
    seen, landed = told
    cell = cell_of("eu-west-1", found, unknown=unknown, seen=seen, landed=landed)
    live = [one for one in found if one.idle is None and one.doubt is None]
    recorded = bool(live) and not EVERY.intersection(*(one.missed for one in live))
    missing = isinstance(landed, Landed) and bool(landed.missing)
    sure = isinstance(seen, int) and (not seen or isinstance(landed, Landed))
    assert (cell.state is CellState.CAUGHT) == (recorded and sure and not missing)
    doubted = bool(unknown) or any(one.doubt for one in found)
    assert (cell.state is CellState.LOST) == (not unknown if missing else not recorded and not doubted)
    assert (cell.landed is None) == (
        not sure or not isinstance(landed, Landed) or (missing and bool(unknown))
    )
    assert bool(cell.catchers) == recorded
    _can_be_reported(cell)


def _can_be_reported(cell: Cell) -> None:
    """What the report's document asks of a cell."""
    if cell.state in {CellState.LOST, CellState.UNKNOWN}:
        assert cell.why
    if cell.state is CellState.LOST:
        assert cell.remedy
    if cell.landed is not None:
        assert cell.seen is not None
        assert cell.landed <= cell.seen


def test_a_whole_trail_is_named_alone_though_others_record_a_part() -> None:
    """Only where none is whole, those are named that are so together."""
    whole = Candidate(catcher=Catcher(kind="trail", arn="arn:whole", organization=True))
    half = Candidate(
        catcher=Catcher(kind="trail", arn="arn:half", organization=False), missed=frozenset(NAMES[:5])
    )
    cell = cell_of("eu-west-1", [half, whole], seen=0, landed=Landed())
    assert [one.arn for one in cell.catchers] == ["arn:whole"]


def test_a_cell_that_is_caught_still_tells_of_a_trail_that_fails() -> None:
    """Somebody pays for it, or counts on it."""
    whole = Candidate(catcher=Catcher(kind="trail", arn="arn:whole", organization=True))
    broken = Candidate(
        catcher=Catcher(kind="trail", arn="arn:broken", organization=False),
        idle="its last delivery failed with AccessDenied",
        remedy="Mend it.",
    )
    cell = cell_of("eu-west-1", [broken, whole], seen=0, landed=Landed())
    assert (cell.state, cell.why) == (
        CellState.CAUGHT,
        "arn:broken: its last delivery failed with AccessDenied.",
    )


def test_events_that_landed_nowhere_come_with_what_is_wrong_with_the_trail() -> None:
    """And with what to do about that first."""
    broken = Candidate(
        catcher=Catcher(kind="trail", arn="arn:broken", organization=False),
        idle="its last delivery failed with AccessDenied",
        remedy="Mend it.",
    )
    cell = cell_of("eu-west-1", [broken], seen=4, landed=Landed(4, ("a", "b", "c", "d")))
    assert cell.why == (
        "4 of 4 events in Event history landed nowhere: a, b, c, .... "
        "arn:broken: its last delivery failed with AccessDenied."
    )
    assert cell.remedy.startswith("Mend it. Export them")
