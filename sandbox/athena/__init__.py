"""Athena over the sandbox's buckets: Trino's SQL on moto's Glue tables, run by DuckDB.

    hive        Hive's column types as Arrow's
    projection  a table's partitions, from its properties: the files of each, and which a statement reads
    files       the rows of a file, by the table's SerDe
    statement   a checked SELECT over Glue's tables
    execution   running one
    service     the queries of every account and Region
    responses   the API

Sources: Athena user guide (docs.aws.amazon.com/athena/latest/ug) and API reference.
"""
