"""Where CloudFormation answers; the names of this module and of what is in it are moto's."""

from __future__ import annotations

from typing import Final

from sandbox.stack_sets.responses import StackSetResponse

url_bases: Final = [r"https?://cloudformation\.(.+)\.amazonaws\.com"]
url_paths: Final = {"{0}/$": StackSetResponse.dispatch}
