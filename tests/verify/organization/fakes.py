"""A small organization, answered by objects instead of AWS."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from verify.aws import Aws

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3

ORGANIZATION = "o-exampleorgid"
MANAGEMENT = "111111111111"
JOINED = datetime(2026, 1, 5, tzinfo=UTC)


def refusal(code: str, message: str = "no") -> ClientError:
    """What boto3 raises for an error of AWS."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


class Client:
    """A client that answers each operation with a function of the call's arguments."""

    def __init__(self, **operations: Callable[..., Any]) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._operations = operations

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            self.calls.append((name, arguments))
            return self._operations[name](**arguments)

        return call


class Session:
    """A session with one client a service, whatever the Region."""

    region_name = "us-east-1"

    def __init__(self, **clients: Any) -> None:
        self._clients = clients

    def client(self, service: str, **options: Any) -> Any:
        """The service's client; one made from the Region's name where a function is given."""
        client = self._clients[service]
        return client(options["region_name"]) if callable(client) else client


def aws_of(**clients: Any) -> Aws:
    """An `Aws` that asks these clients."""
    return Aws(cast("boto3.Session", Session(**clients)))


def account(number: str, **fields: Any) -> dict[str, Any]:
    """An account as ListAccountsForParent gives it."""
    return {
        "Id": number,
        "Name": f"account {number}",
        "Status": "ACTIVE",
        "JoinedTimestamp": JOINED,
        **fields,
    }


def organizations(
    tree: dict[str, tuple[list[str], list[dict[str, Any]]]], *, every: list[dict[str, Any]] | None = None
) -> Client:
    """The Organizations client of a tree: what lies in each root or unit, its units and its accounts.

    Every listing gives one thing a page, after an empty first page.

    Args:
        tree: What each of them holds.
        every: What ListAccounts gives; None: what the tree holds.
    """

    def paged(key: str, items: list[Any], token: str | None) -> dict[str, Any]:
        if token is None:
            return {key: [], "NextToken": "0"}
        number = int(token)
        more = {"NextToken": str(number + 1)} if number + 1 < len(items) else {}
        return {key: items[number : number + 1], **more}

    def units(*, ParentId: str, NextToken: str | None = None) -> dict[str, Any]:  # noqa: N803 -- AWS's names
        return paged("OrganizationalUnits", [{"Id": one} for one in tree[ParentId][0]], NextToken)

    def accounts(*, ParentId: str, NextToken: str | None = None) -> dict[str, Any]:  # noqa: N803 -- the same
        return paged("Accounts", tree[ParentId][1], NextToken)

    def described() -> dict[str, Any]:
        return {"Organization": {"Id": ORGANIZATION, "MasterAccountId": MANAGEMENT, "FeatureSet": "ALL"}}

    def roots(*, NextToken: str | None = None) -> dict[str, Any]:  # noqa: N803 -- the same
        return paged("Roots", [{"Id": "r-root"}], NextToken)

    known = [one for _, held in tree.values() for one in held] if every is None else every

    def all_accounts(*, NextToken: str | None = None) -> dict[str, Any]:  # noqa: N803 -- the same
        return paged("Accounts", known, NextToken)

    return Client(
        describe_organization=described,
        list_accounts=all_accounts,
        list_parents=partial(_parents, tree),
        list_roots=roots,
        list_organizational_units_for_parent=units,
        list_accounts_for_parent=accounts,
    )


def _parents(tree: dict[str, tuple[list[str], list[dict[str, Any]]]], *, ChildId: str) -> dict[str, Any]:  # noqa: N803 -- AWS's names
    for unit, (inside, held) in tree.items():
        if ChildId in inside or ChildId in {one["Id"] for one in held}:
            return {"Parents": [{"Id": unit, "Type": "ROOT" if unit.startswith("r-") else "UNIT"}]}
    raise refusal("ChildNotFoundException")
