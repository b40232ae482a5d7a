"""The AWS provider of the sandbox: one small class for each resource type the program may use.

Each class checks what the real provider (pulumi-aws 7) checks, knows which changes replace, and applies with
boto3. The in-process engine uses them directly; so can a provider plugin, as the operations are the
protocol's own: check, diff, create, read, update, delete.

Import from the modules; this package imports nothing.
"""
