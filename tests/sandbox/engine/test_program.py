from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pulumi
from pulumi.runtime import settings

from sandbox.engine.log import LogLine

from .conftest import Tiny

if TYPE_CHECKING:
    from pathlib import Path


def test_log_lines_are_captured(tiny: Tiny) -> None:
    """What the program logs is kept in order with its severity, and with the resource it is about."""
    run = tiny.up(
        """
        pulumi.log.info("hello")
        pulumi.log.warn("careful")
        Thing("thing")
        """
    )
    assert run.log == [LogLine("info", "hello"), LogLine("warning", "careful")]


def test_a_log_line_may_be_about_a_resource(tiny: Tiny) -> None:
    """A line about a resource carries its URN."""
    run = tiny.up('box = Box("box"); pulumi.log.info("made", box)')
    assert run.log == [LogLine("info", "made", "urn:pulumi:dev::tiny::tiny:index:Box::box")]


def test_the_program_knows_where_it_runs(tiny: Tiny) -> None:
    """Project, stack, organization, root folder and preview are what the program is told."""
    run = tiny.up(
        """
        pulumi.export("who", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()])
        pulumi.export("root", pulumi.get_root_directory())
        pulumi.export("preview", pulumi.runtime.is_dry_run())
        """,
        organization="mesh",
    )
    assert run.outputs["who"] == ["tiny", "dev", "mesh"]
    assert run.outputs["root"] == str(tiny.folder)
    assert run.outputs["preview"] is False


def test_nothing_of_a_run_stays_behind_in_the_process(tiny: Tiny) -> None:
    """Module search path, `__main__`, the program's own modules, environment and the SDK's state are as before."""
    (tiny.folder / "own_module.py").write_text("VALUE = 1", encoding="utf-8")
    main, path, environment = sys.modules["__main__"], list(sys.path), dict(os.environ)
    project = pulumi.get_project()
    tiny.up("import own_module; pulumi.export('value', own_module.VALUE)")

    assert sys.modules["__main__"] is main
    assert sys.path == path
    assert dict(os.environ) == environment
    assert "own_module" not in sys.modules
    assert settings.get_root_resource() is None
    assert pulumi.get_project() == project


def test_two_programs_may_have_modules_of_the_same_name(tmp_path: Path) -> None:
    """Each program sees its own modules, also after another one ran in the same process."""
    for value in ("one", "two"):
        folder = tmp_path / value
        folder.mkdir()
        (folder / "own_module.py").write_text(f"VALUE = {value!r}", encoding="utf-8")
        run = Tiny(folder).configure().up("import own_module; pulumi.export('value', own_module.VALUE)")
        assert run.outputs == {"value": value}


def test_runs_from_many_threads_do_not_mix(tmp_path: Path) -> None:
    """Several runs asked for at once each see their own configuration, resources and outputs."""

    def go(index: int) -> object:
        folder = tmp_path / str(index)
        folder.mkdir()
        tiny = Tiny(folder).configure(stack=f'tiny:number: "{index}"\n')
        run = tiny.up(
            """
            thing = Thing("thing", name="number-" + pulumi.Config().require("number"))
            pulumi.export("name", thing.name)
            """
        )
        return run.outputs["name"], list(tiny.cloud.things)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(go, range(4))) == [(f"number-{i}", [f"id-number-{i}"]) for i in range(4)]


def test_an_async_program_runs(tiny: Tiny) -> None:
    """A program with an asynchronous entry point exports what that returns."""
    run = tiny.up(
        """
        async def main():
            return {"arn": Thing("thing", name="alice").arn}

        pulumi.run(main)
        """
    )
    assert run.outputs == {"arn": "arn:aws:test:eu-west-1:123456789012:alice"}


def test_a_program_in_a_subfolder_runs(tiny: Tiny) -> None:
    """`main` in Pulumi.yaml says where the program lies; its modules are found there."""
    (tiny.folder / "src").mkdir()
    (tiny.folder / "src" / "near.py").write_text("VALUE = 5", encoding="utf-8")
    (tiny.folder / "src" / "__main__.py").write_text(
        "import near, pulumi\npulumi.export('value', near.VALUE)\n", encoding="utf-8"
    )
    assert tiny.configure(project="main: src\n").up().outputs == {"value": 5}


def test_a_program_in_one_file_runs(tiny: Tiny) -> None:
    """`main` may name a file."""
    (tiny.folder / "program.py").write_text("import pulumi\npulumi.export('value', 'x')\n", encoding="utf-8")
    assert tiny.configure(project="main: program.py\n").up().outputs == {"value": "x"}
