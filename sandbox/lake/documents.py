"""Event data stores and queries as the API's responses show them.

Shapes: CloudTrail API reference, CreateEventDataStore, GetEventDataStore, ListEventDataStores, DescribeQuery,
GetQueryResults and ListQueries. A member without a value is left out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.lake.queries import Query, QueryStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.lake.store import EventDataStore


def store_document(store: EventDataStore, now: datetime) -> dict[str, Any]:
    """A store with its options, status and times."""
    options = store.options
    document: dict[str, Any] = {
        "EventDataStoreArn": store.arn,
        "Name": options.name,
        "Status": store.status(now).value,
        "AdvancedEventSelectors": [selector.to_api() for selector in options.selectors],
        "MultiRegionEnabled": options.multi_region,
        "OrganizationEnabled": options.organization,
        "RetentionPeriod": options.retention_days,
        "TerminationProtectionEnabled": options.termination_protection,
        "CreatedTimestamp": store.created_at,
        "UpdatedTimestamp": store.updated_at,
        "BillingMode": options.billing_mode.value,
    }
    if options.kms_key_arn is not None:
        document["KmsKeyId"] = options.kms_key_arn
    return document


def store_summary(store: EventDataStore) -> dict[str, Any]:
    """A store in a list: its ARN and name; AWS fills the other members no longer."""
    return {"EventDataStoreArn": store.arn, "Name": store.options.name}


def query_document(query: Query) -> dict[str, Any]:
    """A query with its statement and statistics."""
    outcome = query.outcome
    document: dict[str, Any] = {
        "QueryId": query.query_id,
        "QueryString": query.statement.text,
        "QueryStatus": query.status.value,
        "QueryStatistics": {
            "EventsMatched": outcome.events_matched if outcome else 0,
            "EventsScanned": outcome.events_scanned if outcome else 0,
            "BytesScanned": outcome.bytes_scanned if outcome else 0,
            "ExecutionTimeInMillis": query.run_time // timedelta(milliseconds=1),
            "CreationTime": query.created_at,
        },
    }
    return _with_error(document, query)


def results_document(
    query: Query, rows: Sequence[list[dict[str, str | None]]], token: str | None
) -> dict[str, Any]:
    """One page of a query's results; no rows unless it is finished."""
    outcome = query.outcome
    document: dict[str, Any] = {
        "QueryStatus": query.status.value,
        "QueryStatistics": {
            "ResultsCount": len(rows),
            "TotalResultsCount": outcome.rows.num_rows if outcome else 0,
            "BytesScanned": outcome.bytes_scanned if outcome else 0,
        },
        "QueryResultRows": list(rows),
    }
    if token is not None:
        document["NextToken"] = token
    return _with_error(document, query)


def query_summary(query: Query) -> dict[str, Any]:
    """A query in a list."""
    return {
        "QueryId": query.query_id,
        "QueryStatus": query.status.value,
        "CreationTime": query.created_at,
    }


def _with_error(document: dict[str, Any], query: Query) -> dict[str, Any]:
    if query.status is QueryStatus.FAILED and query.error:
        document["ErrorMessage"] = query.error
    return document
