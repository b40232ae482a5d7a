"""What one sandbox is made of: the parts that the control plane, the recorder and the responses share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cloudtrail.errors import MeshtrailError
from sandbox.appmesh import AppMeshSwitch
from sandbox.athena.service import AthenaService
from sandbox.callers import CallerDirectory
from sandbox.delivery.courier import Courier
from sandbox.delivery.lake_feed import LakeFeed
from sandbox.delivery.signing_keys import SigningKeys
from sandbox.faults import FaultPlan
from sandbox.history.store import HistoryStore
from sandbox.history.throttle import TokenBuckets
from sandbox.lake.service import LakeService
from sandbox.ledger import Ledger
from sandbox.names_to_come import NamesToCome
from sandbox.regions import RegionChoices

if TYPE_CHECKING:
    from sandbox.settings import SandboxSettings


class UnknownSwitch(MeshtrailError):
    """A switch that the sandbox does not have."""


@dataclass(slots=True)
class SandboxState:
    """Everything a sandbox knows besides what moto keeps.

    Attributes:
        settings: What it was started with.
        ledger: Every event captured.
        faults: What goes wrong.
        callers: Who is known by which access key.
        keys: The keys that sign digests.
        app_mesh: Whether App Mesh has ended.
        names: What the next organization and accounts are called.
        regions: Which Regions accounts enabled and disabled.
        history: Event history.
        lookups: The limit on LookupEvents.
        athena: Athena's queries.
        lake: CloudTrail Lake.
        lake_feed: Delivery to it.
        courier: Delivery to trails.
    """

    settings: SandboxSettings
    ledger: Ledger = field(default_factory=Ledger)
    callers: CallerDirectory = field(default_factory=CallerDirectory)
    keys: SigningKeys = field(default_factory=SigningKeys)
    app_mesh: AppMeshSwitch = field(default_factory=AppMeshSwitch)
    athena: AthenaService = field(default_factory=AthenaService)
    names: NamesToCome = field(default_factory=NamesToCome)
    regions: RegionChoices = field(default_factory=RegionChoices)
    faults: FaultPlan = field(init=False)
    history: HistoryStore = field(init=False)
    lookups: TokenBuckets = field(init=False)
    lake: LakeService = field(init=False)
    lake_feed: LakeFeed = field(init=False)
    courier: Courier = field(init=False)

    def __post_init__(self) -> None:
        """Build the parts that depend on the settings, and let events flow between them."""
        settings = self.settings
        self.app_mesh.ended = settings.app_mesh_ended
        self.faults = FaultPlan(settings.seed)
        self.history = HistoryStore(faults=self.faults, delay=settings.history_delay)
        self.lookups = TokenBuckets(settings.lookup_tps)
        self.lake = LakeService(settings)
        self.lake_feed = LakeFeed(lake=self.lake, faults=self.faults)
        self.courier = Courier(
            settings=settings, faults=self.faults, keys=self.keys, every_round=self.lake_feed.release
        )
        self.ledger.subscribe(self.history.ingest)
        self.ledger.subscribe(self.lake_feed.take)
        self.ledger.subscribe(self.courier.take)

    def flush(self) -> None:
        """Let everything arrive now that only waits for the usual time."""
        self.history.catch_up()
        self.lake_feed.release()
        self.lake.flush()
        self.courier.flush()

    def clear(self) -> None:
        """Forget everything that happened; settings, signing keys and the thread of deliveries stay."""
        self.app_mesh.ended = self.settings.app_mesh_ended
        self.lake.new_customer = self.settings.lake_new_customer
        self.courier.clear()
        self.lake_feed.clear()
        self.lake.reset()
        self.athena.clear()
        self.ledger.clear()
        self.history.clear()
        self.callers.clear()
        self.faults.clear()
        self.lookups.clear()
        self.names.clear()
        self.regions.clear()

    def close(self) -> None:
        """Stop what runs and delete what lies on disk."""
        self.courier.stop()
        self.lake.close()

    def switches(self) -> dict[str, bool]:
        """The switches, by the names the control plane gives them."""
        return {"appMeshEnded": self.app_mesh.ended, "lakeNewCustomer": self.lake.new_customer}

    def switch(self, name: str, *, on: bool) -> None:
        """Turn a switch.

        Raises:
            UnknownSwitch: when there is none of that name.
        """
        match name:
            case "appMeshEnded":
                self.app_mesh.ended = on
            case "lakeNewCustomer":
                self.lake.new_customer = on
            case _:
                raise UnknownSwitch(
                    f"There is no switch {name!r}", remedy=f"The switches are {', '.join(self.switches())}."
                )
