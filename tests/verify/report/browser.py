"""A real browser for tests: Chromium driven by chromedriver over the WebDriver protocol (w3.org/TR/webdriver2)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.request import ProxyHandler, Request, build_opener

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

CHROMIUM: Final = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
CHROMEDRIVER: Final = shutil.which("chromedriver")

QUIET: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
"""Chromium without a window, and without a thought of its own about the network."""


class Browser:
    """One session with a browser."""

    def __init__(self, driver: str, profile: Path, *flags: str) -> None:
        self._driver = driver
        options = {"binary": CHROMIUM, "args": [*QUIET, f"--user-data-dir={profile}", *flags]}
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        made = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{made['sessionId']}"

    def open(self, page: Path, fragment: str = "") -> None:
        """Open a file, perhaps at a place within it, and wait until it has loaded."""
        # The same file at another place would not be loaded again.
        self._call("POST", f"{self._session}/url", {"url": "about:blank"})
        self._call("POST", f"{self._session}/url", {"url": page.as_uri() + fragment})

    def back(self) -> None:
        """Do what the browser's own Back does."""
        self._call("POST", f"{self._session}/back", {})

    def run(self, script: str) -> Any:
        """The value that a script body returns."""
        return self._call("POST", f"{self._session}/execute/sync", {"script": script, "args": []})

    def press(self, keys: str) -> None:
        r"""Type keys into whatever has the focus; `\ue004` is Tab, `\ue007` Enter."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._call(
            "POST",
            f"{self._session}/actions",
            {"actions": [{"type": "key", "id": "keys", "actions": actions}]},
        )

    def devtools(self, command: str, **parameters: object) -> Any:
        """What a DevTools command answers."""
        return self._call("POST", f"{self._session}/goog/cdp/execute", {"cmd": command, "params": parameters})

    def console(self) -> list[str]:
        """What the page, or the browser about the page, wrote to the console since the last call."""
        return [
            entry["message"] for entry in self._call("POST", f"{self._session}/se/log", {"type": "browser"})
        ]

    def close(self) -> None:
        """End the session and its browser."""
        self._call("DELETE", self._session)

    def _call(self, method: str, path: str, body: dict[str, object] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(self._driver + path, data=data, method=method, headers=headers)  # noqa: S310 -- our own driver
        with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
            return json.load(answer)["value"]


@contextmanager
def driven(profile: Path, *flags: str) -> Generator[Browser]:
    """A browser with an empty profile in that folder."""
    assert CHROMEDRIVER is not None
    process = subprocess.Popen(
        [CHROMEDRIVER, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        browser = Browser(f"http://127.0.0.1:{_port(process)}", profile, *flags)
        try:
            yield browser
        finally:
            browser.close()
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"successfully on port (\d+)", line):
            # Nobody reads the rest, and a full pipe would stop the driver.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return int(found[1])
    raise AssertionError("chromedriver ended before it said its port")
