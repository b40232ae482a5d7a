"""The Pulumi program: read the stack's settings, compose what they ask for, export the manifest."""

import pulumi

from cloudtrail.errors import SettingsError
from components.audit import MeshAudit
from components.providers import other_accounts
from components.settings import Settings, advice, read_settings
from components.stack_config import stack_config


def settings_of_this_stack() -> Settings:
    """The settings, or an error that Pulumi shows as it is, without a traceback."""
    stack = pulumi.get_stack()
    try:
        settings = read_settings(stack_config(), where=f"Pulumi.{stack}.yaml")
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from error
    for note in advice(settings):
        pulumi.log.warn(str(note))
    return settings


settings = settings_of_this_stack()
audit = MeshAudit("audit", {"settings": settings, "others": other_accounts(settings, stack_config())})
pulumi.export("manifest", audit.manifest)
