"""Lake's SQL: a Trino SELECT over event data stores, checked as AWS would and made runnable by DuckDB.

    statement     text -> a checked `Statement`: one SELECT, its stores, its output names
    functions     the functions Trino has
    scope         which names a SELECT can see, and what its columns are called
    comparison    comparisons Trino refuses
    dialect       the checked SELECT in DuckDB's words
    macros        Trino functions that DuckDB lacks
    window        the event times a SELECT can match, so that fewer files are read

Source: CloudTrail user guide, "CloudTrail Lake SQL constraints"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/query-limitations.html).
"""
