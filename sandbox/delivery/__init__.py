"""Delivery: from captured events to log files and signed digests in S3, trail by trail.

scope          which trails an event is for
desk           what each trail still has to deliver, and how its last deliveries went
log_files      log files: content and key
digests        digest files: chained and signed with the Region's key
signing_keys   those keys
bucket         writing into the trail's bucket, as far as its policy and key let CloudTrail
encryption     the trail's key, as far as its policy lets CloudTrail
log_group      CloudWatch Logs and SNS
lake_feed      to CloudTrail Lake
refusal        why something could not be delivered
courier        the clock that makes it happen
"""
