"""The URNs a resource was known by before: its own aliases, and those it has through its parent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.engine.urn import Urn

if TYPE_CHECKING:
    from sandbox.engine.registration import Registration


def aliases_of(urn: Urn, request: Any) -> tuple[str, ...]:
    """The URNs a resource says it was known by, written out, sorted."""
    found = set(request.aliasURNs)
    for alias in request.aliases:
        if alias.WhichOneof("alias") == "urn":
            found.add(alias.urn)
            continue
        spec = alias.spec
        types = urn.types[:-1]
        if spec.noParent:
            types = ()
        elif spec.parentUrn:
            parent = Urn.parse(spec.parentUrn)
            types = parent.child("", "").types[:-1]
        found.add(
            str(
                Urn(
                    spec.stack or urn.stack,
                    spec.project or urn.project,
                    (*types, spec.type or urn.type),
                    spec.name or urn.name,
                )
            )
        )
    return tuple(sorted(found - {str(urn)}))


def inherited_aliases(wanted: Registration, parent: Registration) -> list[str]:
    """The URNs a child was known by because its parent was renamed or moved.

    A child whose name begins with its parent's is taken to have been renamed with it.
    """
    own = Urn.parse(wanted.urn)
    found: list[str] = []
    for alias in parent.aliases:
        name = own.name
        if name.startswith(parent.name):
            name = Urn.parse(alias).name + name.removeprefix(parent.name)
        found.append(str(Urn.parse(alias).child(own.type, name)))
    return found
