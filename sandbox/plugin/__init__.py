"""The sandbox's provider as a plugin, so that Pulumi's own engine provisions the sandbox.

service.py   Pulumi's provider protocol, on the resource types of `sandbox.provider`
drift.py     what a resource is now, told so that only what differs looks different
serving.py   the process the engine starts: `python -m sandbox.plugin`
home.py      a folder from which Pulumi's command line finds the plugin, and nothing else
"""
