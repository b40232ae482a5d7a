from __future__ import annotations

import pytest

from sandbox.settings import SandboxSettings, SandboxSettingsError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("digest_interval", 0.5),
        ("delivery_interval", 0),
        ("history_delay", -1),
        ("lake_delay", -1),
        ("lookup_tps", 0),
        ("port", -1),
    ],
)
def test_settings_that_cannot_work_are_refused(name: str, value: float) -> None:
    """A value out of bounds is refused, named, with the bound and the option to mend it."""
    with pytest.raises(SandboxSettingsError) as refused:
        SandboxSettings(**{name: value})  # pyright: ignore[reportArgumentType] - one of the settings
    assert name in refused.value.what
    assert f"--{name.replace('_', '-')}" in refused.value.remedy


def test_the_defaults_work() -> None:
    """A sandbox needs no settings, and its digests keep the one-second distance their keys need."""
    assert SandboxSettings().digest_interval >= 1
