"""No file imports, by whatever detour, what imports it: not even for types alone."""

import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def test_imports_go_in_no_circle() -> None:
    """What the import rules say of rooms holds of files: each can be read without what builds on it."""
    rooms: list[str] = tomllib.loads(PROJECT.read_text())["tool"]["importlinter"]["root_packages"]
    graph = grimp.build_graph(*rooms, cache_dir=None)
    # A package says in its own file what it offers of its files, which name that file as they name each other.
    files = {name for name in graph.modules if not graph.find_children(name)}
    sorter = TopologicalSorter(
        {name: graph.find_modules_directly_imported_by(name) & files for name in files}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))
