"""An account that is moved while the units are listed is never skipped, and is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.verify.organization.fakes import MANAGEMENT, Client, account, aws_of, organizations, refusal
from tests.verify.organization.test_limits import claim
from tests.verify.organization.test_run import verified
from tests.verify.organization.world import HOME, World
from verify.aws import AccessDenied
from verify.organization.claims import EVERY_ACCOUNT_REACHED
from verify.organization.listing import accounts_of, listing_of
from verify.organization.merging import merged
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

MOVED, OTHER = "123456789012", "222222222222"


def tree(*, first: tuple[str, ...] = (), second: tuple[str, ...] = ()) -> dict[str, Any]:
    """A root with two units, and the accounts in them; the second unit is walked first."""
    return {
        "r-root": (["ou-first", "ou-second"], [account(MANAGEMENT)]),
        "ou-first": ([], [account(one) for one in first]),
        "ou-second": ([], [account(one) for one in second]),
    }


def moving(before: dict[str, Any], after: dict[str, Any]) -> Client:
    """An organization in which an account is moved after the first of the two units was listed."""
    early, late = organizations(before), organizations(after)
    client = organizations(after)
    walked: list[str] = []

    def held(*, ParentId: str, **token: str) -> Any:  # noqa: N803 -- AWS's names
        walked.append(ParentId)
        units = [unit for unit in dict.fromkeys(walked) if unit.startswith("ou-")]
        return (early if ParentId in units[:1] else late).list_accounts_for_parent(ParentId=ParentId, **token)

    client._operations["list_accounts_for_parent"] = held
    return client


def refusing(operation: str, client: Client) -> Client:
    """The same, one operation of which is refused."""

    def refuse(**_asked: Any) -> None:
        raise refusal("AccessDeniedException")

    client._operations[operation] = refuse
    return client


def test_one_that_moves_into_a_unit_that_was_listed_already_is_there_and_named() -> None:
    """It was met nowhere; where it lies now is asked of itself."""
    client = moving(tree(first=(MOVED,), second=(OTHER,)), tree(second=(MOVED, OTHER)))
    found = listing_of(aws_of(organizations=client), HOME)
    assert {one.id: one.units for one in found.accounts} == {
        MANAGEMENT: ("r-root",),
        MOVED: ("r-root", "ou-second"),
        OTHER: ("r-root", "ou-second"),
    }
    (odd,) = found.differing
    assert odd.startswith(f"{MOVED} is in the list of all accounts and was met in no unit")
    assert found.doubt is None


def test_one_that_is_met_twice_is_there_once_where_it_lies_now() -> None:
    """It was moved out of a unit that was listed already."""
    client = moving(tree(second=(MOVED,)), tree(first=(MOVED,)))
    found = listing_of(aws_of(organizations=client), HOME)
    assert [(one.id, one.units) for one in found.accounts] == [
        (MANAGEMENT, ("r-root",)),
        (MOVED, ("r-root", "ou-first")),
    ]
    assert found.differing == (f"{MOVED} was met in 2 units, ou-second, ou-first: it was moved meanwhile.",)


def test_one_that_leaves_meanwhile_is_looked_at_all_the_same() -> None:
    """It was a member a moment ago; what becomes of its events is a question still."""
    client = organizations(tree(first=(MOVED,)), every=[account(MANAGEMENT)])
    found = listing_of(aws_of(organizations=client), HOME)
    assert [one.id for one in found.accounts] == [MANAGEMENT, MOVED]
    assert found.differing == (
        f"{MOVED} was met in a unit and is not in the list of all accounts: it left meanwhile.",
    )


def test_nothing_is_said_where_nobody_moves() -> None:
    """And no parent is asked for."""
    client = organizations(tree(first=(MOVED,), second=(OTHER,)))
    found = listing_of(aws_of(organizations=client), HOME)
    assert (found.differing, found.doubt) == ((), None)
    assert "list_parents" not in {name for name, _ in client.calls}


@pytest.mark.parametrize("operation", ["list_accounts", "list_parents"])
def test_what_cannot_be_compared_is_a_doubt(operation: str) -> None:
    """Who makes a plan of the accounts is refused; what the walk met is there."""

    def made() -> Client:
        return refusing(operation, moving(tree(first=(MOVED,)), tree(second=(MOVED,))))

    found = listing_of(aws_of(organizations=made()), HOME)
    assert isinstance(found.doubt, AccessDenied)
    assert {one.id for one in found.accounts} == {
        MANAGEMENT,
        *({MOVED} if operation == "list_parents" else ()),
    }
    with pytest.raises(AccessDenied):
        accounts_of(aws_of(organizations=made()), HOME)


def _moved(world: World) -> Client:
    others = tuple(one for one in world.accounts if one not in {MANAGEMENT, MOVED})
    return moving(tree(first=(MOVED, *others)), tree(first=others, second=(MOVED,)))


def _unlisted(world: World) -> Client:
    return refusing(
        "list_accounts", organizations(tree(first=tuple(one for one in world.accounts if one != MANAGEMENT)))
    )


@pytest.mark.parametrize(
    ("made", "verdict", "label", "says"),
    [
        pytest.param(_moved, Verdict.PASS, "told differently", MOVED, id="moved"),
        pytest.param(
            _unlisted,
            Verdict.UNVERIFIABLE,
            "who moved",
            "could not be told: organizations:ListAccounts got no answer",
            id="refused",
        ),
    ],
)
def test_the_report_names_it(
    made: Callable[[World], Client], verdict: Verdict, label: str, says: str
) -> None:
    """One that was found is surveyed as any other; where nobody could compare, the claim stays open."""
    world = World(MOVED, OTHER)
    report = verified(world, organization_client=made(world))
    assert {row.id for row in report.accounts} == {MANAGEMENT, MOVED, OTHER}
    found = claim(report, EVERY_ACCOUNT_REACHED.id)
    assert found.verdict is verdict
    (fact,) = (item for item in found.evidence if item.label == label)
    assert fact.value.startswith(says)
    again = claim(merged([report, report]), EVERY_ACCOUNT_REACHED.id)
    assert (again.verdict, again.evidence) == (found.verdict, found.evidence)
