"""Preflight: what stands in the way of provisioning, told before anything is. It reads, and changes nothing."""
