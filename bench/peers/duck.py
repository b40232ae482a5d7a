"""DuckDB over the gzip files: `python -m bench.peers.duck FOLDER FORM` writes the events it finds, one a line.

Three forms, all with the columns that a reader of events wants. `typed` lets read_json take only those fields;
`text` first looks for App Mesh's name in each file as one long text and parses only the files that have it; `auto` is
what a newcomer writes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import duckdb

from bench.corpus.records import APP_MESH
from bench.measure import Contender, lines

if TYPE_CHECKING:
    from pathlib import Path

    from bench.corpus import Spec

_FIELDS: Final = (
    "eventID VARCHAR, eventTime VARCHAR, eventSource VARCHAR, eventName VARCHAR, awsRegion VARCHAR"
)
_WANTED: Final = "event.eventID, event.eventTime::VARCHAR, event.eventName, event.awsRegion, filename"
_LONGEST: Final = 64 * 1024 * 1024

QUERIES: Final = {
    "typed": f"""
        SELECT {_WANTED} FROM (
            SELECT unnest(Records) AS event, filename
            FROM read_json($files, columns = {{Records: 'STRUCT({_FIELDS})[]'}}, filename = true,
                           format = 'unstructured', compression = 'gzip', maximum_object_size = {_LONGEST}))
        WHERE event.eventSource = '{APP_MESH}'""",  # noqa: S608 -- nothing in it comes from outside
    "text": f"""
        SELECT {_WANTED} FROM (
            SELECT unnest(from_json(line, '{{"Records": ["STRUCT({_FIELDS})"]}}').Records) AS event, filename
            FROM read_csv($files, columns = {{line: 'VARCHAR'}}, filename = true, header = false, delim = '\x01',
                          quote = '', escape = '', compression = 'gzip', max_line_size = {_LONGEST},
                          auto_detect = false)
            WHERE contains(line, '{APP_MESH}'))
        WHERE event.eventSource = '{APP_MESH}'""",  # noqa: S608 -- nothing in it comes from outside
    "auto": f"""
        SELECT {_WANTED} FROM (
            SELECT unnest(Records) AS event, filename
            FROM read_json($files, filename = true, maximum_object_size = {_LONGEST}))
        WHERE event.eventSource = '{APP_MESH}'""",  # noqa: S608 -- nothing in it comes from outside
}


def search(spec: Spec, folder: Path, *, form: str, runs: int = 3) -> Contender:
    """Find events with DuckDB.

    Args:
        spec: The corpus.
        folder: Where its log files lie.
        form: One of `QUERIES`.
        runs: How often.
    """
    return Contender(
        name=f"DuckDB ({form})",
        what=f"{_WHAT[form]}; all processors",
        command=(sys.executable, "-m", "bench.peers.duck", str(folder), form),
        expected=spec.mesh_files,
        found=lines,
        asks=False,
        runs=runs,
    )


_WHAT: Final = {
    "typed": "`read_json` of five fields of each record",
    "text": "`read_csv` of each file as one text, parsed where App Mesh's name occurs",
    "auto": "`read_json` as a newcomer writes it",
}


def main() -> None:
    """Run one query over a folder."""
    folder, form = sys.argv[1:]
    found = duckdb.execute(QUERIES[form], {"files": f"{folder}/**/*.json.gz"}).fetchall()
    sys.stdout.writelines("\t".join(map(str, row)) + "\n" for row in found)


if __name__ == "__main__":
    main()
