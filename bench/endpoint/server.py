"""The endpoint's process: `python -m bench.endpoint.server`. It writes its port on a line and serves until killed."""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec
import uvloop

from bench.corpus import Signer, Spec, objects
from bench.endpoint.buckets import Answer, Buckets, answer, head_of
from bench.endpoint.calls import Calls
from bench.endpoint.http import Connection, Request, Traffic
from bench.endpoint.listing import listing

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTROL: Final = "/-/"
"""Where the bench's own requests begin; no bucket is called so."""
_BACKLOG: Final = 1024
_LOCATION: Final = b'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'


class Endpoint:
    """Answers whatever is no GET of an object that is there."""

    def __init__(self) -> None:
        self.buckets = Buckets()
        self.traffic = Traffic()
        self._signer = Signer()
        self._calls = Calls(self._signer)

    def respond(self, request: Request) -> Answer:
        """Answer a request."""
        parts = urlsplit(request.target)
        path, query = parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))
        if path.startswith(CONTROL):
            return self._control(path.removeprefix(CONTROL), request.body)
        name, _, key = unquote(path).lstrip("/").partition("/")
        if request.method == "POST":
            return self._calls.answer(request.headers.get("x-amz-target", ""), request.body)
        found = self._object(name, key) if key else self._bucket(name, query)
        return head_of(found) if request.method == "HEAD" else found

    def _bucket(self, name: str, query: Mapping[str, str]) -> Answer:
        bucket = self.buckets.by_name.get(name)
        if bucket is None:
            return _error("404 Not Found", "NoSuchBucket")
        if "location" in query:
            return answer("200 OK", _LOCATION)
        return answer("200 OK", listing(name, bucket, query))

    def _object(self, name: str, key: str) -> Answer:
        found = self.buckets.answers.get(f"/{name}/{key}".encode())
        return found or _error("404 Not Found", "NoSuchKey")

    def _control(self, what: str, body: bytes) -> Answer:
        if what == "serve":
            spec = msgspec.json.decode(body, type=Spec)
            for other in list(self.buckets.by_name):
                self.buckets.drop(other)
            bucket = self.buckets.fill(spec.bucket, objects(spec, self._signer))
            self._calls.bucket = spec.bucket
            return _said({"inflated": bucket.inflated, "stored": bucket.stored})
        used = resource.getrusage(resource.RUSAGE_SELF)
        return _said(
            {
                "cpu_seconds": used.ru_utime + used.ru_stime,
                "clock": time.monotonic(),
                "requests": self.traffic.requests,
                "sent": self.traffic.sent,
            }
        )


def _said(document: Mapping[str, float]) -> Answer:
    return answer("200 OK", json.dumps(document).encode(), kind="application/json")


def _error(status: str, code: str) -> Answer:
    body = f"<Error><Code>{code}</Code><Message>The bench has none.</Message></Error>"
    return answer(status, body.encode())


async def serve(latency: float) -> None:
    """Serve on a free port of loopback, and write the port on stdout."""
    endpoint = Endpoint()
    make = partial(Connection, endpoint.buckets.answers, endpoint.respond, endpoint.traffic, latency)
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, backlog=_BACKLOG)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds every answer is held back")
    uvloop.run(serve(parser.parse_args().latency))


if __name__ == "__main__":
    main()
