"""Pulumi's provider protocol, on the resource types of `sandbox.provider`.

It turns messages into calls of a `ResourceType` and back, and decides nothing: the sandbox's own engine calls the
same types in the same way. One process serves one provider: the engine starts another for another configuration.
The protocol: pulumi.com/docs/iac/guides/building-extending/providers.
"""

from __future__ import annotations

import importlib.metadata
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

import grpc
from google.protobuf import any_pb2, empty_pb2
from google.rpc import status_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from sandbox.engine import wire
from sandbox.engine.errors import APPLY_ERRORS, ApplyFailed, RunFailed
from sandbox.engine.urn import Urn
from sandbox.plugin.drift import inputs_now
from sandbox.plugin.home import ENDPOINT
from sandbox.provider.resource_type import (
    PartlyCreated,
    ResourceType,
    State,
    Values,
    Vanished,
    in_known_words,
)
from sandbox.provider.session import Aws, ProviderConfig, ProviderMisconfigured
from sandbox.provider.values import UNKNOWN, holds_unknown

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from sandbox.provider.registry import Registry

_ENGINES_OWN: Final = ("version", "pluginDownloadURL", "__internal")
"""What the engine puts into a provider's configuration for itself."""


class ProviderService(provider_pb2_grpc.ResourceProviderServicer):
    """The sandbox's AWS provider, as the engine sees one.

    Args:
        registry: The resource types and functions there are.
        environment: The process's environment: where the sandbox is, and credentials for a stack that names none.
    """

    def __init__(self, registry: Registry, environment: Mapping[str, str] | None = None) -> None:
        self._registry = registry
        self._environment = os.environ if environment is None else environment
        self._aws: Aws | None = None

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """What this provider can take: plain values only, so the engine keeps track of secrets."""
        del request, context
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """The version it stands for: that of the installed pulumi-aws."""
        del request, context
        return plugin_pb2.PluginInfo(version=importlib.metadata.version("pulumi-aws"))

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Check a provider's configuration."""
        del context
        news = _plain(request.news)
        response = provider_pb2.CheckResponse(inputs=request.news)
        try:
            self._configuration(news)
        except ProviderMisconfigured as error:
            response.failures.append(provider_pb2.CheckFailure(reason=str(error)))
        return response

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Compare two configurations; another one is no other provider, its resources say themselves what it means."""
        del context
        olds, news = _plain(request.old_inputs), _plain(request.news)
        changed = sorted(key for key in olds.keys() | news.keys() if olds.get(key) != news.get(key))
        return _difference(changed, ())

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Take the configuration; a wrong account is refused here, before anything is asked of AWS."""
        with _failures(context, "", "configure"):
            aws = Aws(self._configuration(_plain(request.args)))
            aws.configure()
            self._aws = aws
            return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Call a function."""
        with _failures(context, request.tok, "call"):
            function = self._registry.invokes.get(request.tok)
            if function is None:
                _abort(context, f"The sandbox does not have the function {request.tok}")
            # `return` is a keyword, so the field can only be named in a map
            answer: dict[str, Any] = {
                "return": wire.to_struct(function(self._connected(context), _plain(request.args)))
            }
            return provider_pb2.InvokeResponse(**answer)

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Complete and check a resource's inputs."""
        with _failures(context, request.urn, "check"):
            kind = self._kind(request.urn, context)
            checked = kind.check(
                self._connected(context),
                _plain(request.news),
                name=Urn.parse(request.urn).name,
                urn=request.urn,
                olds=_plain(request.olds),
            )
            failures = [
                provider_pb2.CheckFailure(property=failure.path, reason=failure.reason)
                for failure in checked.failures
            ]
            return provider_pb2.CheckResponse(inputs=wire.to_struct(checked.inputs), failures=failures)

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Compare a resource, as last known, with its new inputs."""
        with _failures(context, request.urn, "compare"):
            kind = self._kind(request.urn, context)
            difference = kind.diff(_plain(request.olds), _plain(request.news))
            return _difference(difference.changed, difference.replaces, first=difference.delete_first)

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Create a resource; in a preview, say what is known of it."""
        inputs = _plain(request.properties)
        with _failures(context, request.urn, "create"):
            kind = self._kind(request.urn, context)
            if request.preview:
                planned = dict.fromkeys(kind.computed, UNKNOWN) | inputs
                return provider_pb2.CreateResponse(properties=wire.to_struct(planned))
            try:
                made = kind.create(self._connected(context), inputs)
            except PartlyCreated as partly:
                failure = ApplyFailed.of(request.urn, "finish creating", partly.cause)
                _abort_half_way(context, partly.state, failure)
            return provider_pb2.CreateResponse(id=made.id, properties=wire.to_struct(made.outputs))

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """What AWS has under an id; no id in the answer means nothing."""
        known, inputs = _plain(request.properties), _plain(request.inputs)
        with _failures(context, request.urn, "read"):
            kind = self._kind(request.urn, context)
            found = kind.read(self._connected(context), request.id, inputs)
            if found is None:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(
                id=found.id,
                properties=wire.to_struct(in_known_words(kind.properties, known, found.outputs)),
                inputs=wire.to_struct(inputs_now(kind.properties, inputs, found.outputs)),
            )

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Make a resource as its new inputs say; after a failure it is booked as if it had been made so."""
        known, news = _plain(request.olds), _plain(request.news)
        planned = known | news
        with _failures(context, request.urn, "update"):
            kind = self._kind(request.urn, context)
            if request.preview:
                return provider_pb2.UpdateResponse(properties=wire.to_struct(planned))
            try:
                outputs = kind.change(self._connected(context), request.id, known, news)
            except Vanished:
                raise
            except APPLY_ERRORS as error:
                failure = ApplyFailed.of(request.urn, "update", error)
                _abort_half_way(context, State(request.id, planned), failure)
            return provider_pb2.UpdateResponse(properties=wire.to_struct(outputs))

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Delete a resource."""
        with _failures(context, request.urn, "delete"):
            kind = self._kind(request.urn, context)
            kind.delete(self._connected(context), request.id, _plain(request.properties))
            return empty_pb2.Empty()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Nothing here takes so long that it would have to be cut short."""
        del request, context
        return empty_pb2.Empty()

    def _configuration(self, news: Mapping[str, Any]) -> ProviderConfig:
        raw = {
            key: value
            for key, value in news.items()
            if key not in _ENGINES_OWN and value is not None and not holds_unknown(value)
        }
        for key, variable in (("accessKey", "AWS_ACCESS_KEY_ID"), ("secretKey", "AWS_SECRET_ACCESS_KEY")):
            if variable in self._environment:
                raw.setdefault(key, self._environment[variable])
        endpoint = self._environment.get(ENDPOINT)
        return ProviderConfig.read(raw, endpoint=endpoint, where="the AWS provider's configuration")

    def _connected(self, context: grpc.ServicerContext) -> Aws:
        if self._aws is None:
            _abort(context, "The provider was not configured")
        return self._aws

    def _kind(self, urn: str, context: grpc.ServicerContext) -> ResourceType:
        token = Urn.parse(urn).type
        kind = self._registry.types.get(token)
        if kind is None:
            known = ", ".join(sorted(self._registry.types))
            _abort(context, f"The sandbox does not have the resource type {token}. It has {known}.")
        return kind


def _plain(struct: Any) -> Values:
    return {key: wire.reveal(value) for key, value in wire.from_struct(struct).items()}


def _difference(changed: Any, replaces: Any, *, first: bool = False) -> Any:
    kinds = provider_pb2.PropertyDiff
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=list(changed),
        replaces=list(replaces),
        deleteBeforeReplace=first,
        detailedDiff={
            key: provider_pb2.PropertyDiff(
                kind=kinds.UPDATE_REPLACE if key in replaces else kinds.UPDATE, inputDiff=True
            )
            for key in changed
        },
        hasDetailedDiff=True,
    )


@contextmanager
def _failures(context: grpc.ServicerContext, urn: str, step: str) -> Generator[None]:
    """Tell the engine why a step failed, in the words of AWS; it adds which resource it was."""
    try:
        yield
    except APPLY_ERRORS as error:
        failure = error if isinstance(error, RunFailed) else ApplyFailed.of(urn, step, error)
        _abort(context, failure.why or failure.what)
    except wire.UnsupportedValue as error:
        _abort(context, str(error))


def _abort(context: grpc.ServicerContext, message: str) -> NoReturn:
    context.abort(grpc.StatusCode.UNKNOWN, message)
    raise AssertionError("unreachable: abort raises")


def _abort_half_way(context: grpc.ServicerContext, state: State, failure: ApplyFailed) -> NoReturn:
    """Say that a resource exists and is not as wanted, so that the engine keeps it and comes back to it."""
    detail = provider_pb2.ErrorResourceInitFailed(
        id=state.id, properties=wire.to_struct(state.outputs), reasons=[failure.why]
    )
    packed = any_pb2.Any()
    packed.Pack(detail)
    code = grpc.StatusCode.UNKNOWN.value[0]
    status = status_pb2.Status(code=code, message=failure.why, details=[packed])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    _abort(context, failure.why)
