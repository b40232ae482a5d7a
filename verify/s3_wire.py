"""GET of an object on S3 with as little as it takes: the fast lane for many small objects.

A log file of a few kilobytes is inflated and hashed in less time than any general client needs to ask for it. So this
one signs a request (SigV4), writes it on a kept connection, reads an answer of known length, and does nothing else.
Whatever is not exactly that (a key that needs escaping, a proxy, an error, a redirect, an answer of unknown length, a
connection that breaks) is not answered here: `get` returns None, and who asked goes the long way, which repeats and
explains.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from botocore.exceptions import BotoCoreError, ClientError

from verify.objects import Object, TooLarge
from verify.s3_signing import Signing

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.credentials import ReadOnlyCredentials

PATIENCE: Final = 20.0
"""How long one object may take, in seconds; after that it is left to whoever is patient and can tell why."""

_TIMEOUT: Final = 10.0
"""How long a connection may take, and each wait on it, in seconds."""
_PLAIN: Final = re.compile(r"(?:[A-Za-z0-9_.~-]+/)*[A-Za-z0-9_.~-]+")
"""Names that stand in a request as they are; CloudTrail's own keys do."""
_DOTS: Final = re.compile(r"(?:^|/)\.\.?(?:/|$)")
_OK: Final = "HTTP/1.1 200"
_END: Final = b"\r\n\r\n"
_READ: Final = 256 * 1024
_HEAD: Final = 64 * 1024
"""The most an answer's head may weigh, in bytes."""
_META: Final = "x-amz-meta-"
_UNUSUAL: Final = ("transfer-encoding", "content-encoding", "content-range")


class S3Wire:
    """The fast lane to one bucket; safe to use from many threads.

    Args:
        endpoint: S3's endpoint, `http://` or `https://`.
        bucket: The bucket.
        region: The Region that requests are signed for.
        credentials: Gives the present credentials; asked before every request.
        object_limit: The most one object may weigh, in bytes.
        authorities: A file of certificates to trust instead of the system's.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        bucket: str,
        region: str,
        credentials: Callable[[], ReadOnlyCredentials],
        object_limit: int,
        authorities: str | None = None,
    ) -> None:
        parts = urlsplit(endpoint)
        secure = parts.scheme == "https"
        host = parts.hostname or ""
        proxied = parts.scheme in getproxies() and not proxy_bypass(host)
        self._open = bool(_PLAIN.fullmatch(bucket)) and parts.path in ("", "/") and not proxied
        self._place = (host, parts.port or (443 if secure else 80))
        self._tls = ssl.create_default_context(cafile=authorities) if secure else None
        self._path = f"/{bucket}/"
        self._limit = object_limit
        self._signing = Signing(host=parts.netloc, region=region, credentials=credentials)
        self._idle: list[socket.socket] = []

    def get(self, key: str) -> Object | None:
        """Read one object; None when it takes more than this lane has.

        Raises:
            TooLarge: when it weighs more than the limit; it is not read then.
        """
        if not self._open or not _PLAIN.fullmatch(key) or _DOTS.search(key):
            return None
        try:
            request = self._signing.get(self._path + key)
        except (BotoCoreError, ClientError):  # credentials that cannot be had any more
            return None
        try:
            kept = self._idle.pop()
        except IndexError:
            kept = None
        for connection in (kept, None) if kept else (None,):  # S3 may have closed a kept one meanwhile
            try:
                return self._exchange(connection or self._connect(), request)
            except ssl.SSLError:
                self._open = (
                    False  # certificates that only others know how to judge: not to be tried each time
                )
            except (OSError, ValueError):
                continue
        return None

    def _connect(self) -> socket.socket:
        plain = socket.create_connection(self._place, timeout=_TIMEOUT)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._tls.wrap_socket(plain, server_hostname=self._place[0]) if self._tls else plain

    def _exchange(self, connection: socket.socket, request: bytes) -> Object | None:
        """Ask and read; the connection is kept only when nothing was unusual.

        Raises:
            OSError: when the connection breaks.
            ValueError: when the answer does.
        """
        keep = False
        try:
            until = time.monotonic() + PATIENCE
            connection.sendall(request)
            first, headers, body = _head(connection, until)
            length = int(headers.get("content-length", "-1"))
            if first[: len(_OK)] != _OK or length < 0 or any(name in headers for name in _UNUSUAL):
                return None
            if length > self._limit:
                raise TooLarge(f"it weighs {length} bytes, more than the {self._limit} that are read")
            if len(body) < length:
                body = _rest(connection, body, length, until)
            if len(body) > length:
                raise ValueError("more came than was asked for")
            keep = headers.get("connection", "").lower() != "close"
        finally:
            if keep:
                self._idle.append(connection)
            else:
                connection.close()
        metadata = {name[len(_META) :]: value for name, value in headers.items() if name.startswith(_META)}
        return Object(body, metadata, headers.get("etag", "").strip('"'))


def _head(connection: socket.socket, until: float) -> tuple[str, dict[str, str], bytes]:
    """The status line, the headers in lower case, and what has come of the body."""
    data = connection.recv(_READ)
    while (end := data.find(_END)) < 0:
        more = connection.recv(_READ)
        if not more or len(data) > _HEAD or time.monotonic() > until:
            raise ValueError("no whole answer came")
        data += more
    first, *lines = data[:end].decode("latin-1").split("\r\n")
    parts = (line.partition(":") for line in lines)
    return first, {name.lower(): value.strip() for name, _, value in parts}, data[end + len(_END) :]


def _rest(connection: socket.socket, begun: bytes, length: int, until: float) -> bytes:
    body = bytearray(length)
    body[: len(begun)] = begun
    view, place = memoryview(body), len(begun)
    while place < length:
        count = connection.recv_into(view[place:])
        if not count or time.monotonic() > until:
            raise ValueError("the answer broke off")
        place += count
    return bytes(body)
