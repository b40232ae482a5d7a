"""`meshtrail controls` and `meshtrail permissions`: what can be claimed, and what has to be allowed for it."""

import json
import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from verify.catalogue import STATEMENTS
from verify.command_options import ManifestFile, Select, Skip, StackName, one_manifest, selection_of
from verify.output import to_stdout
from verify.permissions import permissions as needed
from verify.permissions import policy
from verify.statement import Statement


class CatalogueFormat(StrEnum):
    """What `meshtrail controls` prints."""

    TABLE = "table"
    JSON = "json"


def controls(
    select: Select = None,
    skip: Skip = None,
    output: Annotated[
        CatalogueFormat, typer.Option("--output", "-o", help="What to print.")
    ] = CatalogueFormat.TABLE,
) -> None:
    """List every claim that `meshtrail verify` decides.

    With its severity, the standards it maps to, the IAM actions it needs and
    what to do when it does not hold.

    Examples:
      meshtrail controls
      meshtrail controls --select 'trail.*'
      meshtrail controls -o json | jq -r '.[] | select(.severity == "critical") | .id'
    """
    selection = selection_of(select, skip)
    chosen = [statement for statement in STATEMENTS if selection.takes(statement.id)]
    with to_stdout() as console:
        if output is CatalogueFormat.JSON:
            sys.stdout.write(json.dumps([_document(statement) for statement in chosen], indent=2) + "\n")
        else:
            console.print(_table(chosen))


def permissions(
    manifest: ManifestFile = None,
    stack: StackName = None,
    select: Select = None,
    skip: Skip = None,
) -> None:
    """Print the IAM policy that `meshtrail verify` needs, and nothing more.

    For exactly the claims that are selected; narrowed to the manifest's trails,
    stores, buckets and keys where one is given.

    Examples:
      meshtrail permissions > policy.json
      meshtrail permissions --manifest manifest.json --select 'trail.*' --select 'integrity.*'
    """
    promised = one_manifest(manifest, stack)
    document = policy(needed(selection_of(select, skip), promised))
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


def _table(statements: list[Statement]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("claim", "severity", "holds when", "maps to"):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"claim", "severity"})
    for statement in statements:
        maps_to = ", ".join(f"{one.standard.value} {one.id}" for one in sorted(statement.requirements))
        table.add_row(statement.id, statement.severity.value, statement.title, maps_to)
    return table
