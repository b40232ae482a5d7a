"""The report as one HTML page that opens offline."""

from verify.report.html.page import to_html

__all__ = ["to_html"]
