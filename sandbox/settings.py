"""What a sandbox can be told before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cloudtrail.errors import MeshtrailError

HOST: Final = "127.0.0.1"
"""The only address the sandbox listens on: it believes whatever it is told."""


class SandboxSettingsError(MeshtrailError):
    """A sandbox cannot be started with these settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """Everything that can be set; times are in seconds and stand for AWS's minutes and hours.

    Attributes:
        port: Where to listen on 127.0.0.1; 0 takes a free port.
        delivery_interval: How often a trail delivers log files (AWS: about every 5 minutes).
        digest_interval: How often a trail with log file validation delivers a digest (AWS: every hour); at
            least 1, because a digest's key tells the time to the second.
        history_delay: How long an event takes to show in Event history.
        lake_delay: How long an event takes to show in an event data store.
        lookup_tps: LookupEvents calls a second, per account and Region (AWS: 2).
        lake_new_customer: Whether CloudTrail Lake refuses to create event data stores, as it does for
            customers who were not using it on 2026-05-31.
        app_mesh_ended: Whether App Mesh refuses every call, as AWS does since 2026-09-30.
        seed: What randomness starts from, so that a run with faults can be repeated; None is different
            each time.
    """

    port: int = 0
    delivery_interval: float = 1.0
    digest_interval: float = 4.0
    history_delay: float = 0.0
    lake_delay: float = 0.0
    lookup_tps: float = 2.0
    lake_new_customer: bool = False
    app_mesh_ended: bool = False
    seed: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            SandboxSettingsError: when an interval or a delay is out of bounds.
        """
        for name, least in (
            ("port", 0),
            ("delivery_interval", 0.05),
            ("digest_interval", 1),
            ("history_delay", 0),
            ("lake_delay", 0),
            ("lookup_tps", 0.1),
        ):
            value: float = getattr(self, name)
            if value < least:
                raise SandboxSettingsError(
                    f"{name} is {value}",
                    where="sandbox settings",
                    why=f"It has to be at least {least}.",
                    remedy=f"Give --{name.replace('_', '-')} a value of {least} or more.",
                )
