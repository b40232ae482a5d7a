"""Log files, each fetched and inflated once: hashed and searched on the same bytes, and remembered.

`LogFiles` reads one bucket. What it found in a log file (`LogFileFacts`) is kept in a `Checkpoint`, so that the search
for events and the check of the digests share the work, and a second run reads only what is new.
"""

from verify.log_files.checkpoint import Checkpoint, SqliteCheckpoint
from verify.log_files.facts import LogFileFacts
from verify.log_files.reader import INFLATED_LIMIT, LogFiles

__all__ = ["INFLATED_LIMIT", "Checkpoint", "LogFileFacts", "LogFiles", "SqliteCheckpoint"]
