"""The report as OSCAL assessment results, for governance tools."""

from verify.report.oscal.document import to_oscal

__all__ = ["to_oscal"]
