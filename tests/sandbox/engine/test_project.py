from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cloudtrail.errors import SettingsError
from sandbox.engine.project import NotAProject, load_project

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Tiny


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    """The error names the file that is missing and the folder it was looked for in."""
    with pytest.raises(NotAProject, match=r"no Pulumi\.yaml"):
        load_project(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("runtime: python\n", "no name"),
        ("name: x\nruntime: nodejs\n", "nodejs"),
        ("name: x\nruntime: {name: go}\n", "go"),
        ("- a list\n", "does not hold a map"),
        ("name: [\n", "not YAML"),
        ("name: x\nruntime: python\nconfig: [a]\n", "not a map"),
    ],
)
def test_a_project_file_that_is_none_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """What is wrong with Pulumi.yaml is said."""
    (tmp_path / "Pulumi.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(NotAProject, match=told):
        load_project(tmp_path)


def test_declarations_are_read_with_their_namespace(tiny: Tiny) -> None:
    """A bare key belongs to the project; a short form is a value; another package's key has a value only."""
    tiny.configure(
        project="""
        config:
          size: {type: integer, default: 3}
          short: hello
          aws:maxRetries: {value: 5}
          hidden: {type: string, secret: true}
        """
    )
    found = load_project(tiny.folder).declarations
    assert {key: (one.type, one.default, one.secret) for key, one in found.items()} == {
        "tiny:size": ("integer", 3, False),
        "tiny:short": (None, "hello", False),
        "aws:maxRetries": (None, 5, False),
        "tiny:hidden": ("string", None, True),
    }


def test_what_pulumi_does_not_allow_in_a_schema_is_refused_together(tiny: Tiny) -> None:
    """Every key with a broken declaration is in one error."""
    tiny.configure(
        project="""
        config:
          odd: {type: map}
          both: {type: string, default: a, value: b}
          many: {type: array}
          aws:region: {type: string, default: eu-west-1}
        """
    )
    with pytest.raises(SettingsError) as caught:
        load_project(tiny.folder)
    assert [problem.key for problem in caught.value.problems] == [
        "tiny:odd",
        "tiny:both",
        "tiny:many",
        "aws:region",
    ]
