"""`ignore_changes`: inputs that keep their old values, by property path.

A path names a property, and maybe what lies in it: `tags`, `tags.Owner`, `rules[0].status`, `tags["a.b"]`;
`*` stands for every member (pulumi.com/docs/iac/concepts/resources/options/ignorechanges).
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_STEP: Final = re.compile(r'\.?([^.\[\]"]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]')
_MISSING: Final = object()


def keep_old(news: Mapping[str, Any], olds: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """The new inputs, with the old values wherever a path says so; what was not there stays away."""
    result: dict[str, Any] = copy.deepcopy(dict(news))
    for path in paths:
        _keep(result, dict(olds), list(_steps(path)))
    return result


def touched(path: str) -> str:
    """The top-level property a path lies in."""
    return str(next(_steps(path)))


def _steps(path: str) -> Iterator[str | int]:
    for match in _STEP.finditer(path):
        name, index, quoted = match.groups()
        if index is not None and index != "*":
            yield int(index)
        else:
            yield index or (name if name is not None else quoted.replace('\\"', '"'))


def _keep(new: Any, old: Any, steps: list[str | int]) -> None:
    step, *rest = steps
    if step == "*":
        for member in list(_members(new) | _members(old)):
            _keep(new, old, [member, *rest])
        return
    before = _get(old, step)
    if rest:
        _keep(_get(new, step), before, rest)
    elif isinstance(new, dict):
        target = cast("dict[str | int, Any]", new)
        if before is _MISSING:
            target.pop(step, None)
        else:
            target[step] = before
    elif isinstance(new, list) and isinstance(step, int) and before is not _MISSING:
        items = cast("list[Any]", new)
        if step < len(items):
            items[step] = before


def _members(value: Any) -> set[str | int]:
    if isinstance(value, dict):
        return set(cast("dict[str | int, Any]", value))
    return set(range(len(cast("list[Any]", value)))) if isinstance(value, list) else set()


def _get(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return cast("dict[str | int, Any]", value).get(step, _MISSING)
    if isinstance(value, list) and isinstance(step, int) and step < len(cast("list[Any]", value)):
        return cast("list[Any]", value)[step]
    return _MISSING
