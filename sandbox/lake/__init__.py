"""CloudTrail Lake: event data stores, what they record, and SQL over it.

    service, backend        the whole sandbox; one account in one Region
    store, options, limits  an event data store's life, choices and bounds
    encryption              the key of an event data store
    organization, ingest    whose events it records, and which
    schema, storage         the documented columns; ORC files
    sql, execution          a Trino SELECT checked, then run by DuckDB
    queries, rendering      queries that run in the background; their results as text
    responses, documents    the API's operations and shapes, for moto
    parameters, pages       requests held to their types; tokens

Source: CloudTrail user guide, "Working with AWS CloudTrail Lake"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake.html).
"""
