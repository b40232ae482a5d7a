"""The limits of CloudTrail Lake.

Sources: CloudTrail user guide, "Quotas in AWS CloudTrail"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html), "Delete an event data
store with the console" and "View query results with the console"; CloudTrail API reference,
CreateEventDataStore, StartQuery, GetQueryResults. Retention bounds live in `cloudtrail.event_data_store`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

EVENT_DATA_STORES_PER_REGION: Final = 10
"""Event data stores of one account in one Region; those waiting for deletion count."""

SELECTORS_PER_STORE: Final = 5
"""Advanced event selectors of one event data store."""

TAGS_PER_STORE: Final = 50

PENDING_DELETION: Final = timedelta(days=7)
"""How long a deleted event data store can still be restored."""

CONCURRENT_QUERIES: Final = 10
"""Queries queued or running at once, of one account in one Region."""

QUERY_STATEMENT_LENGTH: Final = 10_000
"""Characters of one SQL statement."""

QUERY_TIME: Final = timedelta(hours=1)
"""A query that runs for longer may time out."""

RESULTS_KEPT: Final = timedelta(days=7)
"""How long after its end the results of a query can be read."""

PAGE_SIZE: Final = 1000
"""Most results of one page, of queries and of lists alike."""

DEFAULT_LIST_SIZE: Final = 100
"""The page size of a list when none is asked for (not documented)."""
