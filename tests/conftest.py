"""What every test has in common."""

from hypothesis import settings

# A deadline for each example measures the machine, not the code; pytest-timeout bounds each whole test.
settings.register_profile("meshtrail", deadline=None)
settings.load_profile("meshtrail")

_GZIP = b"\x1f\x8b"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """No test is named by a gzip stream: it holds the second it was written in, and each worker writes its own."""
    return argname if isinstance(val, bytes) and val.startswith(_GZIP) else None
