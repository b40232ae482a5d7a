"""What must never be written down: no log line, no journal and no error may hold a credential."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN: Final = "[hidden]"
LONGEST: Final = 2000
"""How much of what Pulumi said is kept, in characters; all of it is in Pulumi's own log."""

_SECRET_NAMES: Final = re.compile(
    r"SECRET|TOKEN|PASSPHRASE|PASSWORD|ACCESS_KEY|EXTERNAL_ID|CREDENTIAL", re.IGNORECASE
)
_PATHS: Final = re.compile(r"_(FILE|PATH|URI|RELATIVE_URI)$", re.IGNORECASE)
_SHORTEST: Final = 4
_SECRET_FORMS: Final = (
    re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    re.compile(r"\bpul-[0-9a-f]{16,}\b"),
    re.compile(r"(?<=://)[^/\s@]+(?=@)"),
    re.compile(r"(?<=X-Amz-Security-Token=)[^&\s]+|(?<=X-Amz-Signature=)[^&\s]+"),
    re.compile(r"(?<=aws_session_token=)\S+|(?<=aws_secret_access_key=)\S+", re.IGNORECASE),
)
_COLORS: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|<\{%[^%]*%\}>")


class Redaction:
    """Hides the credentials of an environment, and what has the form of one.

    Args:
        environment: Its variables; the values of those whose names speak of secrets are hidden.
        also: More values to hide.
    """

    def __init__(self, environment: Mapping[str, str], *also: str) -> None:
        found = {
            value
            for name, value in environment.items()
            if _SECRET_NAMES.search(name) and not _PATHS.search(name)
        }
        known = {value.strip() for value in found | set(also)}
        self._known = sorted((value for value in known if len(value) >= _SHORTEST), key=len, reverse=True)

    def of(self, text: str) -> str:
        """The text without credentials and colors, and no longer than is useful."""
        plain = _COLORS.sub("", text)
        for value in self._known:
            plain = plain.replace(value, HIDDEN)
        for form in _SECRET_FORMS:
            plain = form.sub(HIDDEN, plain)
        plain = plain.strip()
        return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]} ..."


def place_of(url: str) -> str:
    """A backend's address without what may be secret in it: user, password and query."""
    parts = urlsplit(url)
    if not parts.scheme:
        return url
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
