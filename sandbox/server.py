"""The sandbox's server: control plane, recorder and moto behind one address.

    clients → ControlPlane   /_sandbox/*
            → Recorder       everything else: recognise, record
                → moto       DomainDispatcherApplication, with our CloudTrail, STS and App Mesh

moto keeps its state in the process, not in a server: only one sandbox can run in a process at a time.
`sandbox.process.spawn` runs more, each in a process of its own.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, Self

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler
from moto.organizations.models import organizations_backends
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

from cloudtrail.errors import MeshtrailError
from sandbox import appmesh, bucket_policies, object_lock, stack_sets
from sandbox.api.responses import BackendApps
from sandbox.control import PREFIX, ControlPlane
from sandbox.recorder.middleware import Recorder
from sandbox.settings import HOST, SandboxSettings
from sandbox.state import SandboxState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_POLL_SECONDS: Final = 0.02
"""How soon a server that is told to stop notices."""
_only_one: Final = threading.Lock()


class SandboxAlreadyRunning(MeshtrailError):
    """A second sandbox in one process would share moto's state with the first."""


class PortTaken(MeshtrailError):
    """The sandbox cannot listen where it was told to."""


class QuietHandler(MotoRequestHandler):
    """moto's request handler without a line of log for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Sandbox:
    """A running sandbox, in threads of this process; a context manager.

    Attributes:
        settings: What it is, or will be, started with.
        state: What it knows, for tests that look inside; set once started.
        endpoint: Where it answers, e.g. `http://127.0.0.1:40123`; set once started.
    """

    state: SandboxState
    endpoint: str

    def __init__(self, settings: SandboxSettings | None = None) -> None:
        self.settings = settings or SandboxSettings()
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self._recorder: Recorder
        self._control: ControlPlane

    def start(self) -> Self:
        """Listen, and begin to deliver.

        Raises:
            SandboxAlreadyRunning: when one runs in this process already.
            PortTaken: when the port is in use.
        """
        if not _only_one.acquire(blocking=False):
            raise SandboxAlreadyRunning(
                "A sandbox is already running in this process",
                why="moto keeps one state for the whole process.",
                remedy="Stop it first, or use sandbox.process.spawn for one in a process of its own.",
            )
        try:
            self._server = _listen(self._answer, self.settings.port)
        except PortTaken:
            _only_one.release()
            raise
        self._reset_moto()
        self.state = SandboxState(self.settings)
        appmesh.register(self.state.app_mesh)
        stack_sets.register()
        bucket_policies.enforce()
        object_lock.enforce()
        self._recorder = Recorder(
            DomainDispatcherApplication(BackendApps(self.state)),
            ledger=self.state.ledger,
            callers=self.state.callers,
            faults=self.state.faults,
            regions=self.state.regions,
        )
        self._control = ControlPlane(self.state, recorder=self._recorder, reset=self.reset)
        self.endpoint = f"http://{HOST}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="sandbox-server", daemon=True
        )
        self._thread.start()
        self.state.courier.start()
        return self

    def stop(self) -> None:
        """Stop delivering and listening; may be called twice."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.server_close()
        if self._thread is not None:
            self._thread.join()
        self._server = None
        self.state.close()
        # What moto holds is the process's: whoever uses moto here next, with or without a sandbox, begins anew.
        self._reset_moto()
        _only_one.release()

    def reset(self) -> None:
        """Forget everything: what moto holds, what was captured, callers and faults. For use between tests."""
        self.state.clear()
        self._recorder.unrecognised.clear()
        self._reset_moto()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The whole server as one WSGI app."""
        control = environ.get("PATH_INFO", "").startswith(PREFIX)
        return (self._control if control else self._recorder)(environ, start_response)

    def _reset_moto(self) -> None:
        BackendDict.reset()
        # Two tables that moto keeps beside its backends.
        s3_backends.bucket_accounts.clear()
        organizations_backends.master_accounts.clear()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _listen(app: Any, port: int) -> Any:
    try:
        server = make_server(HOST, port, app, threaded=True, request_handler=QuietHandler)
    except SystemExit as error:  # werkzeug's answer to a port in use
        raise PortTaken(
            f"Port {port} of {HOST} is in use", remedy="Choose another --port, or 0 for a free one."
        ) from error
    # Connections that clients keep open must not keep the server from stopping.
    server.daemon_threads = True  # pyright: ignore[reportAttributeAccessIssue] - of the threading mix-in
    server.block_on_close = False  # pyright: ignore[reportAttributeAccessIssue] - of the threading mix-in
    return server
