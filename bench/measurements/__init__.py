"""What is measured, and what is required of it.

plan       how many files, how many runs, for which scale
integrity  20,000 small log files against `aws cloudtrail validate-logs`, and the same with S3's distance
search     App Mesh's events in the same files against trailscraper, DuckDB and zgrep
scan       large log files against inflating and hashing alone
growth     time and memory against the number of files, and of days
"""
