"""A table as the statement that creates it, for whoever does not provision it with Pulumi."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtrail.athena.table import Table


def create_statement(table: Table, *, database: str) -> str:
    """The CREATE EXTERNAL TABLE statement of a table.

    Athena runs it with Hive's DDL: names in backticks, and a backslash in a literal escapes.
    """
    columns = ",\n  ".join(f"{_name(name)} {kind}" for name, kind in table.columns)
    partitions = ",\n  ".join(f"{_name(name)} string" for name in table.partition_columns)
    properties = {name: value for name, value in table.parameters.items() if name != "EXTERNAL"}
    told = f"\nWITH SERDEPROPERTIES ({_pairs(table.serde_parameters)})" if table.serde_parameters else ""
    return (
        f"CREATE EXTERNAL TABLE IF NOT EXISTS {_name(database)}.{_name(table.name)} (\n  {columns}\n)\n"
        f"COMMENT {hive_literal(table.description)}\n"
        f"PARTITIONED BY (\n  {partitions}\n)\n"
        f"ROW FORMAT SERDE {hive_literal(table.serde)}{told}\n"
        f"STORED AS INPUTFORMAT {hive_literal(table.input_format)}\n"
        f"OUTPUTFORMAT {hive_literal(table.output_format)}\n"
        f"LOCATION {hive_literal(table.location)}\n"
        f"TBLPROPERTIES (\n  {_pairs(properties)}\n)"
    )


def hive_literal(text: str) -> str:
    """A text as a literal of Hive's DDL; the one place where text becomes one."""
    quoted = "".join(_ESCAPED.get(character, character) for character in text)
    return f"'{quoted}'"


_ESCAPED = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\x01": "\\001"}


def _name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _pairs(properties: Mapping[str, str]) -> str:
    return ",\n  ".join(f"{hive_literal(name)} = {hive_literal(value)}" for name, value in properties.items())
