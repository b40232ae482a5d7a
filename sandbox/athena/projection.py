"""The partitions of a table, from its properties, without a crawler.

Source: Athena user guide, "Partition projection with Amazon Athena" and "Supported types for partition projection"
(docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sandbox.athena.errors import QueryFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

_PLACE: Final = re.compile(r"\\\$\\\{(\w+)\\\}")
_RELATIVE: Final = re.compile(r"NOW(?:(?P<sign>[+-])(?P<count>\d+)DAYS?)?")
_DATE: Final = {"yyyy": "%Y", "MM": "%m", "dd": "%d"}


@dataclass(frozen=True, slots=True)
class GlueTable:
    """A table of the Data Catalog, as far as a query needs it.

    Attributes:
        name: Its name.
        columns: Each column's name and Hive type.
        partition_columns: The names of the partition columns.
        serde: What reads a row.
        input_format: What takes a file apart.
        location: What everything in it lies under.
        parameters: Its properties.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    partition_columns: tuple[str, ...]
    serde: str
    input_format: str
    location: str
    parameters: Mapping[str, str]

    @classmethod
    def from_glue(cls, table: Mapping[str, Any]) -> GlueTable:
        """Read Glue's answer."""
        storage: Mapping[str, Any] = table.get("StorageDescriptor") or {}
        return cls(
            name=table["Name"],
            columns=tuple((column["Name"], column["Type"]) for column in storage.get("Columns") or ()),
            partition_columns=tuple(column["Name"] for column in table.get("PartitionKeys") or ()),
            serde=(storage.get("SerdeInfo") or {}).get("SerializationLibrary", ""),
            input_format=storage.get("InputFormat", ""),
            location=storage.get("Location", ""),
            parameters=table.get("Parameters") or {},
        )

    @property
    def bucket(self) -> str:
        """The bucket it lies in."""
        return self.location.removeprefix("s3://").partition("/")[0]

    @property
    def template(self) -> str:
        """Where the files of a partition lie."""
        template = self.parameters.get("storage.location.template", "")
        return template if template.endswith("/") else template + "/"

    def pattern(self) -> re.Pattern[str]:
        """What the key of a file in one of its partitions looks like, with a group for each partition column.

        Raises:
            QueryFailed: when the table has no partitions that are projected.
        """
        if self.parameters.get("projection.enabled") != "true" or not self.template.startswith("s3://"):
            raise QueryFailed(
                "The sandbox reads tables with partition projection and a location template only"
            )
        key = self.template.removeprefix("s3://").partition("/")[2]
        return re.compile(_PLACE.sub(self._group, re.escape(key)) + r"(?P<file>[^/]+)", re.DOTALL)

    def _group(self, place: re.Match[str]) -> str:
        column = place[1]
        kind = self._told(column, "type").lower()
        shape = "[^/]+"
        if kind == "date":
            shape = re.sub(r"[A-Za-z]", r"\\d", self._told(column, "format"))
        return f"(?P<{column}>{shape})"

    def holds(self, values: Mapping[str, str], now: datetime) -> bool:
        """Whether the projection has such a partition; what is out of an enum or a range is empty, without a word."""
        return all(self._has(column, value, now) for column, value in values.items())

    def _has(self, column: str, value: str, now: datetime) -> bool:
        match self._told(column, "type").lower():
            case "enum":
                return value in self._told(column, "values").split(",")
            case "date":
                first, last = (
                    self._day(column, text, now) for text in self._told(column, "range").split(",")
                )
                return first <= value <= last
            case "injected":
                return True
            case kind:
                raise QueryFailed(f"The sandbox has no projection of type {kind}")

    def _day(self, column: str, text: str, now: datetime) -> str:
        relative = _RELATIVE.fullmatch(text.strip())
        if relative is None:
            return text.strip()
        days = int(f"{relative['sign'] or '+'}{relative['count'] or 0}")
        form = self._told(column, "format")
        for letters, directive in _DATE.items():
            form = form.replace(letters, directive)
        return (now + timedelta(days=days)).strftime(form)

    def injected(self) -> Sequence[str]:
        """The partition columns whose values a statement has to name."""
        return [one for one in self.partition_columns if self._told(one, "type").lower() == "injected"]

    def _told(self, column: str, what: str) -> str:
        return self.parameters.get(f"projection.{column}.{what}", "")
