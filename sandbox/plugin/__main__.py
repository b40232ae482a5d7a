"""`python -m sandbox.plugin`: what Pulumi's engine starts as its AWS provider."""

from sandbox.plugin.serving import serve

serve()
