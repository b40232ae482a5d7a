"""The report about an organization: one document that holds the matrix and what is claimed of it.

As with the report of one account (`verify.report.document`), its JSON is the truth, every other format is rendered
from it and adds nothing, and the same evidence gives the same bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from importlib import metadata
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from verify.organization.accepting import Accepting
from verify.organization.claims import IDS, organization_claims
from verify.organization.limits import NONE, Limits
from verify.organization.matrix import AccountRow, Cell, CellState
from verify.organization.sources import APP_MESH_ALONE
from verify.report.document import overall_of
from verify.report.parts import Claim, Instant, Text, Tool, Window
from verify.report.written import ClaimsInOrder, Written
from verify.verdict import Verdict

SCHEMA: Final = "meshtrail/organization/v1"

DERIVED: Final = frozenset(IDS)
"""The claims that follow from the rows; a report that says otherwise contradicts itself."""


def _in_order(items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(items))


def _rows_in_order(rows: tuple[AccountRow, ...]) -> tuple[AccountRow, ...]:
    return tuple(
        replace(row, cells=tuple(_cell_in_order(cell) for cell in sorted(row.cells, key=_region_of)))
        for row in sorted(rows, key=lambda row: row.id)
    )


def _cell_in_order(cell: Cell) -> Cell:
    if len(cell.catchers) < 2:  # noqa: PLR2004 -- nothing to be put in order
        return cell
    return replace(cell, catchers=tuple(sorted(cell.catchers, key=lambda one: (one.arn, one.kind))))


def _region_of(cell: Cell) -> str:
    return cell.region


class OrganizationReport(Written):
    """What was found in an organization. Lists may be given in any order; the report puts them in its own."""

    written_as: ClassVar = SCHEMA
    written_by: ClassVar = "Give what `meshtrail verify --organization --output json` wrote, unedited."

    schema_version: Literal["meshtrail/organization/v1"] = Field(default=SCHEMA, alias="schema")
    """Which document this is."""
    tool: Tool
    generated_at: Instant
    verdict: Verdict
    """The worst verdict of the claims that no waiver accepts."""
    organization: Text
    """Its id, as `o-exampleorgid`."""
    management_account: Text
    window: Window
    regions: Annotated[tuple[Text, ...], AfterValidator(_in_order)]
    """The columns of the matrix: every Region that was asked for; none where nothing is claimed of Regions."""
    event_sources: tuple[Text, ...] = APP_MESH_ALONE
    """The services whose events count, e.g. `appmesh.amazonaws.com`."""
    decided: Annotated[tuple[Text, ...], AfterValidator(_in_order)] = IDS
    """The ids of the claims about the matrix that were asked for."""
    claims: ClaimsInOrder
    left_out: Annotated[tuple[Text, ...], AfterValidator(_in_order)] = ()
    """The ids of the organization's accounts that this run was not asked for."""
    limits: Limits = NONE
    """What else the rows do not speak of, and since when they speak."""
    accounts: Annotated[tuple[AccountRow, ...], AfterValidator(_rows_in_order)]
    """The rows of the matrix."""

    @classmethod
    def of(
        cls,
        rows: Iterable[AccountRow],
        *,
        organization: str,
        management_account: str,
        regions: Sequence[str],
        window: Window,
        generated_at: datetime,
        left_out: Sequence[str] = (),
        limits: Limits = NONE,
        event_sources: tuple[str, ...] = APP_MESH_ALONE,
        decided: Sequence[str] = IDS,
        claims: Iterable[Claim] = (),
        accepting: Accepting | None = None,
    ) -> Self:
        """The report about these rows, with the claims that follow from them.

        Args:
            rows: Every account that was asked for.
            organization: Its id.
            management_account: The account that owns it.
            regions: The Regions that were asked for.
            window: The time that was looked at.
            generated_at: When.
            left_out: The organization's other accounts.
            limits: What else the rows do not speak of.
            event_sources: Whose events were looked for.
            decided: The ids of the claims that were asked for.
            claims: What is claimed besides.
            accepting: The risks that somebody accepts.
        """
        accounts = tuple(rows) if accepting is None else accepting.rows(rows, regions)
        derived = organization_claims(
            accounts,
            management_account=management_account,
            regions=sorted(regions),
            window=window,
            left_out=left_out,
            limits=limits,
            sources=event_sources,
            decided=decided,
        )
        every = (*claims, *(derived if accepting is None else accepting.claims(derived)))
        return cls(
            tool=Tool(name="meshtrail", version=metadata.version("meshtrail")),
            generated_at=generated_at,
            verdict=overall_of(every),
            organization=organization,
            management_account=management_account,
            window=window,
            regions=tuple(regions),
            event_sources=event_sources,
            decided=tuple(decided),
            claims=every,
            left_out=tuple(left_out),
            limits=limits,
            accounts=accounts,
        )

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        worst = overall_of(self.claims)
        if self.verdict is not worst:
            raise ValueError(f"verdict is {self.verdict}, but its claims say {worst}")
        if len(set(self.regions)) != len(self.regions):
            raise ValueError("regions: one occurs twice")
        named = [*(row.id for row in self.accounts), *self.left_out]
        if len(set(named)) != len(named):
            raise ValueError("accounts, leftOut: an account occurs twice")
        for problem in _problems(self.accounts, frozenset(self.regions)):
            raise ValueError(problem)
        derived = {one.id: one.verdict for one in self._derived()}
        for name in sorted(DERIVED):
            said = {claim.verdict for claim in self.claims if claim.id == name}
            if name not in derived and said:
                raise ValueError(f"claim {name} was not asked for, and is there")
            if name in derived and said != {derived[name]}:
                raise ValueError(f"claim {name} is not {derived[name]}, as its accounts say")
        return self

    def _derived(self) -> tuple[Claim, ...]:
        return organization_claims(
            self.accounts,
            management_account=self.management_account,
            regions=self.regions,
            window=self.window,
            left_out=self.left_out,
            limits=self.limits,
            sources=self.event_sources,
            decided=self.decided,
        )


def _problems(rows: Iterable[AccountRow], regions: frozenset[str]) -> Iterator[str]:
    """What a row says that cannot be."""
    for row in rows:
        if not row.reached and not row.why:
            yield f"account {row.id}: it was not reached, and nothing says why"
        if row.reached and row.waiver is not None:
            yield f"account {row.id}: it was reached, and a waiver accepts that it was not"
        named = [cell.region for cell in row.cells]
        for cell in row.cells:
            where = f"account {row.id}, {cell.region}"
            if named.count(cell.region) > 1:
                yield f"{where}: the Region occurs twice"
            if cell.region not in regions:
                yield f"{where}: the Region is none of the matrix"
            for problem in _problems_of(cell):
                yield f"{where}: {problem}"


def _problems_of(cell: Cell) -> Iterator[str]:
    """What a cell says that cannot be."""
    if cell.state is CellState.CAUGHT and not cell.catchers:
        yield "caught, and no trail or store is named"
    if cell.state in {CellState.LOST, CellState.UNKNOWN} and not cell.why:
        yield f"{cell.state}, and nothing says why"
    if cell.state is CellState.LOST and not cell.remedy:
        yield "lost needs a remedy"
    if cell.waiver is not None and cell.state not in {CellState.LOST, CellState.UNKNOWN}:
        yield f"{cell.state}, and a waiver accepts it"
    if cell.landed is not None and cell.landed > (cell.seen or 0):
        yield f"{cell.landed} landed, of {cell.seen or 0} that were seen"
