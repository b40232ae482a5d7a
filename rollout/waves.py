"""Accounts as waves of stacks, and parts of a plan. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.plan import BadPlan, Skipped, Wave

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rollout.plan import Plan, Stack
    from rollout.selection import LeftOut
    from verify.organization.accounts import OrganizationAccount


def waves_of(
    accounts: Sequence[OrganizationAccount],
    *,
    stack_of: Callable[[OrganizationAccount], Stack],
    canaries: Sequence[str],
    canary_count: int,
    wave_size: int,
    last: str = "",
) -> tuple[Wave, ...]:
    """Divide accounts into waves: first the canaries, then the others by id.

    Args:
        accounts: Every account of the rollout.
        stack_of: What an account's stack is.
        canaries: The accounts of the first wave; none: the first `canary_count` by id.
        canary_count: How many that are; 0: there is no canary.
        wave_size: How many stacks the other waves hold at most.
        last: The account that comes last of all, as the management account should: no policy can keep it from
            what goes wrong there. As a named canary it is first all the same.

    Raises:
        BadPlan: when a canary is not among the accounts, or the numbers are none.
    """
    if wave_size < 1 or canary_count < 0:
        raise BadPlan("A wave holds at least one stack, and there are no fewer than 0 canaries.")
    foreign = sorted(set(canaries) - {account.id for account in accounts})
    if foreign:
        raise BadPlan(
            "A canary is not part of the rollout",
            where=", ".join(foreign),
            remedy="Choose the account as well, or another canary.",
        )
    ordered = sorted(accounts, key=lambda account: (account.id == last, account.id))
    first = [account for account in ordered if account.id in canaries] or ordered[:canary_count]
    others = [account for account in ordered if account not in first]
    batches = [first] if first else []
    batches += [others[begin : begin + wave_size] for begin in range(0, len(others), wave_size)]
    return tuple(
        Wave(
            number=number,
            canary=bool(first) and number == 1,
            stacks=tuple(stack_of(account) for account in batch),
        )
        for number, batch in enumerate(batches, start=1)
    )


def skipped_of(left_out: Sequence[LeftOut]) -> tuple[Skipped, ...]:
    """The accounts that were left out, as the plan names them."""
    return tuple(Skipped(account=one.account, account_name=one.name, why=one.why) for one in left_out)


def only(plan: Plan, *, waves: Sequence[int] = (), stacks: Sequence[str] = ()) -> tuple[Wave, ...]:
    """A part of the plan: these waves, or these stacks, in the plan's order; all of it if neither is given.

    Raises:
        BadPlan: when one of them is not in the plan.
    """
    unknown = [str(number) for number in waves if number not in [wave.number for wave in plan.waves]]
    unknown += sorted(set(stacks) - {stack.name for stack in plan.stacks})
    if unknown:
        raise BadPlan(
            "The plan has no such wave or stack",
            where=", ".join(unknown),
            remedy="`meshtrail rollout status` lists them.",
        )
    return tuple(_parts(plan, waves, stacks))


def _parts(plan: Plan, waves: Sequence[int], stacks: Sequence[str]) -> Iterator[Wave]:
    for wave in plan.waves:
        if waves and wave.number not in waves:
            continue
        taken = tuple(stack for stack in wave.stacks if not stacks or stack.name in stacks)
        if taken:
            yield wave.model_copy(update={"stacks": taken})
