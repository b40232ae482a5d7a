"""CloudTrail's delegated administrators at work on the organization's event data stores.

Those are the management account's, whoever made them.

Source: CloudTrail user guide, "Organization event data stores"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-organizations.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.delivery.organizations import organization_of
from sandbox.lake.errors import LakeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.lake.backend import LakeBackend
    from sandbox.lake.parameters import Parameters
    from sandbox.lake.store import EventDataStore

_NAMING: Final = ("EventDataStore", "ResourceId", "QueryStatement")
"""Where a request names the stores it is about."""


def administered_by(account: str, *, partition: str) -> str | None:
    """The management account whose organization an account administers CloudTrail for, or None."""
    organization = organization_of(account, partition=partition)
    if organization is None or account not in organization.administrators:
        return None
    return organization.management


def organization_stores(backend: LakeBackend) -> Sequence[EventDataStore]:
    """The stores of a management account that record its whole organization."""
    return [store for store in backend.stores() if store.options.organization]


def is_about_the_organization(parameters: Parameters, backend: LakeBackend) -> bool:
    """Whether a delegated administrator's request is about the organization's stores and not about its own.

    Args:
        parameters: The request.
        backend: Lake of the management account.
    """
    if parameters.flag("OrganizationEnabled"):
        return True
    named = " ".join(parameters.text(key) or "" for key in _NAMING)
    if any(store.store_id in named for store in organization_stores(backend)):
        return True
    query = parameters.text("QueryId")
    return query is not None and _knows(backend, query)


def _knows(backend: LakeBackend, query: str) -> bool:
    try:
        backend.query(query)
    except LakeError:
        return False
    return True
