"""Accounts from a file, for who rolls out where AWS Organizations does not answer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

from cloudtrail.errors import MeshtrailError
from rollout.selection import Candidate
from verify.organization.accounts import ACTIVE, OrganizationAccount

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ACCOUNT: Final = re.compile(r"[0-9]{12}")


class BadAccounts(MeshtrailError):
    """A file names no accounts."""


def candidates_of_file(path: Path) -> tuple[Candidate, ...]:
    """The accounts that a file names.

    One id a line, a name behind it, `#` begins a comment; or JSON: what `aws organizations list-accounts` prints, or a
    list of objects with `id`, and `name`, `state`, `units` and `tags` where they are known.

    Raises:
        BadAccounts: when it cannot be read, or a line is no account.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = tuple(_of_json(text) if text.lstrip()[:1] in {"[", "{"} else _of_lines(text))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BadAccounts(
            "The accounts cannot be read",
            where=str(path),
            why=str(error),
            remedy="Write one account id a line, or save what `aws organizations list-accounts` prints.",
        ) from error
    ids = [candidate.account.id for candidate in found]
    if len(set(ids)) != len(ids):
        twice = sorted({one for one in ids if ids.count(one) > 1})
        raise BadAccounts("An account is named twice", where=f"{path}: {', '.join(twice)}")
    return found


def _of_lines(text: str) -> Iterator[Candidate]:
    for line in text.splitlines():
        account, _, name = line.partition("#")[0].strip().partition(" ")
        if account:
            yield Candidate(account=_account(account, name.strip() or account))


def _of_json(text: str) -> Iterator[Candidate]:
    document: Any = json.loads(text)
    if isinstance(document, dict):
        document = cast("dict[str, Any]", document).get("Accounts")
    for one in cast("list[dict[str, Any]]", document):
        told: dict[str, Any] = {name.lower(): value for name, value in one.items()}
        state = str(told.get("state") or told.get("status") or ACTIVE)
        units = tuple(str(unit) for unit in told.get("units") or ())
        account = _account(str(told.get("id", "")), str(told.get("name") or ""), state=state, units=units)
        yield Candidate(account=account, tags=_tags(told.get("tags") or {}))


def _account(
    account: str, name: str, *, state: str = ACTIVE, units: tuple[str, ...] = ()
) -> OrganizationAccount:
    if not _ACCOUNT.fullmatch(account):
        raise ValueError(f"{account[:40]!r} is no account id")
    return OrganizationAccount(id=account, name=name or account, state=state, joined_at=None, units=units)


def _tags(told: object) -> dict[str, str]:
    if isinstance(told, list):
        return {str(tag["Key"]): str(tag["Value"]) for tag in cast("list[dict[str, Any]]", told)}
    return {str(key): str(value) for key, value in cast("dict[str, Any]", told).items()}
