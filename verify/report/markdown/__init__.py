"""The report as Markdown, for the summary page of a CI job."""

from verify.report.markdown.page import to_markdown

__all__ = ["to_markdown"]
