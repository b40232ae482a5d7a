"""The CloudTrail and STS operations that moto lacks, or answers unlike AWS."""
