"""What every test has in common."""

import pytest
from hypothesis import settings

# A deadline for each example measures the machine, not the code; pytest-timeout bounds each whole test.
settings.register_profile("meshtrail", deadline=None)
settings.load_profile("meshtrail")

THOROUGH = "one of many that take long: `make thorough` runs all of them, and so does CI"

_GZIP = b"\x1f\x8b"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """No test is named by a gzip stream: it holds the second it was written in, and each worker writes its own."""
    return argname if isinstance(val, bytes) and val.startswith(_GZIP) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `thorough` run when they are asked for by `-m`, and say otherwise why they do not."""
    if config.option.markexpr:
        return
    for item in items:
        if item.get_closest_marker("thorough"):
            item.add_marker(pytest.mark.skip(reason=THOROUGH))
