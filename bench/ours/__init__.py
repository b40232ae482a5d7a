"""What meshtrail does with the files: its own commands, as anybody runs them.

commands  `meshtrail verify` and `meshtrail events` against the endpoint
folder    a folder on local disk as a trail's bucket
local     the search for events over such a folder
"""
