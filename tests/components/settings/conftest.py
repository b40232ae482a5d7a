"""Reads settings as Pulumi hands them over: every value a text, structures as JSON."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from cloudtrail.errors import Problem, SettingsError
from components.settings import Settings, read_settings

Reader = Callable[[Mapping[str, Any]], Settings]


def as_pulumi_does(values: Mapping[str, Any]) -> dict[str, str]:
    """Scalars as texts, lists and objects as JSON."""
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in {"aws:region": "us-east-1", **values}.items()
        if value is not None
    }


@pytest.fixture
def read() -> Reader:
    """Reads a configuration; keys without a namespace are the project's, and the Region is us-east-1."""

    def go(values: Mapping[str, Any]) -> Settings:
        full = {key if ":" in key else f"meshtrail:{key}": value for key, value in values.items()}
        return read_settings(as_pulumi_does(full), where="Pulumi.test.yaml")

    return go


@pytest.fixture
def refused(read: Reader) -> Callable[[Mapping[str, Any]], list[Problem]]:
    """Every problem of a configuration that must not be accepted."""

    def go(values: Mapping[str, Any]) -> list[Problem]:
        with pytest.raises(SettingsError) as caught:
            read(values)
        return list(caught.value.problems)

    return go
