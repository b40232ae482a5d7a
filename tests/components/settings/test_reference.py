from pathlib import Path
from typing import Any

import yaml

from components.settings.reference import settings_reference
from components.settings.root import Settings

ROOT = Path(__file__).parents[3]


def declared() -> dict[str, dict[str, Any]]:
    """The configuration Pulumi.yaml declares."""
    return yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))["config"]


def test_the_settings_page_is_current() -> None:
    """docs/settings.md is what `python -m components.settings.reference` writes."""
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_reference()


def test_pulumi_yaml_declares_every_setting_as_the_program_describes_it() -> None:
    """`pulumi config` shows the same keys and the same words."""
    fields = {field.alias or name: field for name, field in Settings.model_fields.items()}
    described = {
        key: " ".join((field.description or "").split()) for key, field in fields.items() if ":" not in key
    }
    assert {key: " ".join(each["description"].split()) for key, each in declared().items()} == described


def test_pulumi_yamls_defaults_are_the_programs() -> None:
    """A project default never overrules a default of the models."""
    values = {key: each["default"] for key, each in declared().items() if each["default"] not in ({}, [])}
    settings = Settings.model_validate({"aws:region": "us-east-1", **values})
    assert settings == Settings.model_validate({"aws:region": "us-east-1"})


def test_pulumi_yaml_gives_every_key_a_type_and_a_default() -> None:
    """A typed key without a default would have to be set in every stack."""
    for key, each in declared().items():
        assert {"type", "default", "description"} <= each.keys(), key
        assert ("items" in each) == (each["type"] == "array"), key


def test_pulumi_uses_the_environment_that_make_setup_builds() -> None:
    """`pulumi up` and `make` share .venv, and installing for Pulumi alone pulls its own requirements only."""
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    assert project["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}
    assert "VENV   := .venv" in (ROOT / "Makefile").read_text(encoding="utf-8")
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["-r requirements/pulumi.txt"]
