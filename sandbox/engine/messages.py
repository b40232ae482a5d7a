"""The protocol's requests as registrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.engine import wire
from sandbox.engine.aliases import aliases_of
from sandbox.engine.errors import Refused
from sandbox.engine.registration import Registration

if TYPE_CHECKING:
    from sandbox.engine.deployment import Deployment


def registration_of(deployment: Deployment, request: Any) -> Registration:
    """What a RegisterResource request asks for.

    Raises:
        Refused: when it asks for what this engine does not do, or below an unknown parent.
        UnsupportedValue: when an input is of a kind the engine cannot carry.
    """
    if request.remote:
        raise Refused(f"The sandbox's engine does not do remote components such as {request.type}")
    if request.transforms or request.hooks.ListFields() or request.state_migrations:
        raise Refused(
            f"The sandbox's engine does not do transforms, hooks or migrations, as {request.name!r} has"
        )
    urn = deployment.name(type_token=request.type, name=request.name, parent=request.parent)
    timeouts = {
        step: getattr(request.customTimeouts, step) for step in ("create", "update", "delete", "read")
    }
    return Registration(
        urn=str(urn),
        type=request.type,
        name=request.name,
        parent=request.parent,
        custom=request.custom,
        inputs=wire.from_struct(request.object),
        dependencies=tuple(sorted(request.dependencies)),
        property_dependencies={
            key: tuple(sorted(value.urns))
            for key, value in sorted(request.propertyDependencies.items())
            if value.urns
        },
        provider=request.provider,
        providers=dict(request.providers),
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        additional_secret_outputs=tuple(sorted(request.additionalSecretOutputs)),
        aliases=aliases_of(urn, request),
        timeouts={step: text for step, text in timeouts.items() if text},
        import_id=request.importId,
    )


def reading_of(deployment: Deployment, request: Any) -> Registration:
    """What a ReadResource request asks for; raises what `registration_of` does."""
    urn = deployment.name(type_token=request.type, name=request.name, parent=request.parent)
    return Registration(
        urn=str(urn),
        type=request.type,
        name=request.name,
        parent=request.parent,
        custom=True,
        inputs=wire.from_struct(request.properties),
        dependencies=tuple(sorted(request.dependencies)),
        provider=request.provider,
        additional_secret_outputs=tuple(sorted(request.additionalSecretOutputs)),
        read_id=request.id,
    )
