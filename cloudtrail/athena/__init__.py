"""A trail's log files as tables of Athena, and the SQL that asks them. Pure.

    folder     where a trail's log files lie, and its partitions: organization, account, Region, delivery day
    columns    the fields of a record as Athena's columns
    table      the two tables: `log_files`, a file a row; `records`, an event a row
    ddl        a table as a CREATE EXTERNAL TABLE statement
    partitions which of them a statement reads
    queries    the statements: the records of a window, and how many there are of which event
    saved      queries for people, kept in the workgroup

Sources: Athena user guide, "Create a table for CloudTrail logs in Athena using partition projection"
(docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html), "Supported types for partition
projection" and "Considerations and limitations for SQL queries in Amazon Athena".
"""
