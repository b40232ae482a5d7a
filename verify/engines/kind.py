"""The engines."""

from enum import StrEnum


class EngineKind(StrEnum):
    """Who reads the trails' log files."""

    LOCAL = "local"
    """This machine: every log file of the days asked for is fetched."""
    ATHENA = "athena"
    """Athena searches them where they lie, and hands out the events asked for."""
    LAKE = "lake"
    """Nobody: event data stores, which CloudTrail Lake searches, stand for them."""
