"""What others do with the same files: each in its best form, and each held to finding what is there.

environments  what is not ours, installed from its lock, each into an environment of its own
awscli        `aws cloudtrail validate-logs`
trailscraper  `trailscraper select`
zgrep         zgrep, and gzip with grep, on local disk
duck          DuckDB's read_json and read_csv over the gzip files
floor         inflate and SHA-256, and nothing else
"""
