"""Athena's operations on moto's workgroups and named queries, with queries that run.

Source: Athena API reference (docs.aws.amazon.com/athena/latest/APIReference). The results are handed out by
GetQueryResults; they are not written to the workgroup's location.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from moto.athena.responses import AthenaResponse
from moto.glue.exceptions import DatabaseNotFoundException, TableNotFoundException
from moto.glue.models import glue_backends

from sandbox.api.errors import AwsError
from sandbox.athena.access import Reader
from sandbox.athena.errors import InvalidRequest, QueryCancelled, QueryFailed
from sandbox.athena.execution import run
from sandbox.athena.projection import GlueTable
from sandbox.athena.service import Execution
from sandbox.athena.statement import parse
from sandbox.lake.errors import InvalidNextTokenException
from sandbox.lake.pages import page
from sandbox.lake.rendering import column_text

if TYPE_CHECKING:
    from collections.abc import Generator

    from sandbox.athena.service import AthenaService

LARGEST_PAGE: Final = 1000
LONGEST_STATEMENT: Final = 262_144
"""Bytes of a statement."""
_LEAST_CUTOFF: Final = 10_000_000
"""Athena's least BytesScannedCutoffPerQuery."""


class AthenaResponses(AthenaResponse):
    """moto's Athena; its queries run, and what is not there is refused.

    Attributes:
        athena: The sandbox's queries; set on the class that `sandbox.api.responses` makes for it.
    """

    athena: ClassVar[AthenaService]

    def create_work_group(self) -> Any:
        """CreateWorkGroup, with its limit checked."""
        with _refusing():
            _check(self._get_param("Configuration") or {})
        return super().create_work_group()

    def get_work_group(self) -> str:
        """GetWorkGroup."""
        with _refusing():
            self._work_group(self._get_param("WorkGroup"))
        return super().get_work_group()

    def update_work_group(self) -> str:
        """UpdateWorkGroup; what the updates do not name stays."""
        with _refusing():
            group = self._work_group(self._get_param("WorkGroup"))
            updates: dict[str, Any] = self._get_param("ConfigurationUpdates") or {}
            _check(updates)
            renamed = {"ResultConfigurationUpdates": "ResultConfiguration"}
            group.configuration |= {renamed.get(name, name): value for name, value in updates.items()}
            if updates.get("RemoveBytesScannedCutoffPerQuery"):
                group.configuration.pop("BytesScannedCutoffPerQuery", None)
            group.description = self._get_param("Description") or group.description
            group.state = self._get_param("State") or group.state
            return "{}"

    def delete_work_group(self) -> str:
        """DeleteWorkGroup; one with named queries goes only with RecursiveDeleteOption."""
        with _refusing():
            name = self._get_param("WorkGroup")
            self._work_group(name)
            queries = self.athena_backend.named_queries
            inside = [key for key, query in queries.items() if query.workgroup.name == name]
            if inside and not self._get_param("RecursiveDeleteOption"):
                raise InvalidRequest(f"WorkGroup {name} is not empty")
            for key in inside:
                del queries[key]
            return super().delete_work_group()

    def get_named_query(self) -> str:
        """GetNamedQuery."""
        with _refusing():
            if self.athena_backend.get_named_query(self._get_param("NamedQueryId")) is None:
                raise InvalidRequest(f"NamedQuery {self._get_param('NamedQueryId')} was not found")
        return super().get_named_query()

    def delete_named_query(self) -> str:
        """DeleteNamedQuery."""
        with _refusing():
            if self.athena_backend.named_queries.pop(self._get_param("NamedQueryId"), None) is None:
                raise InvalidRequest("The named query was not found")
        return "{}"

    def start_query_execution(self) -> str:
        """StartQueryExecution."""
        with _refusing():
            text: str = self._get_param("QueryString") or ""
            if not text or len(text.encode()) > LONGEST_STATEMENT:
                raise InvalidRequest("queryString failed to satisfy constraint: 1 to 262144 bytes")
            name: str = self._get_param("WorkGroup") or "primary"
            configuration = self._work_group(name).configuration
            results: dict[str, Any] = self._get_param("ResultConfiguration") or {}
            if configuration.get("EnforceWorkGroupConfiguration") or not results.get("OutputLocation"):
                results = configuration.get("ResultConfiguration") or {}
            if not results.get("OutputLocation"):
                raise InvalidRequest(
                    "No output location provided. An output location is required either through the Workgroup "
                    "result configuration setting or as an API input."
                )
            execution = Execution(text, name, datetime.now(UTC), "SUCCEEDED", results)
            self._run(execution, cutoff=configuration.get("BytesScannedCutoffPerQuery"))
            self.athena.keep(self.current_account, self.region, execution)
            return json.dumps({"QueryExecutionId": execution.id})

    def get_query_execution(self) -> str:
        """GetQueryExecution."""
        execution = self._execution()
        state = execution.look()
        ended = state == execution.state
        scanned = execution.outcome.scanned if ended and execution.outcome else 0
        status: dict[str, Any] = {"State": state, "SubmissionDateTime": execution.started.timestamp()}
        if ended and execution.reason:
            status["StateChangeReason"] = execution.reason
        told = {
            "QueryExecutionId": execution.id,
            "Query": execution.statement,
            "StatementType": "DML",
            "ResultConfiguration": execution.configuration,
            "Status": status,
            "Statistics": {"DataScannedInBytes": scanned},
            "WorkGroup": execution.work_group,
        }
        return json.dumps({"QueryExecution": told})

    def get_query_results(self) -> str:
        """GetQueryResults; the first row of the first page is the columns' names."""
        execution = self._execution()
        with _refusing():
            if execution.outcome is None:
                raise InvalidRequest(
                    f"Query did not finish successfully. Final query state: {execution.state}"
                )
            outcome = execution.outcome
            try:
                rows, token = page(
                    [outcome.names, *outcome.rows],
                    question=execution.id,
                    token=self._get_param("NextToken"),
                    size=self._get_param("MaxResults"),
                    default_size=LARGEST_PAGE,
                )
            except InvalidNextTokenException as error:
                raise InvalidRequest(error.message) from error
        columns = [{"Name": name, "Label": name, "Type": "varchar"} for name in outcome.names]
        found = {"Rows": [_row(row) for row in rows], "ResultSetMetadata": {"ColumnInfo": columns}}
        return json.dumps({"ResultSet": found, **({"NextToken": token} if token else {})})

    def stop_query_execution(self) -> str:
        """StopQueryExecution."""
        self._execution().stop()
        return "{}"

    def _execution(self) -> Execution:
        with _refusing():
            return self.athena.get(self.current_account, self.region, self._get_param("QueryExecutionId"))

    def _work_group(self, name: str) -> Any:
        group = self.athena_backend.work_groups.get(name)
        if group is None:
            raise InvalidRequest(f"WorkGroup {name} is not found.")
        return group

    def _run(self, execution: Execution, *, cutoff: int | None) -> None:
        database = (self._get_param("QueryExecutionContext") or {}).get("Database")
        try:
            statement = parse(execution.statement, self._table, database=database)
            reader = Reader(self.current_account, self.region)
            execution.outcome = run(statement, reader=reader, now=execution.started, cutoff=cutoff)
        except QueryFailed as error:
            execution.state, execution.reason = "FAILED", str(error)
        except QueryCancelled as error:
            execution.state, execution.reason = "CANCELLED", str(error)

    def _table(self, database: str, name: str) -> GlueTable:
        try:
            table = glue_backends[self.current_account][self.region].get_table(database, name)
        except (DatabaseNotFoundException, TableNotFoundException) as error:
            raise QueryFailed(
                f"TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.{database}.{name}' does not exist"
            ) from error
        return GlueTable.from_glue(table.as_dict())


def _check(configuration: dict[str, Any]) -> None:
    cutoff = configuration.get("BytesScannedCutoffPerQuery")
    if cutoff is not None and cutoff < _LEAST_CUTOFF:
        raise InvalidRequest(f"BytesScannedCutoffPerQuery must be at least {_LEAST_CUTOFF}")


def _row(row: Any) -> dict[str, Any]:
    """A row as the API writes it; a null is a value without a text."""
    return {"Data": [{} if value is None else {"VarCharValue": column_text(value)} for value in row]}


@contextmanager
def _refusing() -> Generator[None]:
    try:
        yield
    except InvalidRequest as error:
        raise AwsError("InvalidRequestException", str(error)) from error
