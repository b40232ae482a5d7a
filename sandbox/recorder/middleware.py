"""The WSGI middleware between the clients and moto: recognise, refuse or call, record."""

from __future__ import annotations

import io
import logging
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from moto.core.request import Request
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import get_input_stream

from sandbox.faults import Refusal
from sandbox.recorder.call import Scope, recognise
from sandbox.recorder.classification import is_management
from sandbox.recorder.credentials import refusal_of
from sandbox.recorder.event import build
from sandbox.recorder.refusals import answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

    from sandbox.callers import CallerDirectory
    from sandbox.faults import FaultPlan
    from sandbox.ledger import Ledger
    from sandbox.recorder.call import Call
    from sandbox.regions import RegionChoices

log: Final = logging.getLogger(__name__)


class Recorder:
    """Calls moto for every request, and writes each management call to the ledger before it is answered.

    Attributes:
        unrecognised: Requests that are not recorded because nobody recognised an API call in them, counted
            by moto's name of the service, or the caller's where moto has none.
    """

    def __init__(
        self,
        app: DomainDispatcherApplication,
        *,
        ledger: Ledger,
        callers: CallerDirectory,
        faults: FaultPlan,
        regions: RegionChoices,
    ) -> None:
        self._app = app
        self._ledger = ledger
        self._callers = callers
        self._faults = faults
        self._regions = regions
        self.unrecognised: Counter[str] = Counter()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        moment = datetime.now(UTC)
        body = get_input_stream(environ).read()
        _rewind(environ, body)
        scope = Scope.of(environ.get("HTTP_AUTHORIZATION", ""), environ.get("QUERY_STRING", ""))
        caller = self._callers.resolve(
            scope.access_key, account_hint=environ.get("HTTP_X_MOTO_ACCOUNT_ID"), region=scope.region
        )
        seen = dict(environ)
        # moto believes this header before it looks for the key in IAM, and a `region/...` in the user agent
        # before the signature: what happens must be what the record says.
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = caller.account
        environ["HTTP_USER_AGENT"] = environ.get("HTTP_USER_AGENT", "").replace("region/", "region-")
        try:
            backend: str = self._app.get_application(environ).service  # pyright: ignore[reportAttributeAccessIssue] - moto adds it
        except Exception:  # moto raises whatever its import of an absent service raises
            service = scope.service or "unknown service"
            log.warning("moto does not offer %s", service, exc_info=True)
            self.unrecognised[service] += 1
            return answer("rest-json", _not_there(service))(environ, start_response)
        _rewind(environ, body)
        call = recognise(backend, Request(seen | {"wsgi.input": environ["wsgi.input"]}))
        _rewind(environ, body)
        if call is None:
            self.unrecognised[backend] += 1
            return self._app(environ, start_response)
        what = {"service": call.service, "operation": call.operation.name}
        where = {"account": caller.account, "region": scope.region}
        if caller.expires is not None and scope.access_key and self._faults.expires(**what, **where):
            self._callers.expire(scope.access_key)
            caller = self._callers.resolve(scope.access_key)
        unknown = refusal_of(call, caller, region=scope.region, regions=self._regions)
        if unknown is not None:
            return answer(call.protocol, unknown)(environ, start_response)
        refusal = self._faults.refusal(**what, **where)
        if refusal is None and not is_management(call.service, call.operation):
            return self._app(environ, start_response)
        chunks, status, headers = self._run(environ, call, refusal)
        content = b"".join(chunks)
        if is_management(call.service, call.operation):
            _rewind(call.request.environ, body)
            events = build(
                call,
                caller=caller,
                region=scope.region,
                moment=moment,
                status=int(status.split()[0]),
                headers=headers.items(),
                body=content,
            )
            for event in events:
                self._ledger.append(event)
        start_response(status, list(headers.items()))
        return [content]

    def _run(self, environ: WSGIEnvironment, call: Call, refusal: Refusal | None) -> Any:
        if refusal is None:
            try:
                return run_wsgi_app(self._app, environ, buffered=True)
            except NotImplementedError:
                refusal = _not_there(f"{call.service} {call.operation.name}")
            except Exception as error:  # a client expects AWS's errors, not a page of HTML
                log.exception("moto failed at %s %s", call.service, call.operation.name)
                refusal = Refusal("InternalFailure", f"moto failed: {type(error).__name__}: {error}", 500)
        return run_wsgi_app(answer(call.protocol, refusal), environ, buffered=True)


def _rewind(environ: WSGIEnvironment, body: bytes) -> None:
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    # What werkzeug needs no longer to know: the body is here, whole.
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def _not_there(name: str) -> Refusal:
    message = f"The sandbox does not have {name}: moto does not implement it."
    return Refusal("NotImplementedException", message, 501)
