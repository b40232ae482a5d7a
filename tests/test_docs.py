"""What README and docs/ name exists: files, headings, make targets, commands, options, modules."""

import json
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stdout
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from cli.main import app, run
from components.settings import read_settings
from demo.faults import FAULTS
from sandbox.engine.project import load_project
from sandbox.engine.stack_config import load_stack_config
from verify.catalogue import ALL

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
STACKS = sorted(path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml"))
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
MADE = ("build/", "manifest.json", "report.")
"""What a reader's own commands write: it is not in the tree."""

each_page = pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def blocks(page: Path, *languages: str) -> Iterator[str]:
    """The blocks of code of a page that are marked as one of the languages; "" is not marked."""
    for language, code in FENCE.findall(page.read_text(encoding="utf-8")):
        if language in languages:
            yield code


def command_lines(page: Path) -> Iterator[list[str]]:
    """Every command a page shows, in a block or in a sentence, as words; comments are left out."""
    shown = [line for code in blocks(page, "", "console", "yaml") for line in code.splitlines()]
    for line in [*shown, *SPAN.findall(prose(page))]:
        command = re.sub(r"^(\$|- run:|-) ", "", line.strip()).split("  #")[0].split(" | ")[0]
        command = command.removeprefix(".venv/bin/")
        if command.startswith(("make ", "meshtrail ", "python -m ")):
            yield shlex.split(command)


def anchors(page: Path) -> set[str]:
    """The fragments that lead to a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.fixture(scope="module")
def options() -> dict[tuple[str, ...], set[str]]:
    """The options of every command, as its `--help` tells them."""
    told: dict[tuple[str, ...], set[str]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "200")
        _help(())  # some commands are offered only when they may be asked for
        for command in _commands(get_command(app)):
            told[command] = set(OPTION.findall(_help(command)))
    return told


def _commands(group: object, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in getattr(group, "commands", {}).items():
        yield (*above, name)
        yield from _commands(command, (*above, name))


def _help(command: tuple[str, ...]) -> str:
    with redirect_stdout(StringIO()) as text:
        assert run([*command, "--help"]) == 0
    return text.getvalue()


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    """A relative link names a file of the tree, and a fragment one of its headings."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith("https://"):
            continue
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.is_relative_to(ROOT), target
        assert file.exists(), target
        assert not fragment or fragment in anchors(file), target


@each_page
def test_every_file_named_exists(page: Path) -> None:
    """A path or a stack's file in a sentence is one of the tree's, seen from the root or from the page."""
    for named in SPAN.findall(prose(page)):
        if not re.fullmatch(r"(\w[\w./-]*/)?[\w.-]+\.(md|py|yaml|toml|txt|json)", named) or named.startswith(
            MADE
        ):
            continue
        assert (ROOT / named).exists() or (page.parent / named).exists(), named


@each_page
def test_every_make_target_and_module_exists(page: Path) -> None:
    """`make x` is a target of the Makefile, its BREAK a fault, and `python -m x` a module."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for program, *words in command_lines(page):
        if program == "make":
            assert words[0] in targets, words
            assert {word.removeprefix("BREAK=") for word in words[1:]} <= FAULTS.keys(), words
        elif program == "python":
            assert find_spec(words[1]) is not None, words


@each_page
def test_every_command_and_option_exists(page: Path, options: dict[tuple[str, ...], set[str]]) -> None:
    """`meshtrail x --y` is a command, and y one of its options; an option on its own is some command's."""
    for program, *words in command_lines(page):
        if program != "meshtrail":
            continue
        if words[0].startswith("-"):
            assert words[0] in OPTION.findall(_help(())), words
            continue
        command = next((tuple(words[:size]) for size in (2, 1) if tuple(words[:size]) in options), ())
        assert command, words
        used = {word for word in words if OPTION.fullmatch(word)}
        assert used <= options[command], words
    known = set[str]().union(*options.values())
    alone = {words[0] for span in SPAN.findall(prose(page)) if (words := span.split())[0].startswith("-")}
    assert alone <= known


@each_page
def test_every_claim_exists(page: Path) -> None:
    """`bucket.not-public` in a sentence is a claim; a setting, which may begin alike, has no hyphen."""
    claims = {statement.id for statement in ALL}
    kinds = {claim.split(".")[0] for claim in claims}
    named = {span for span in SPAN.findall(prose(page)) if re.fullmatch(r"[a-z-]+\.[a-z]+-[a-z-]+", span)}
    assert {name for name in named if name.split(".")[0] in kinds} <= claims


@each_page
def test_every_block_of_code_can_be_read(page: Path) -> None:
    """JSON, YAML and Python are well-formed, and every module that Python imports is there."""
    for code in blocks(page, "json"):
        json.loads(code)
    for code in blocks(page, "yaml"):
        yaml.safe_load(code)
    for code in blocks(page, "python"):
        compile(code, str(page), "exec")
        for module in re.findall(r"^from (\S+) import", code, re.MULTILINE):
            assert find_spec(module) is not None, module


def test_the_readme_names_every_fault() -> None:
    """Whoever reads README knows each way in which the demo can be broken."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [fault for fault in FAULTS if fault not in readme] == []


@pytest.mark.parametrize("stack", STACKS)
def test_the_example_stacks_are_settings(stack: str) -> None:
    """Every stack's file in the tree is one that the program takes, as it is."""
    values = load_stack_config(load_project(ROOT), stack).values
    assert read_settings(values).home_region
