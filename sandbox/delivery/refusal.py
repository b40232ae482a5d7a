"""Why something could not be delivered."""

from __future__ import annotations


class DeliveryRefused(Exception):
    """A service would refuse CloudTrail; `code` is what GetTrailStatus shows as the latest error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
