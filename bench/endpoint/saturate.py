"""What the endpoint can do at most, asked by a client that does nothing but ask and count bytes.

`python -m bench.endpoint.saturate PORT SECONDS TARGET...` writes requests and bytes per second on a line.
"""

from __future__ import annotations

import selectors
import socket
import subprocess
import sys
import time
from itertools import cycle, islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONNECTIONS: Final = 4
"""How many connections ask at once."""
PIPELINED: Final = 25
"""How many requests go out at once on each."""

_READ: Final = 1024 * 1024


def saturated(port: int, targets: Sequence[str], *, seconds: float) -> tuple[float, float]:
    """Requests and bytes of bodies per second that an endpoint hands out.

    Args:
        port: Its port on loopback.
        targets: What is asked for, over and over.
        seconds: For how long.
    """
    command = [sys.executable, "-m", "bench.endpoint.saturate", str(port), str(seconds), *targets]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(said[0]), float(said[1])


class _Connection:
    """One connection, with a batch of requests under way on it."""

    def __init__(self, port: int, targets: Iterator[str]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self._targets = targets
        self._rest = b""
        self._owed = 0
        self._body = 0
        self.answered = 0
        self.received = 0

    def ask(self) -> None:
        """Send a batch of requests."""
        batch = islice(self._targets, PIPELINED)
        self.socket.sendall(b"".join(f"GET {one} HTTP/1.1\r\nHost: s3\r\n\r\n".encode() for one in batch))
        self._owed = PIPELINED

    def read(self) -> None:
        """Take what has come; ask again when the batch is answered."""
        data = self._rest + self.socket.recv(_READ)
        place = 0
        while place < len(data):
            if self._body:
                taken = min(self._body, len(data) - place)
                self._body -= taken
                place += taken
            else:
                end = data.find(b"\r\n\r\n", place)
                if end < 0:
                    break
                head = data[place:end].lower()
                self._body = int(head[head.index(b"content-length:") + 15 :].split(b"\r\n", 1)[0])
                self.received += self._body
                place = end + 4
            if not self._body:
                self.answered += 1
                self._owed -= 1
        self._rest = data[place:]
        if not self._owed:
            self.ask()


def main() -> None:
    """Ask for some seconds, and say how much came."""
    port, seconds, targets = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    connections = [_Connection(port, cycle(targets)) for _ in range(CONNECTIONS)]
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            connection.ask()
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        start = time.monotonic()
        while time.monotonic() < start + seconds:
            for ready, _ in selector.select():
                ready.data.read()
        took = time.monotonic() - start
    answered = sum(connection.answered for connection in connections)
    received = sum(connection.received for connection in connections)
    sys.stdout.write(f"{answered / took} {received / took}\n")


if __name__ == "__main__":
    main()
