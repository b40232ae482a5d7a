"""`python -m sandbox serve`."""

from sandbox.commands import app

app()
