"""What there is, found from AWS alone: no manifest, no stack, whoever provisioned it.

regions            where App Mesh's events may be         (asks EC2)
trails             trails, each read at its home Region   (asks CloudTrail and S3)
event_data_stores  event data stores                      (asks CloudTrail)
inventory          all of them, as a manifest
claims             what is claimed of the inventory       (pure)
"""

from verify.discovery.claims import STATEMENTS, inventory_claims
from verify.discovery.inventory import Inventory, discover

__all__ = ["STATEMENTS", "Inventory", "discover", "inventory_claims"]
