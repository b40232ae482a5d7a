"""The settings reference, written from the models: `python -m components.settings.reference > docs/settings.md`."""

import json
import sys
from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from components.settings.root import Settings
from components.settings.shape import alternatives, section_in

_INTRODUCTION: Final = """\
# Settings

What a stack decides, in its `Pulumi.<stack>.yaml`. Everything has a default but `aws:region`. All settings are
checked before anything is asked of AWS, and all problems are reported at once; a key that is not in this list
is one of them. This page is written from the code: `python -m components.settings.reference > docs/settings.md`.

Settings can be changed at any time with `pulumi up`, and nothing that keeps the record is replaced: where a change
would ask for that, Pulumi refuses it, and [this page](how-to-change-what-is-protected.md) has the reason and the way
out.
"""


def settings_reference() -> str:
    """The whole page, as Markdown."""
    parts = [_INTRODUCTION, _table("", Settings)]
    parts += [_section(path, section) for path, section in _sections("", Settings)]
    return "\n".join(parts)


def _sections(prefix: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        section = section_in(field.annotation)
        if section is not None:
            path = f"{prefix}{field.alias or name}"
            yield path, section
            yield from _sections(f"{path}.", section)


def _section(path: str, model: type[BaseModel]) -> str:
    text = " ".join((model.__doc__ or "").split("\n\n")[0].split())
    more = "\n\n".join(" ".join(part.split()) for part in (model.__doc__ or "").split("\n\n")[1:])
    prose = f"{text}\n\n{more}\n" if more else f"{text}\n"
    return f"## `meshtrail:{path}`\n\n{prose}\n{_table(path, model)}"


def _table(path: str, model: type[BaseModel]) -> str:
    rows = ["| key | value | default | meaning |", "| --- | --- | --- | --- |"]
    for name, field in model.model_fields.items():
        key = field.alias or name
        shown = key if path or ":" in key else f"meshtrail:{key}"
        description = " ".join((field.description or "").split()).replace("|", "\\|")
        rows.append(f"| `{shown}` | {_kind(field.annotation)} | {_default(field)} | {description} |")
    return "\n".join(rows) + "\n"


def _kind(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if section_in(annotation) is not None:
        return "section"
    if origin is Literal:
        return ", ".join(f"`{each}`" for each in inner)
    members = [each for each in alternatives(annotation) if each is not type(None)]
    if members != [annotation]:
        return " or ".join(_kind(each) for each in members)
    if origin is tuple:
        return f"list of {_kind(inner[0])}"
    if hasattr(annotation, "__metadata__"):  # an Annotated inside a list
        return _kind(inner[0])
    return {str: "text", int: "whole number", bool: "`true`, `false`"}.get(annotation, "object")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or isinstance(value, BaseModel) or value in ((), {}):
        return ""
    return f"`{json.dumps(value)}`".replace('`"', "`").replace('"`', "`")


if __name__ == "__main__":
    sys.stdout.write(settings_reference())
