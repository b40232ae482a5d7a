"""The report about an organization as one HTML page that works without a network."""

from verify.organization.render.html.page import to_html

__all__ = ["to_html"]
