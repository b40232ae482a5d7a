"""The same claims as pytest items, with -k, -m, -n and JUnit for free.

pytest verify/suite --manifest manifest.json
"""
