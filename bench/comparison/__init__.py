"""Prowler's CloudTrail checks and meshtrail's claims, asked about the same accounts in a sandbox.

    account    one account to ask about, and what is true in it, found by looking rather than by asking either
    scenarios  what is right or wrong in each account
    questions  what both can be asked, and how each puts it
    ours       meshtrail's answers
    prowler    Prowler's answers
    page       docs/comparison.md

    PROWLER=path/to/prowler python -m bench.comparison

Prowler is not among the locked dependencies: it brings over two hundred packages, some of which come as source only.
"""
