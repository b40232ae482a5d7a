"""Whether Athena's table is the one over a trail's log files.

A table that somebody pointed elsewhere, or whose partitions end early, answers with nothing. That must not be taken for
a bucket without events, so that the table is looked at before it is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cloudtrail.athena.folder import DAY, folder_of
from cloudtrail.athena.table import log_files_table
from verify.aws import CannotLook, asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from cloudtrail.athena.table import Table
    from cloudtrail.manifest import AthenaPromise, TrailPromise
    from verify.aws import Aws

GET_TABLE: Final = "glue:GetTable"
_REGIONS: Final = "projection.region.values"
_DAYS: Final = "projection.day.range"


class AnotherTable(CannotLook):
    """A table that does not show the log files that are asked for."""

    default_remedy = "Provision it again (`pulumi up`), or use --engine local."


def check_table(
    catalog: AthenaPromise,
    trail: TrailPromise,
    *,
    aws: Aws,
    account: str,
    organization: str | None,
    regions: Iterable[str],
    first: date,
) -> str:
    """See that the table of log files shows a trail's.

    Args:
        catalog: Where it is.
        trail: The trail.
        aws: The session to ask with.
        account: The account the manifest speaks of.
        organization: The organization's id, for an organization's trail.
        regions: The Regions asked for.
        first: The first delivery day asked for.

    Returns:
        The table's name.

    Raises:
        CannotLook: when Glue does not tell; `AnotherTable` when it shows something else.
    """
    asked = set(regions)
    meant = log_files_table(folder_of(trail, organization=organization, account=account, regions=asked))
    where = f"table {catalog.database}.{meant.name}, {catalog.region}"
    with asking(GET_TABLE, where):
        found = aws.client("glue", catalog.region).get_table(DatabaseName=catalog.database, Name=meant.name)[
            "Table"
        ]
    wrong = [*_differences(meant, found), *_out_of_reach(found.get("Parameters") or {}, asked, first)]
    if wrong:
        raise AnotherTable(action=GET_TABLE, where=where, code="AnotherTable", message="; ".join(wrong))
    return meant.name


def _differences(meant: Table, found: Mapping[str, Any]) -> Iterator[str]:
    storage: Mapping[str, Any] = found.get("StorageDescriptor") or {}
    serde: Mapping[str, Any] = storage.get("SerdeInfo") or {}
    told = {
        "columns": tuple((column["Name"], column["Type"]) for column in storage.get("Columns") or ()),
        "partition columns": tuple(column["Name"] for column in found.get("PartitionKeys") or ()),
        "input format": storage.get("InputFormat"),
        "SerDe": serde.get("SerializationLibrary"),
        "SerDe's parameters": dict(serde.get("Parameters") or {}),
    }
    expected = {
        "columns": meant.columns,
        "partition columns": meant.partition_columns,
        "input format": meant.input_format,
        "SerDe": meant.serde,
        "SerDe's parameters": dict(meant.serde_parameters),
    }
    for what, value in expected.items():
        if told[what] != value:
            yield f"its {what} are {told[what]!r}, not {value!r}"
    parameters: Mapping[str, str] = found.get("Parameters") or {}
    for name, value in meant.parameters.items():
        told_apart = name.startswith(("projection.", "storage.")) and name not in {_REGIONS, _DAYS}
        if told_apart and parameters.get(name) != value:
            yield f"{name} is {parameters.get(name)!r}, not {value!r}"


def _out_of_reach(parameters: Mapping[str, str], regions: set[str], first: date) -> Iterator[str]:
    """What the table's partitions leave out of what is asked for."""
    lacking = sorted(regions - set(parameters.get(_REGIONS, "").split(",")))
    if lacking:
        yield f"it has no partitions of {', '.join(lacking)}"
    start, _, end = parameters.get(_DAYS, "").partition(",")
    if start > first.strftime(DAY) or not start[:1].isdigit():
        yield f"its partitions begin on {start or 'no day'}, after {first.strftime(DAY)}"
    if end != "NOW+1DAY":
        yield f"its partitions end at {end or 'no day'}, not at NOW+1DAY"
