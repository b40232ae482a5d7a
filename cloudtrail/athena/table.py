"""The two tables over one trail's log files.

`records` is AWS's own table, an event a row, for people and their queries. It shows the fields that its columns name
and no others. `log_files` is what is verified with: a log file a row, its JSON as CloudTrail wrote it, so that no field
of a record is lost. CloudTrail writes a log file as one line; of what is written otherwise each line is a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.athena.columns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtrail.athena.folder import TrailFolder

LOG_FILES: Final = "log_files"
RECORDS: Final = "records"

TEXT_SERDE: Final = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
JSON_SERDE: Final = "org.apache.hive.hcatalog.data.JsonSerDe"
_OUTPUT: Final = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the Glue Data Catalog, as Glue and as a CREATE statement have it.

    Attributes:
        name: Its name in its database.
        description: What it is.
        columns: Each column's name and Hive type.
        partition_columns: The columns that Athena takes from a file's key; each is a text.
        location: What everything in it lies under.
        serde: What reads a row.
        serde_parameters: What that is told.
        input_format: What takes a file apart into rows.
        output_format: What would write one; nothing does.
        parameters: The table's properties, partition projection among them.
    """

    name: str
    description: str
    columns: tuple[tuple[str, str], ...]
    partition_columns: tuple[str, ...]
    location: str
    serde: str
    serde_parameters: Mapping[str, str]
    input_format: str
    output_format: str
    parameters: Mapping[str, str]


def log_files_table(folder: TrailFolder) -> Table:
    """The table of log files: a column, `line`, that holds `{"Records": [...]}`.

    The text is taken apart at a character that no JSON holds as it is, so that it stays whole.
    """
    return Table(
        name=LOG_FILES,
        description="CloudTrail log files, one a row, as CloudTrail wrote them.",
        columns=(("line", "string"),),
        partition_columns=folder.partition_columns,
        location=folder.root,
        serde=TEXT_SERDE,
        serde_parameters={"field.delim": "\x01", "serialization.format": "\x01"},
        input_format="org.apache.hadoop.mapred.TextInputFormat",
        output_format=_OUTPUT,
        parameters=_parameters(folder),
    )


def records_table(folder: TrailFolder) -> Table:
    """The table of events, with AWS's columns."""
    return Table(
        name=RECORDS,
        description="CloudTrail events, one a row.",
        columns=COLUMNS,
        partition_columns=folder.partition_columns,
        location=folder.root,
        serde=JSON_SERDE,
        serde_parameters={},
        input_format="com.amazon.emr.cloudtrail.CloudTrailInputFormat",
        output_format=_OUTPUT,
        parameters=_parameters(folder),
    )


def tables(folder: TrailFolder) -> tuple[Table, ...]:
    """Both."""
    return log_files_table(folder), records_table(folder)


def _parameters(folder: TrailFolder) -> dict[str, str]:
    return {"EXTERNAL": "TRUE", "classification": "cloudtrail", **folder.projection}
