"""Makes the plan: asks the organization or a file which accounts there are, and the program what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rollout.accounts_file import candidates_of_file
from rollout.plan import BadPlan, Plan, Stack
from rollout.program import config_of, inputs_of, program_of
from rollout.selection import Candidate, Selection
from rollout.waves import skipped_of, waves_of
from verify.organization.accounts import organization_of, tags_of
from verify.organization.listing import accounts_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rollout.plan import Settings
    from rollout.program import Program
    from verify.aws import Aws
    from verify.organization.accounts import OrganizationAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Which accounts there are.

    Attributes:
        candidates: They.
        organization: Whose they are; empty if nobody said.
        management_account: The account that owns it; empty if nobody said.
    """

    candidates: tuple[Candidate, ...]
    organization: str = ""
    management_account: str = ""


def known_of_file(path: Path) -> Known:
    """The accounts of a file.

    Raises:
        BadAccounts: when it names none.
    """
    return Known(candidates=candidates_of_file(path))


def known_of_organization(aws: Aws, region: str, *, with_tags: bool) -> Known:
    """The accounts of the organization; their tags are one more call for each, made only where they are asked for.

    Raises:
        NotInOrganization, CannotLook: when it cannot be told.
    """
    organization = organization_of(aws, region)
    return Known(
        candidates=tuple(
            Candidate(account=account, tags=tags_of(aws, account.id, region) if with_tags else {})
            for account in accounts_of(aws, region)
        ),
        organization=organization.id,
        management_account=organization.management_account,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the accounts become waves; see `rollout.waves.waves_of`."""

    canaries: tuple[str, ...] = ()
    canary_count: int = 1
    wave_size: int = 25
    prefix: str = "account-"


def plan_of(
    known: Known, selection: Selection, shape: Shape, *, settings: Settings, program: Program
) -> Plan:
    """The plan.

    Raises:
        NothingChosen: when the selection chooses no account.
        BadPlan: when the waves or the settings are none.
        NoProgram: when the settings of the stacks cannot be read.
    """
    if urlsplit(settings.backend).password or "secret" in settings.backend.lower():
        raise BadPlan(
            "The backend's address holds a password",
            why="a plan is handed on, and no credential is part of it",
            remedy="Give the address in PULUMI_BACKEND_URL, on every machine, and no --backend.",
        )
    taken, left_out = selection.chosen(known.candidates)
    template = program.template(settings.template)

    def stack_of(account: OrganizationAccount) -> Stack:
        return Stack(
            name=f"{shape.prefix}{account.id}",
            account=account.id,
            account_name=account.name,
            inputs=inputs_of(program, config_of(account.id, template, settings), settings),
        )

    return Plan(
        organization=known.organization,
        settings=settings,
        waves=waves_of(
            taken,
            stack_of=stack_of,
            canaries=shape.canaries,
            canary_count=shape.canary_count,
            wave_size=shape.wave_size,
            last=known.management_account,
        ),
        skipped=skipped_of(left_out),
    )


def read_plan(path: Path) -> Plan:
    """The plan in a file.

    Raises:
        BadPlan: when there is none.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise BadPlan(
            "There is no plan",
            where=str(path),
            why=error.strerror or str(error),
            remedy="Make one first: `meshtrail rollout plan`.",
        ) from error
    return Plan.from_json(text, where=str(path))


def refuse_other_inputs(plan: Plan, program: Program, stacks: Sequence[Stack]) -> None:
    """Roll out what was planned, or nothing.

    Raises:
        BadPlan: when the program or its settings are not those that the plan was made of.
    """
    template = program.template(plan.settings.template)
    for stack in stacks:
        config = config_of(stack.account, template, plan.settings)
        if inputs_of(program, config, plan.settings) != stack.inputs:
            raise BadPlan(
                "The program or its settings changed since the plan was made",
                where=f"{program.folder}: {stack.name}",
                remedy="Look at what changed, and plan again; what is done already is then done again.",
            )


__all__ = [
    "Known",
    "Shape",
    "known_of_file",
    "known_of_organization",
    "plan_of",
    "program_of",
    "read_plan",
    "refuse_other_inputs",
]
