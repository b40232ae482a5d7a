"""Which events or claims a link of the page leads to: what its script reads from `data-events` and `data-claims`.

The same text stands in the page's address behind `#events?`, so any view can be kept and sent.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from verify.report.text import bounded, visible

MAX_TERM: Final = 500
"""As much of a text as the page's data holds of it, so that the two compare equal."""


def query(**filters: str | tuple[str, ...] | None) -> str:
    """The filters as a URL query, in the order given; what is empty is left out, several values are put by commas.

    Values are made visible and bounded first, as every text in the page's data is.
    """
    given = [
        (name, ",".join(value) if isinstance(value, tuple) else bounded(visible(value), MAX_TERM))
        for name, value in filters.items()
        if value
    ]
    return urlencode(given)
