"""The report of a verification: the document, and what is rendered from it."""
