from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.plan import BadPlan, Plan, Settings, Stack
from rollout.plan_formats import GITHUB_JOBS, GITLAB_JOBS, as_github, as_gitlab, as_text
from rollout.waves import only, waves_of
from tests.rollout.world import names, waves
from verify.organization.accounts import OrganizationAccount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rollout.plan import Wave


def account(number: int) -> OrganizationAccount:
    """An active account."""
    return OrganizationAccount(
        id=f"{123456789012 + number}", name=f"account {number}", state="ACTIVE", joined_at=None, units=()
    )


def divided(
    count: int, canaries: Sequence[int] = (), *, first: int, size: int, last: int = -1
) -> tuple[Wave, ...]:
    """So many accounts in waves."""
    return waves_of(
        [account(number) for number in range(count)],
        stack_of=lambda one: Stack(name=one.id, account=one.id, account_name=one.name, inputs="x"),
        canaries=[account(number).id for number in canaries],
        canary_count=first,
        wave_size=size,
        last=account(last).id,
    )


def plan(*sizes: int) -> Plan:
    """A plan of so many stacks a wave."""
    settings = Settings(project="meshtrail", template="Pulumi.account.yaml")
    return Plan(organization="o-exampleorgid", settings=settings, waves=waves(*sizes))


@given(
    st.integers(1, 60),
    st.sets(st.integers(0, 59), max_size=4),
    st.integers(0, 5),
    st.integers(1, 20),
    st.integers(0, 59),
)
def test_every_account_is_in_one_wave(
    count: int, canaries: set[int], first: int, size: int, last: int
) -> None:
    """The canaries in the first, no wave too large, numbered without a gap."""
    canaries = {number for number in canaries if number < count}

    found = divided(count, sorted(canaries), first=first, size=size, last=last)

    assert sorted(names(found)) == [account(number).id for number in range(count)]
    assert [wave.number for wave in found] == list(range(1, len(found) + 1))
    assert all(len(wave.stacks) <= size for wave in found if not wave.canary)
    assert [wave.canary for wave in found] == [bool(canaries or first) and wave.number == 1 for wave in found]
    if canaries:
        assert sorted(names(found[:1])) == [account(number).id for number in sorted(canaries)]
    if last < count and last not in canaries:
        assert names(found)[-1] == account(last).id


def test_a_canary_that_is_not_chosen_is_refused() -> None:
    """It would not be rolled out to first, but not at all."""
    with pytest.raises(BadPlan, match="canary"):
        divided(3, [7], first=1, size=2)


def test_a_plan_is_the_same_document_again() -> None:
    """It is made on one machine and run on others."""
    made = plan(1, 3)

    assert Plan.from_json(made.to_json(), where="here") == made


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "meshtrail/rollout-plan/v2"},
        {"surprise": 1},
        {"waves": []},
        {"waves": [json.loads(plan(1).to_json())["waves"][0]] * 2},
    ],
)
def test_a_document_that_is_no_plan_is_refused(change: dict[str, object]) -> None:
    """Whole: a plan is never half read."""
    with pytest.raises(BadPlan, match="cannot be used"):
        Plan.from_json(json.dumps({**json.loads(plan(1).to_json()), **change}), where="here")


@pytest.mark.parametrize("name", ["../x", "a/b", "", "a b", "x" * 101])
def test_a_stack_cannot_be_named_like_another_folder(name: str) -> None:
    """Its name becomes one, and part of a command."""
    document = json.loads(plan(1).to_json())
    document["waves"][0]["stacks"][0]["name"] = name

    with pytest.raises(BadPlan):
        Plan.from_json(json.dumps(document), where="here")


def test_a_part_of_a_plan_keeps_its_order() -> None:
    """Waves, stacks, or both; what is not there is refused."""
    whole = plan(1, 2, 2)
    stacks = [stack.name for stack in whole.stacks]

    assert names(only(whole)) == stacks
    assert names(only(whole, waves=[3, 2])) == stacks[1:]
    assert names(only(whole, stacks=[stacks[4], stacks[0]])) == [stacks[0], stacks[4]]
    assert names(only(whole, waves=[1], stacks=[stacks[4]])) == []
    with pytest.raises(BadPlan, match="no such wave or stack"):
        only(whole, waves=[4])
    with pytest.raises(BadPlan):
        only(whole, stacks=["another"])


def test_no_matrix_has_more_jobs_than_a_system_makes() -> None:
    """Then a job has several stacks, and none is missing."""
    large = plan(1, 1000)

    github = json.loads(as_github(large).splitlines()[2].removeprefix("wave-2="))["include"]
    gitlab = as_gitlab(large)

    assert len(github) <= GITHUB_JOBS
    assert " ".join(job["arguments"] for job in github).split()[1::2] == names(large.waves[1:])
    assert 0 < gitlab.count("JOB:") <= GITLAB_JOBS + 1


def test_hostile_names_cannot_steer_a_terminal() -> None:
    """How an account is called is anybody's who may rename it."""
    hostile = plan(1).model_dump()
    hostile["waves"][0]["stacks"][0]["account_name"] = "x\x1b[2J\nwave 9"

    text = as_text(Plan.model_validate(hostile))

    assert "\x1b" not in text
    assert len(text.splitlines()) == 5
