"""One lock for whatever builds werkzeug routes.

werkzeug compiles a route by way of `ast`, and CPython 3.11 can fail when two threads do that at once
(`SystemError: AST constructor recursion depth mismatch`, github.com/python/cpython/issues/106905). Requests come in
threads, and the first one to a service builds that service's routes: those of moto's application and those by which
the recorder recognises a call.
"""

from __future__ import annotations

import threading
from typing import Final

ROUTES: Final = threading.Lock()
"""Held while routes are built."""
