"""One query of Athena: started, waited for, and its rows page by page.

Source: Athena API reference, StartQueryExecution, GetQueryExecution, GetQueryResults. Athena reads the table and the
bucket with the caller's own permissions, so that what is refused there comes back as a failed query.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from verify.aws import AccessDenied, CannotLook, asking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cloudtrail.manifest import AthenaPromise
    from verify.aws import Aws

START: Final = "athena:StartQueryExecution"
LOOK: Final = "athena:GetQueryExecution"
RESULTS: Final = "athena:GetQueryResults"
STOP: Final = "athena:StopQueryExecution"
QUERY: Final = (START, LOOK, RESULTS, STOP)
"""The IAM actions that run a query, and stop one that takes too long."""

PATIENCE: Final = 1800.0
"""How long a query may run, in seconds: as long as Athena itself lets one by default."""

_RUNNING: Final = {"QUEUED", "RUNNING"}
_DENIED: Final = re.compile(
    r"(?:access|permission) ?denied|not authorized|insufficient permissions|insufficient lake formation",
    re.IGNORECASE,
)
_ACTION: Final = re.compile(r"not authorized to perform: ([a-z0-9-]+:\w+)")
_BY_WORD: Final = (
    ("output bucket", "s3:GetBucketLocation"),
    ("output location", "s3:PutObject"),
    ("kms", "kms:Decrypt"),
    ("glue", "glue:GetTable"),
)
"""What a refusal that names no action is about; else it is the log files."""


class QueryFailed(CannotLook):
    """A query of Athena ended without an answer."""

    default_remedy = "Look at the query in Athena's console; `--engine local` reads the log files without it."


@dataclass(frozen=True, slots=True)
class Ended:
    """A query that succeeded.

    Attributes:
        id: Its id.
        scanned: How many bytes it scanned.
    """

    id: str
    scanned: int


class AthenaQueries:
    """Queries in one workgroup.

    Args:
        catalog: The workgroup and database.
        aws: The session to ask with.
        clock: Seconds, monotonic; `sleep` waits on the same clock.
        patience: How long a query may run, in seconds.
    """

    def __init__(
        self,
        catalog: AthenaPromise,
        *,
        aws: Aws,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        patience: float = PATIENCE,
    ) -> None:
        self._catalog = catalog
        self._aws = aws
        self._clock = clock
        self._sleep = sleep
        self._patience = patience
        self.where = f"workgroup {catalog.workgroup} of Athena, {catalog.region}"

    def run(self, statement: str) -> Ended:
        """Run a query to its end.

        Raises:
            CannotLook: when AWS refuses; `QueryFailed` when it does not succeed.
        """
        client = self._client()
        with asking(START, self.where):
            query = client.start_query_execution(
                QueryString=statement,
                QueryExecutionContext={"Database": self._catalog.database},
                WorkGroup=self._catalog.workgroup,
            )["QueryExecutionId"]
        give_up = self._clock() + self._patience
        pause = 0.1
        while True:
            with asking(LOOK, self.where):
                found = client.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            state = found["Status"]["State"]
            if state == "SUCCEEDED":
                return Ended(query, int(found.get("Statistics", {}).get("DataScannedInBytes", 0)))
            if state not in _RUNNING:
                raise self._failed(state, found["Status"].get("StateChangeReason") or f"query {query}")
            if self._clock() >= give_up:
                self._stop(query)
                raise self._failed(
                    state, f"query {query} did not end in {self._patience:.0f} s, and was stopped"
                )
            self._sleep(pause)
            pause = min(2 * pause, 5.0)

    def rows(self, query: Ended) -> Iterator[dict[str, str | None]]:
        """The rows of a query by column.

        Raises:
            CannotLook: when AWS does not hand them out.
        """
        client = self._client()
        names: Sequence[str] = ()
        token: dict[str, str] = {}
        while True:
            with asking(RESULTS, self.where):
                page = client.get_query_results(QueryExecutionId=query.id, MaxResults=1000, **token)
            rows = [[cell.get("VarCharValue") for cell in row["Data"]] for row in page["ResultSet"]["Rows"]]
            if not names and rows:  # the first row of all is the columns' names
                names = [name or "" for name in rows.pop(0)]
            for row in rows:
                yield dict(zip(names, row, strict=True))
            following = page.get("NextToken")
            if not following:
                return
            token = {"NextToken": following}

    def _client(self) -> Any:
        return self._aws.client("athena", self._catalog.region)

    def _stop(self, query: str) -> None:
        with asking(STOP, self.where):
            self._client().stop_query_execution(QueryExecutionId=query)

    def _failed(self, state: str, reason: str) -> CannotLook:
        if not _DENIED.search(reason):
            return QueryFailed(action=START, where=self.where, code=state, message=reason)
        named = _ACTION.search(reason)
        words = reason.lower()
        action = named[1] if named else next((act for word, act in _BY_WORD if word in words), "s3:GetObject")
        return AccessDenied(action=action, where=self.where, code=state, message=reason)
