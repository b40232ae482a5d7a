"""The published JSON schema of the report about an organization: `verify/organization/schema.json`.

`python -m verify.organization.schema` writes it again after the document changed; a test holds it current.
"""

import json
from pathlib import Path
from typing import Final

from verify.organization.document import SCHEMA, OrganizationReport

PATH: Final = Path(__file__).with_name("schema.json")


def schema_text() -> str:
    """The JSON schema (draft 2020-12) of the document as `OrganizationReport.to_json` writes it."""
    described = OrganizationReport.model_json_schema(by_alias=True, mode="serialization")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
    }
    return json.dumps(head | described, indent=2) + "\n"


if __name__ == "__main__":
    PATH.write_text(schema_text(), encoding="utf-8")
