"""Trino functions that DuckDB lacks but can be told in one expression.

What neither DuckDB nor this list has (`map_agg`, `map_filter`, `zip`, `crc32`, ...) is refused when a query is
checked, with a text that says it is the sandbox that cannot run it.
"""

from __future__ import annotations

from typing import Final

_SCHEME: Final = "^[^:/?#]+://([^/?#@]*@)?"

MACROS: Final = (
    "every(x) AS bool_and(x)",
    "codepoint(x) AS unicode(x)",
    "nan() AS CAST('nan' AS DOUBLE)",
    "infinity() AS CAST('inf' AS DOUBLE)",
    "current_timezone() AS 'UTC'",
    "arrays_overlap(a, b) AS list_has_any(a, b)",
    "array_union(a, b) AS list_distinct(list_concat(a, b))",
    f"url_extract_host(u) AS nullif(regexp_extract(u, '{_SCHEME}([^/?#:]*)', 2), '')",
    f"url_extract_path(u) AS regexp_extract(u, '{_SCHEME}[^/?#]*([^?#]*)', 2)",
    (
        "to_iso8601(t) AS strftime(CAST(t AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%g') "
        "|| CASE typeof(t) WHEN 'TIMESTAMP WITH TIME ZONE' THEN 'Z' ELSE '' END"
    ),
)
"""Each as DuckDB's CREATE MACRO takes it."""
