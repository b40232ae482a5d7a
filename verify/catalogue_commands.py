"""`meshtrail controls` and `meshtrail permissions`: what can be claimed, and what has to be allowed for it."""

import json
import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from verify.catalogue import ALL
from verify.command_options import ManifestFile, Select, Skip, StackName, one_manifest, selection_of
from verify.output import to_stdout
from verify.permissions import permissions as needed
from verify.permissions import policy
from verify.statement import Requirement, Standard, Statement


class CatalogueFormat(StrEnum):
    """What `meshtrail controls` prints."""

    TEXT = "text"
    JSON = "json"


def controls(
    select: Select = None,
    skip: Skip = None,
    output: Annotated[
        CatalogueFormat, typer.Option("--output", "-o", help="What to print.")
    ] = CatalogueFormat.TEXT,
) -> None:
    """List every claim that `meshtrail verify` or `meshtrail preflight` decides.

    With its severity, the standards it maps to, the IAM actions it needs and
    what to do when it does not hold.

    Examples:
      meshtrail controls
      meshtrail controls --select 'trail.*'
      meshtrail controls -o json | jq -r '.[] | select(.severity == "critical") | .id'
    """
    selection = selection_of(select, skip, ALL)
    chosen = [statement for statement in ALL if selection.takes(statement.id)]
    with to_stdout() as console:
        if output is CatalogueFormat.JSON:
            sys.stdout.write(json.dumps([_document(statement) for statement in chosen], indent=2) + "\n")
        else:
            console.print(Group(*(_block(statement) for statement in chosen)))


def permissions(
    manifest: ManifestFile = None,
    stack: StackName = None,
    select: Select = None,
    skip: Skip = None,
) -> None:
    """Print the IAM policy that `meshtrail verify` needs, and nothing more.

    For exactly the claims that are selected; narrowed to the manifest's trails,
    stores, buckets and keys where one is given. The probe's and preflight's have
    to be selected by name.

    Examples:
      meshtrail permissions > policy.json
      meshtrail permissions --manifest manifest.json --select 'trail.*' --select 'integrity.*'
      meshtrail permissions --select 'preflight.*'
    """
    promised = one_manifest(manifest, stack)
    document = policy(needed(selection_of(select, skip, ALL), promised))
    with to_stdout():
        sys.stdout.write(json.dumps(document, indent=2) + "\n")


def _document(statement: Statement) -> dict[str, object]:
    return {
        "id": statement.id,
        "title": statement.title,
        "severity": statement.severity.value,
        "requirements": [
            {"standard": one.standard.value, "id": one.id} for one in sorted(statement.requirements)
        ],
        "actions": list(statement.actions),
        "remedy": statement.remedy,
    }


def _block(statement: Statement) -> Group:
    """A claim in three lines; ids and titles are the code's own, so nothing in them can steer the terminal."""
    lines = [Text(statement.title)]
    if statement.requirements:
        lines.append(Text(_mapped(statement.requirements), style="dim"))
    head = Text.assemble((statement.id, "bold"), f"  {statement.severity.value}")
    return Group(head, *(Padding(line, (0, 0, 0, 2)) for line in lines))


def _mapped(requirements: Iterable[Requirement]) -> str:
    """What a claim maps to, on a line: standards with the same controls stand together."""
    controls: dict[Standard, list[str]] = {}
    for one in sorted(requirements):
        controls.setdefault(one.standard, []).append(one.id)
    standards: dict[tuple[str, ...], list[str]] = {}
    for standard, ids in controls.items():
        standards.setdefault(tuple(ids), []).append(standard.value)
    return "; ".join(f"{_together(names)}: {', '.join(ids)}" for ids, names in standards.items())


def _together(names: list[str]) -> str:
    """Editions of one standard after its name: `CIS AWS Foundations 3.0, 5.0`."""
    first, *others = names
    name = first.rpartition(" ")[0]
    return ", ".join([first, *(other.removeprefix(f"{name} ") for other in others)])
