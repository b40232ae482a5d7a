"""The gRPC services a Pulumi program talks to: its resource monitor and its engine.

They turn messages into calls of a `Deployment` and back, and decide nothing. What the sandbox's engine does
not do (transforms, hooks, remote components, packages of other providers) is refused by name.
"""

from __future__ import annotations

import traceback
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc

from sandbox.engine import wire
from sandbox.engine.errors import Cancelled, DuplicateUrn, Refused, RunFailed
from sandbox.engine.log import Log, LogLine
from sandbox.engine.messages import reading_of, registration_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from sandbox.engine.deployment import Answer, Deployment
    from sandbox.engine.stack_config import StackConfig

_THREADS: Final = 32
_FEATURES: Final = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
)
_SEVERITIES: Final = {
    engine_pb2.DEBUG: "debug",
    engine_pb2.INFO: "info",
    engine_pb2.WARNING: "warning",
    engine_pb2.ERROR: "error",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a program may ask about its own run."""

    project: str
    stack: str
    organization: str
    config: StackConfig
    preview: bool
    parallel: int


def _not_done(what: str) -> Any:
    """A method that ends the run because the program needs what this engine does not do."""

    def refuse(self: MonitorService, request: Any, context: grpc.ServicerContext) -> NoReturn:
        del request
        self.refuse(what, context)

    return refuse


class MonitorService(resource_pb2_grpc.ResourceMonitorServicer):
    """The resource monitor: registers, reads and invokes on behalf of the program."""

    def __init__(self, deployment: Deployment, about: About, log: Log) -> None:
        self._deployment = deployment
        self._about = about
        self._log = log

    def GetDeploymentInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """The run's project, stack and configuration, and what this monitor can do."""
        del request, context
        about = self._about
        return resource_pb2.DeploymentInfo(
            project=about.project,
            stack=about.stack,
            organization=about.organization,
            config=dict(about.config.values),
            configSecretKeys=sorted(about.config.secret_keys),
            dryRun=about.preview,
            parallel=about.parallel,
            supportedFeatures=list(_FEATURES),
        )

    def RegisterResource(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Register a resource: the answer comes when it is as wanted."""
        with self._failures(context):
            answer = self._deployment.register(registration_of(self._deployment, request))
            return resource_pb2.RegisterResourceResponse(
                urn=answer.urn, id=answer.id, object=_outputs(answer), result=resource_pb2.SUCCESS
            )

    def ReadResource(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Look up a resource somebody else manages."""
        with self._failures(context):
            answer = self._deployment.register(reading_of(self._deployment, request))
            return resource_pb2.ReadResourceResponse(
                urn=answer.urn, id=answer.id, properties=_outputs(answer), result=resource_pb2.SUCCESS
            )

    def RegisterResourceOutputs(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """The outputs of a component, or of the stack."""
        with self._failures(context):
            self._deployment.register_outputs(request.urn, wire.from_struct(request.outputs))
            return empty_pb2.Empty()

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Call a provider's function; a failure is the program's to catch."""
        with self._failures(context, fatal=False):
            args = {key: wire.reveal(value) for key, value in wire.from_struct(request.args).items()}
            result = self._deployment.invoke(request.tok, args, request.provider)
            if result is None:
                return resource_pb2.ResourceInvokeResponse(unknown=True)
            # `return` is a keyword, so the field can only be named in a map
            answered: dict[str, Any] = {"return": wire.to_struct(result)}
            return resource_pb2.ResourceInvokeResponse(**answered)

    def SignalAndWaitForShutdown(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """The program is through; nothing of it (no hook) is needed for what is left to do."""
        del request, context
        return empty_pb2.Empty()

    Call = _not_done("method calls on resources")
    ExistsResource = _not_done("questions whether a resource exists")
    RegisterStackTransform = _not_done("transforms")
    RegisterStackInvokeTransform = _not_done("transforms")
    RegisterResourceHook = _not_done("resource hooks")
    RegisterErrorHook = _not_done("resource hooks")
    RegisterPackage = _not_done("parameterized packages")

    @contextmanager
    def _failures(self, context: grpc.ServicerContext, *, fatal: bool = True) -> Generator[None]:
        try:
            yield
        except (RunFailed, wire.UnsupportedValue) as error:
            failure = error if isinstance(error, RunFailed) else Refused(str(error))
            if fatal and not isinstance(failure, Cancelled):
                self._deployment.stop(failure)
            _abort(context, failure)
        except Exception as error:  # noqa: BLE001  # a defect of the engine must end the run, not hang it
            self._log.add(LogLine("debug", traceback.format_exc()))
            failure = Refused("The sandbox's engine failed", why=f"{type(error).__name__}: {error}")
            self._deployment.stop(failure)
            _abort(context, failure)

    def refuse(self, what: str, context: grpc.ServicerContext) -> NoReturn:
        """End the run because the program needs something that this engine does not do."""
        failure = Refused(f"The sandbox's engine does not do {what}")
        self._deployment.stop(failure)
        _abort(context, failure)


class EngineService(engine_pb2_grpc.EngineServicer):
    """The engine's side services: the log, and who the root is."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._root = ""

    def Log(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Take a line of the program's log."""
        del context
        severity = _SEVERITIES.get(request.severity, "info")
        if severity != "debug":  # the SDK's own chatter, about every step it takes
            self._log.add(LogLine(severity, request.message, request.urn))
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """The stack's URN."""
        del request, context
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Take the stack's URN."""
        del context
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # the protocol's name
        """Any version will do: this engine is none of Pulumi's releases."""
        del request, context
        return engine_pb2.RequirePulumiVersionResponse()


@contextmanager
def serving(deployment: Deployment, about: About, log: Log) -> Generator[str]:
    """Serve both services on a free local port for as long as the block lasts; gives the address."""
    with futures.ThreadPoolExecutor(_THREADS, thread_name_prefix="sandbox-engine") as pool:
        server = grpc.server(pool)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(
            MonitorService(deployment, about, log), server
        )
        engine_pb2_grpc.add_EngineServicer_to_server(EngineService(log), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            server.stop(grace=0).wait()


def _abort(context: grpc.ServicerContext, error: Exception) -> NoReturn:
    code = grpc.StatusCode.INVALID_ARGUMENT
    if isinstance(error, DuplicateUrn):
        code = grpc.StatusCode.ALREADY_EXISTS
    elif isinstance(error, Cancelled):
        code = grpc.StatusCode.CANCELLED
    context.abort(code, str(error))
    raise AssertionError("unreachable: abort raises")


def _outputs(answer: Answer) -> Any:
    return wire.to_struct(answer.outputs)
