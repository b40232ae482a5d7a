"""Which accounts there are, told twice over: by the list of all of them, and by what each unit holds.

ListAccounts tells of every account, and not where it lies; the walk through the units tells where. An account that is
moved while the walk is under way may be met nowhere or twice, so the two are compared: an account that either of them
names is one of the organization's, where it lies is asked of itself, and each one that differs is told of.

Source: AWS Organizations API reference, ListAccounts, ListAccountsForParent, ListParents
(docs.aws.amazon.com/organizations/latest/APIReference/).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from verify.aws import CannotLook, asking
from verify.organization.accounts import (
    LIST_ACCOUNTS,
    LIST_ALL_ACCOUNTS,
    LIST_PARENTS,
    LIST_ROOTS,
    LIST_UNITS,
    account_of,
    listed,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verify.aws import Aws
    from verify.organization.accounts import OrganizationAccount

_DEEPEST: Final = 7
"""What an account can lie in at most: a root and five levels of units, and one to notice that there is no end."""

Units = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The accounts of an organization.

    Attributes:
        accounts: Every one, by its id: suspended and closing ones, and the management account, too.
        differing: What list and walk do not tell alike, an account a sentence. Each of these is among the accounts.
        doubt: Why the accounts, or where one of them lies, are not known for certain; None: they are.
    """

    accounts: tuple[OrganizationAccount, ...]
    differing: tuple[str, ...] = ()
    doubt: CannotLook | None = None


def accounts_of(aws: Aws, region: str) -> tuple[OrganizationAccount, ...]:
    """Every account of the organization, by its id, and where it lies.

    Raises:
        NotAdministrator: when the caller may not see them.
        CannotLook: when AWS does not answer, or where one of them lies is not told.
    """
    found = listing_of(aws, region)
    if found.doubt is not None:
        raise found.doubt
    return found.accounts


def listing_of(aws: Aws, region: str) -> Listing:
    """Every account of the organization, and what is odd about how they were told.

    Raises:
        NotAdministrator: when the caller may not see what units hold.
        CannotLook: when AWS does not answer that.
    """
    client: Any = aws.client("organizations", region)
    met, walked = _walked(client)
    doubt: CannotLook | None = None
    try:
        # Asked last: who joined during the walk is in it as well.
        every = {str(one["Id"]): one for one in listed(client, LIST_ALL_ACCOUNTS, "Accounts")}
    except CannotLook as error:
        doubt, every = error, met
    accounts: list[OrganizationAccount] = []
    differing: list[str] = []
    for account in sorted({*met, *every}):
        places = walked.get(account, [])
        units = places[-1] if places else ()
        odd = _why_odd(account, places, every)
        if odd:
            differing.append(f"{account} {odd}.")
        if len(places) != 1:
            try:
                units = _units_of(client, account)
            except CannotLook as error:
                doubt = doubt or error
        accounts.append(account_of(every.get(account) or met[account], units))
    return Listing(accounts=tuple(accounts), differing=tuple(differing), doubt=doubt)


def _walked(client: Any) -> tuple[dict[str, dict[str, Any]], Mapping[str, list[Units]]]:
    """The accounts that the units hold, as they are told there, and in which units each was met."""
    met: dict[str, dict[str, Any]] = {}
    places: defaultdict[str, list[Units]] = defaultdict(list)
    parents = [(str(root["Id"]),) for root in listed(client, LIST_ROOTS, "Roots")]
    while parents:
        path = parents.pop()
        for account in listed(client, LIST_ACCOUNTS, "Accounts", ParentId=path[-1]):
            met[str(account["Id"])] = account
            places[str(account["Id"])].append(path)
        units = listed(client, LIST_UNITS, "OrganizationalUnits", ParentId=path[-1])
        parents += [(*path, str(unit["Id"])) for unit in units]
    return met, places


def _why_odd(account: str, places: Sequence[Units], every: Mapping[str, object]) -> str:
    """How list and walk differ about an account; empty: they do not."""
    if account not in every:
        return "was met in a unit and is not in the list of all accounts: it left meanwhile"
    if not places:
        return "is in the list of all accounts and was met in no unit: it was moved, or joined, meanwhile"
    if len(places) > 1:
        return f"was met in {len(places)} units, {', '.join(path[-1] for path in places)}: it was moved meanwhile"
    return ""


def _units_of(client: Any, account: str) -> Units:
    """What an account lies in now, the outermost first."""
    path: list[str] = []
    child = account
    while len(path) < _DEEPEST:
        with asking(LIST_PARENTS, child):
            # An account or unit has one parent, and a root is asked for none.
            parent = client.list_parents(ChildId=child)["Parents"][0]
        child = str(parent["Id"])
        path.insert(0, child)
        if parent.get("Type") == "ROOT":
            break
    return tuple(path)
