"""Where App Mesh answers; the names of this module and of what is in it are moto's.

One pattern takes everything under the API's version: the operation is recognised by botocore's model of the
service, which knows all 38 paths already.
"""

from __future__ import annotations

from typing import Final

from sandbox.appmesh.responses import AppMeshResponse

APP_MESH_URLS: Final = {r"{0}/v20190125/(?P<route>.+)$": AppMeshResponse.dispatch}

url_bases: Final = [r"https?://appmesh\.(.+)\.amazonaws\.com"]
url_paths: Final = APP_MESH_URLS
