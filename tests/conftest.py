"""What every test has in common."""

from hypothesis import settings

# A deadline for each example measures the machine, not the code; pytest-timeout bounds each whole test.
settings.register_profile("meshtrail", deadline=None)
settings.load_profile("meshtrail")
