"""What a stack can decide, validated once at the edge.

read_settings(config)   Pulumi's configuration -> Settings, or SettingsError with every problem
advice(settings)        what legal choices cost
Settings                the models, one section a module
"""

from components.settings.reading import read_settings
from components.settings.root import Settings
from components.settings.rules import advice

__all__ = ["Settings", "advice", "read_settings"]
