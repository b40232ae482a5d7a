from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rollout.planning import Shape, known_of_organization, plan_of
from rollout.selection import Selection
from tests.rollout.world import names
from tests.verify.organization.fakes import MANAGEMENT, ORGANIZATION, account, aws_of, organizations, refusal
from verify.organization.accounts import NotAdministrator

if TYPE_CHECKING:
    from rollout.plan import Settings
    from rollout.program import Program
    from tests.verify.organization.fakes import Client

HOME = "us-east-1"


def organization() -> Client:
    """A management account, two members in a unit, and a suspended one."""
    client = organizations(
        {
            "r-root": (["ou-prod"], [account(MANAGEMENT)]),
            "ou-prod": (
                [],
                [
                    account("222222222222", Name="two"),
                    account("333333333333", Name="three"),
                    account("444444444444", Name="four", Status="SUSPENDED"),
                ],
            ),
        }
    )

    def tags(*, ResourceId: str) -> dict[str, object]:  # noqa: N803 -- AWS's name
        return {"Tags": [{"Key": "mesh", "Value": "yes"}] if ResourceId == "333333333333" else []}

    client._operations["list_tags_for_resource"] = tags
    return client


def test_the_management_account_comes_last(program: Program, settings: Settings) -> None:
    """Although its id would come first: no policy keeps it from what goes wrong there."""
    known = known_of_organization(aws_of(organizations=organization()), HOME, with_tags=False)

    plan = plan_of(known, Selection(everything=True), Shape(wave_size=1), settings=settings, program=program)

    assert plan.organization == ORGANIZATION
    assert [stack.account for stack in plan.stacks] == ["222222222222", "333333333333", MANAGEMENT]
    assert [(one.account, one.why) for one in plan.skipped] == [("444444444444", "its state is SUSPENDED")]


def test_tags_are_asked_for_only_where_somebody_chooses_by_them(program: Program, settings: Settings) -> None:
    """They are a call for each account."""
    client = organization()
    known_of_organization(aws_of(organizations=client), HOME, with_tags=False)
    assert "list_tags_for_resource" not in [name for name, _ in client.calls]

    known = known_of_organization(aws_of(organizations=client), HOME, with_tags=True)
    plan = plan_of(known, Selection(tags=("mesh=yes",)), Shape(), settings=settings, program=program)

    assert names(plan.waves) == ["account-333333333333"]


def test_the_same_accounts_make_the_same_plan(program: Program, settings: Settings) -> None:
    """To the byte: who plans again and sees a difference knows that something changed."""
    made = {
        plan_of(
            known_of_organization(aws_of(organizations=organization()), HOME, with_tags=False),
            Selection(units=("ou-prod",)),
            Shape(),
            settings=settings,
            program=program,
        ).to_json()
        for _ in range(2)
    }

    assert len(made) == 1


def test_who_may_not_see_the_accounts_is_told_so() -> None:
    """A rollout never takes what it can see for all there is."""
    client = organization()

    def refuse(**_: str) -> None:
        raise refusal("AccessDeniedException")

    client._operations["list_accounts_for_parent"] = refuse

    with pytest.raises(NotAdministrator):
        known_of_organization(aws_of(organizations=client), HOME, with_tags=False)
