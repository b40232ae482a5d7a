"""The App Mesh of one account and Region: a store of resources of seven kinds."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

from moto.core.base_backend import BackendDict, BaseBackend

from sandbox.appmesh.exceptions import BadRequest, Conflict, Forbidden, NotFound, ResourceInUse, TooManyTags
from sandbox.appmesh.kinds import MESH, PARENT, VIRTUAL_SERVICE, Kind
from sandbox.appmesh.paging import page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_TAGS: Final = 50
MOST_LISTED: Final = 100
DEFAULT_MESH_SPEC: Final = {"egressFilter": {"type": "DROP_ALL"}}


@dataclass(slots=True)
class Resource:
    """One resource, as App Mesh keeps it.

    Attributes:
        kind: What it is.
        names: What it is called, outermost first: mesh, then router or gateway, then its own name.
        arn: Its ARN.
        owner: The account that owns it and its mesh.
        spec: Its specification, as last sent.
        tags: Its tags.
        client_token: The token of the last request that changed it.
    """

    kind: Kind
    names: tuple[str, ...]
    arn: str
    owner: str
    spec: dict[str, Any]
    tags: dict[str, str]
    client_token: str | None
    status: str = "ACTIVE"
    version: int = 1
    uid: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime | None = None

    def summary(self) -> dict[str, Any]:
        """What a list shows of it."""
        return self._called() | self._metadata()

    def description(self) -> dict[str, Any]:
        """All of it, as the other operations show it."""
        return self._called() | {
            "metadata": self._metadata() | {"uid": self.uid},
            "spec": self.spec,
            "status": {"status": self.status},
        }

    def _called(self) -> dict[str, Any]:
        return dict(zip(self.kind.name_members, self.names, strict=True))

    def _metadata(self) -> dict[str, Any]:
        return {
            "arn": self.arn,
            "createdAt": self.created_at,
            "lastUpdatedAt": self.updated_at or self.created_at,
            "meshOwner": self.owner,
            "resourceOwner": self.owner,
            "version": self.version,
        }


class AppMeshBackend(BaseBackend):
    """The meshes of one account in one Region, and all that is in them.

    Every method takes an operation's parameters as its request names them, already held to the API's model, and
    returns what the response holds. Calls may come from several threads at once.
    """

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._resources: dict[tuple[Kind, tuple[str, ...]], Resource] = {}
        self._lock = RLock()

    def create(self, kind: Kind, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Create a resource.

        Raises:
            NotFound: What it would live in does not exist.
            Conflict: The name is taken, and this is not the same request sent again.
        """
        names = kind.names(parameters)
        spec, tags = _spec(kind, parameters), _tags(parameters)
        token = parameters.get("clientToken")
        with self._lock:
            self._check_parent(kind, parameters)
            existing = self._resources.get((kind, names))
            if existing is not None:
                if token != existing.client_token or (spec, tags) != (existing.spec, existing.tags):
                    raise Conflict(f"{kind.path(names)} already exists.")
                return existing.description()
            arn = f"arn:{self.partition}:appmesh:{self.region_name}:{self.account_id}:{kind.path(names)}"
            created = Resource(
                kind=kind,
                names=names,
                arn=arn,
                owner=self.account_id,
                spec=spec,
                tags=tags,
                client_token=token,
            )
            self._resources[kind, names] = created
            return created.description()

    def describe(self, kind: Kind, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """One resource.

        Raises:
            NotFound: There is none of that name.
        """
        with self._lock:
            return self._find(kind, parameters).description()

    def update(self, kind: Kind, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Give a resource another specification, and its next version.

        Raises:
            NotFound: There is none of that name.
            Conflict: The client token came with another specification before.
        """
        spec, token = _spec(kind, parameters), parameters.get("clientToken")
        with self._lock:
            resource = self._find(kind, parameters)
            if token is not None and token == resource.client_token:
                if spec != resource.spec:
                    raise Conflict("The client token was used for an earlier request that differs.")
                return resource.description()
            resource.spec = spec
            resource.client_token = token
            resource.version += 1
            resource.updated_at = datetime.now(UTC)
            return resource.description()

    def delete(self, kind: Kind, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Delete a resource, and return it as it was, with the status `DELETED`.

        Raises:
            NotFound: There is none of that name.
            ResourceInUse: It holds other resources, or virtual services have it as their provider.
        """
        with self._lock:
            resource = self._find(kind, parameters)
            if user := self._user_of(resource):
                raise ResourceInUse(f"{kind.path(resource.names)} is needed by {user.kind.path(user.names)}.")
            del self._resources[kind, resource.names]
            resource.status = "DELETED"
            return resource.description()

    def list_(self, kind: Kind, parameters: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
        """One page of the resources of a kind, by name, and the token of the next page.

        Raises:
            NotFound: What they live in does not exist.
            BadRequest: The token is not one that this list gave.
        """
        parents = kind.parents(parameters)
        with self._lock:
            self._check_parent(kind, parameters)
            found = {
                names[-1]: resource.summary()
                for (resource_kind, names), resource in self._resources.items()
                if resource_kind == kind and names[:-1] == parents
            }
        return page(
            found,
            listing=(kind.plural, *parents),
            limit=parameters.get("limit", MOST_LISTED),
            token=parameters.get("nextToken"),
        )

    def list_tags(self, parameters: Mapping[str, Any]) -> tuple[list[dict[str, str]], str | None]:
        """One page of a resource's tags, by key, and the token of the next page.

        Raises:
            NotFound: No resource has that ARN.
            BadRequest: The token is not one that this list gave.
        """
        with self._lock:
            resource = self._tagged(parameters)
            tags = {key: {"key": key, "value": value} for key, value in resource.tags.items()}
        return page(
            tags,
            listing=("Tags", resource.arn),
            limit=parameters.get("limit", MOST_TAGS),
            token=parameters.get("nextToken"),
        )

    def tag(self, parameters: Mapping[str, Any]) -> None:
        """Add tags to a resource; a key it has already gets the new value.

        Raises:
            NotFound: No resource has that ARN.
            TooManyTags: It would have more than 50.
        """
        with self._lock:
            resource = self._tagged(parameters)
            tags = resource.tags | _tags(parameters)
            if len(tags) > MOST_TAGS:
                raise TooManyTags(f"{resource.arn} would have {len(tags)} tags; {MOST_TAGS} is the most.")
            resource.tags = tags

    def untag(self, parameters: Mapping[str, Any]) -> None:
        """Take tags off a resource; keys it does not have are ignored.

        Raises:
            NotFound: No resource has that ARN.
        """
        gone: Sequence[str] = parameters["tagKeys"]
        with self._lock:
            resource = self._tagged(parameters)
            resource.tags = {key: value for key, value in resource.tags.items() if key not in gone}

    def _find(self, kind: Kind, parameters: Mapping[str, Any]) -> Resource:
        self._check_parent(kind, parameters)
        names = kind.names(parameters)
        try:
            return self._resources[kind, names]
        except KeyError:
            raise NotFound(f"{kind.path(names)} does not exist.") from None

    def _check_parent(self, kind: Kind, parameters: Mapping[str, Any]) -> None:
        owner = parameters.get("meshOwner", self.account_id)
        if owner != self.account_id:
            raise Forbidden(f"Account {owner} shares no mesh with account {self.account_id}.")
        parent = PARENT.get(kind)
        if parent is None:
            return
        for ancestor in (MESH, parent):
            names = ancestor.names(parameters)
            if (ancestor, names) not in self._resources:
                raise NotFound(f"{ancestor.path(names)} does not exist.")

    def _user_of(self, resource: Resource) -> Resource | None:
        """A resource that stands in the way of deleting this one: one inside it, or a service it provides."""
        depth = len(resource.names)
        for other in self._resources.values():
            within = other.names[:depth] == resource.names and len(other.names) > depth
            if within and (resource.kind == MESH or PARENT.get(other.kind) == resource.kind):
                return other
            if other.kind == VIRTUAL_SERVICE and other.names[0] == resource.names[0]:
                provider = (other.spec.get("provider") or {}).get(resource.kind.key) or {}
                if provider.get(resource.kind.name_members[-1]) == resource.names[-1]:
                    return other
        return None

    def _tagged(self, parameters: Mapping[str, Any]) -> Resource:
        arn = parameters["resourceArn"]
        for resource in self._resources.values():
            if resource.arn == arn:
                return resource
        raise NotFound(f"No App Mesh resource of this account and Region has the ARN {arn}.")


def _spec(kind: Kind, parameters: Mapping[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = parameters.get("spec") or {}
    return DEFAULT_MESH_SPEC | spec if kind == MESH else spec


def _tags(parameters: Mapping[str, Any]) -> dict[str, str]:
    given: Sequence[Mapping[str, str]] = parameters.get("tags") or ()
    tags = {tag["key"]: tag["value"] for tag in given}
    if len(tags) < len(given):
        raise BadRequest("A tag key is given more than once.")
    return tags


appmesh_backends = BackendDict(AppMeshBackend, "appmesh")
"""App Mesh by account and Region, reset with the rest of moto."""
