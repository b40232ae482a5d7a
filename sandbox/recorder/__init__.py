"""The recorder: every API call the server answers becomes a CloudTrail record."""
