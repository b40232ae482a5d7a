"""The control plane: what no AWS API can ask for, under `/_sandbox/`. JSON in, JSON out.

GET    /_sandbox/health      {"status": "ok"}
GET    /_sandbox/state       how much was captured, which faults struck, what no service recognised
GET    /_sandbox/events      every captured record, of ?account= and ?region= if given
POST   /_sandbox/events      capture a record as it is: {"record": {...}}
POST   /_sandbox/callers     make credentials: sandbox.callers.CallerDirectory.issue
POST   /_sandbox/envoy       report an Envoy proxy: sandbox.envoy.stream_record
POST   /_sandbox/faults      add a fault: sandbox.faults.FaultPlan
DELETE /_sandbox/faults      drop all faults
POST   /_sandbox/names       {"organization": "o-exampleorgid", "accounts": [...]}: ids of what is made next
POST   /_sandbox/switches    {"appMeshEnded": true, "lakeNewCustomer": false}, each as wanted
POST   /_sandbox/flush       deliver everything now
POST   /_sandbox/reset       forget everything
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from cloudtrail.errors import MeshtrailError
from sandbox.envoy import stream_record
from sandbox.ledger import CapturedEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from sandbox.recorder.middleware import Recorder
    from sandbox.state import SandboxState

PREFIX: Final = "/_sandbox/"


class ControlError(MeshtrailError):
    """A request to the control plane that it cannot follow."""


class ControlPlane:
    """A WSGI app for what is under `/_sandbox/`."""

    def __init__(self, state: SandboxState, *, recorder: Recorder, reset: Callable[[], None]) -> None:
        self._state = state
        self._recorder = recorder
        self._reset = reset
        self._routes: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "health"): lambda _: {"status": "ok"},
            ("GET", "state"): self._describe,
            ("GET", "events"): self._events,
            ("POST", "events"): self._capture,
            ("POST", "callers"): self._issue,
            ("POST", "envoy"): self._envoy,
            ("POST", "faults"): lambda request: {"id": state.faults.add(_document(request))},
            ("DELETE", "faults"): lambda _: state.faults.clear(),
            ("POST", "switches"): self._switch,
            ("POST", "names"): self._announce,
            ("POST", "flush"): lambda _: state.flush(),
            ("POST", "reset"): lambda _: reset(),
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; what is wrong with it is told as JSON, HTTP 400."""
        request = Request(environ)
        name = request.path.removeprefix(PREFIX)
        handler = self._routes.get((request.method, name))
        error: HTTPException
        if handler is None:
            known = any(name == path for _, path in self._routes)
            error = MethodNotAllowed() if known else NotFound()
            return error(environ, start_response)
        try:
            answer, status = handler(request), 200
        except MeshtrailError as refusal:
            answer, status = {"error": str(refusal)}, 400
        body = json.dumps({} if answer is None else answer)
        return Response(body, status, content_type="application/json")(environ, start_response)

    def _describe(self, _: Request) -> dict[str, Any]:
        return {
            "captured": len(self._state.ledger.events()),
            "faults": self._state.faults.counts(),
            "switches": self._state.switches(),
            "unrecognised": dict(self._recorder.unrecognised),
        }

    def _events(self, request: Request) -> dict[str, Any]:
        events = self._state.ledger.events(request.args.get("account"), request.args.get("region"))
        return {"Records": [event.record for event in events]}

    def _capture(self, request: Request) -> dict[str, Any]:
        record = _document(request).get("record")
        names = ("recipientAccountId", "awsRegion", "eventTime", "eventSource", "eventName")
        if not isinstance(record, dict) or not all(isinstance(record.get(name), str) for name in names):
            raise ControlError(
                "This is not a record that can be captured",
                where="POST /_sandbox/events",
                why=f"It needs {', '.join(names)}, each a text.",
                remedy='Send {"record": {...}} with a CloudTrail record.',
            )
        self._state.ledger.append(CapturedEvent.of(record))
        return {"eventID": record.get("eventID")}

    def _issue(self, request: Request) -> dict[str, Any]:
        credentials = self._state.callers.issue(_document(request))
        return {
            "accessKeyId": credentials.access_key_id,
            "secretAccessKey": credentials.secret_access_key,
        }

    def _envoy(self, request: Request) -> dict[str, Any]:
        record = stream_record(_document(request))
        self._state.ledger.append(CapturedEvent.of(record))
        return record

    def _announce(self, request: Request) -> None:
        document = _document(request)
        names = self._state.names
        names.organization = document.get("organization", names.organization)
        names.accounts.extend(map(str, document.get("accounts", [])))

    def _switch(self, request: Request) -> dict[str, Any]:
        for name, value in _document(request).items():
            if not isinstance(value, bool):
                raise ControlError(f"The switch {name!r} can be true or false, not {value!r}")
            self._state.switch(name, on=value)
        return self._state.switches()


def _document(request: Request) -> dict[str, Any]:
    try:
        document: object = json.loads(request.get_data() or b"{}")
    except ValueError as error:
        raise ControlError("The request is not JSON", where=request.path, why=str(error)) from error
    if not isinstance(document, dict):
        raise ControlError("The request is not a JSON object", where=request.path)
    return document
