"""An AWS in a box: moto, and the CloudTrail that moto lacks.

    with Sandbox() as sandbox:                   # sandbox.server
        client = SandboxClient(sandbox.endpoint)  # sandbox.clients

`python -m sandbox serve` runs it as a process of its own. docs/sandbox.md says what is real, what is
emulated and what is missing.
"""
