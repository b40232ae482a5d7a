from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cloudtrail.errors import SettingsError
from sandbox.engine.project import NotAProject, load_project
from sandbox.engine.stack_config import StackConfig, load_stack_config
from sandbox.engine.wire import Secret

if TYPE_CHECKING:
    from .conftest import Tiny


def load(tiny: Tiny, overrides: dict[str, Any] | None = None) -> StackConfig:
    """The configuration of the stack `dev`."""
    return load_stack_config(load_project(tiny.folder), "dev", overrides)


def problems(tiny: Tiny, overrides: dict[str, Any] | None = None) -> dict[str, str]:
    """What is wrong with it, by key."""
    with pytest.raises(SettingsError) as caught:
        load(tiny, overrides)
    return {problem.key: problem.message for problem in caught.value.problems}


def test_defaults_fill_what_the_stack_leaves_out(tiny: Tiny) -> None:
    """The project's default holds until the stack sets the key."""
    tiny.configure(
        project="config: {a: {type: string, default: x}, b: {type: string, default: y}}\n",
        stack="tiny:b: z\n",
    )
    assert load(tiny).values == {"aws:region": "eu-west-1", "tiny:a": "x", "tiny:b": "z"}


def test_everything_reaches_the_program_as_text(tiny: Tiny) -> None:
    """Scalars are written as the CLI writes them; what is not a scalar is JSON."""
    tiny.configure(stack="tiny:yes: true\ntiny:number: 7\ntiny:list: [1, a]\ntiny:map: {a: {b: false}}\n")
    values = load(tiny).values
    assert (values["tiny:yes"], values["tiny:number"]) == ("true", "7")
    assert json.loads(values["tiny:list"]) == [1, "a"]
    assert json.loads(values["tiny:map"]) == {"a": {"b": False}}


def test_a_key_without_a_namespace_belongs_to_the_project(tiny: Tiny) -> None:
    """In a stack's file as in the project's."""
    assert load(tiny.configure(stack="size: 3\n")).values["tiny:size"] == "3"


@pytest.mark.parametrize(
    ("declared", "value", "fits"),
    [
        ("string", "text", True),
        ("string", "7", True),
        ("string", "[a]", False),
        ("integer", "7", True),
        ("integer", '"7"', True),
        ("integer", "-7", True),
        ("integer", "7.0", True),
        ("integer", "7.5", False),
        ("integer", "seven", False),
        ("boolean", "true", True),
        ("boolean", '"false"', True),
        ("boolean", "1", False),
        ("object", "{a: 1}", True),
        ("object", "text", False),
        ("object", "[a]", False),
        ("array, items: {type: integer}", "[1, 2]", True),
        ("array, items: {type: integer}", "[1, x]", False),
        ("array, items: {type: integer}", "1", False),
        ("array, items: {type: array, items: {type: string}}", "[[a], [b]]", True),
        ("array, items: {type: array, items: {type: string}}", "[a]", False),
    ],
)
def test_values_are_checked_against_their_types(tiny: Tiny, *, declared: str, value: str, fits: bool) -> None:
    """The declared type decides, as in the CLI; numbers and truths may be written as text."""
    tiny.configure(project=f"config: {{key: {{type: {declared}}}}}\n", stack=f"tiny:key: {value}\n")
    if fits:
        assert "tiny:key" in load(tiny).values
    else:
        assert "must be of type" in problems(tiny)["tiny:key"]


def test_every_problem_is_told_at_once(tiny: Tiny) -> None:
    """Missing and wrong values come together, each with its key."""
    tiny.configure(
        project="config: {a: {type: string}, b: {type: integer}, c: {type: boolean}}\n",
        stack="tiny:b: x\ntiny:c: true\n",
    )
    assert problems(tiny) == {
        "tiny:a": "is required, and stack 'dev' does not set it.",
        "tiny:b": "must be of type integer, not 'x'.",
    }


def test_encrypted_values_are_refused_unless_overridden(tiny: Tiny) -> None:
    """The sandbox has no keys, so what is encrypted has to be given for the run."""
    tiny.configure(
        project="config: {hidden: {type: string, secret: true}}\n",
        stack="tiny:hidden: {secure: AAABAA}\n",
    )
    assert "encrypted" in problems(tiny)["tiny:hidden"]
    config = load(tiny, {"hidden": Secret("x")})
    assert config.values["tiny:hidden"] == "x"
    assert config.secret_keys == {"tiny:hidden"}


def test_a_secret_in_plain_text_is_refused(tiny: Tiny) -> None:
    """A key the project calls secret must not be kept in plain text."""
    tiny.configure(project="config: {hidden: {type: string, secret: true}}\n", stack="tiny:hidden: x\n")
    assert "must be encrypted" in problems(tiny)["tiny:hidden"]


def test_overrides_win_and_none_takes_away(tiny: Tiny) -> None:
    """A run's own values come before the stack's; None makes the default hold again."""
    tiny.configure(project="config: {a: {type: string, default: x}}\n", stack="tiny:a: y\ntiny:b: z\n")
    assert load(tiny, {"a": "w"}).values["tiny:a"] == "w"
    taken = load(tiny, {"tiny:a": None, "b": None}).values
    assert taken["tiny:a"] == "x"
    assert "tiny:b" not in taken


def test_a_stack_without_a_file_is_refused(tiny: Tiny) -> None:
    """A stack nobody configured is named with the file it lacks."""
    with pytest.raises(NotAProject, match=r"Pulumi\.other\.yaml"):
        load_stack_config(load_project(tiny.folder), "other")


def test_esc_environments_are_refused(tiny: Tiny) -> None:
    """The sandbox has no Pulumi ESC."""
    (tiny.folder / "Pulumi.dev.yaml").write_text("environment: [shared]\n", encoding="utf-8")
    with pytest.raises(NotAProject, match="ESC"):
        load(tiny)


def test_stack_files_may_lie_elsewhere(tiny: Tiny) -> None:
    """`stackConfigDir` says where."""
    tiny.configure(project="stackConfigDir: stacks\n")
    (tiny.folder / "stacks").mkdir()
    (tiny.folder / "Pulumi.dev.yaml").rename(tiny.folder / "stacks" / "Pulumi.dev.yaml")
    assert load(tiny).values == {"aws:region": "eu-west-1"}


def test_a_package_sees_its_own_configuration(tiny: Tiny) -> None:
    """A provider sees its own keys without the namespace, still as text."""
    tiny.configure(stack="aws:endpoints: [{s3: 'http://127.0.0.1:1'}]\naws:accessKey: test\n")
    assert load(tiny).of_package("aws") == {
        "region": "eu-west-1",
        "endpoints": '[{"s3":"http://127.0.0.1:1"}]',
        "accessKey": "test",
    }


def test_a_wrong_configuration_is_the_runs_error(tiny: Tiny) -> None:
    """A run with a wrong configuration says so, and the program is not run."""
    tiny.configure(project="config: {a: {type: string}}\n").write("raise SystemExit('not to be run')")
    run = tiny.run()
    assert run.error is not None
    assert "tiny:a" in run.error
