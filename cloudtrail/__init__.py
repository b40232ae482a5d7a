"""The language of the domain: what CloudTrail and App Mesh mean, with no I/O and no AWS client.

Nothing is imported here, so that `pulumi up` never pays for what only verification needs.
"""
