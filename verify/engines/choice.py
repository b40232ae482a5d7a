"""The stores of a verification, with the engine that was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.errors import MeshtrailError
from verify.engines.kind import EngineKind
from verify.engines.meter import Meter
from verify.stores.athena import AthenaTrailBucket
from verify.stores.base import StoreKind
from verify.stores.event_data_store import EventDataStore
from verify.stores.trail_bucket import TrailBucket

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtrail.manifest import Manifest
    from verify.aws import Aws
    from verify.stores.base import Place, Store


class NoEngine(MeshtrailError):
    """What the chosen engine works on is not there."""


def _nobody(sentence: str) -> None:
    """Whoever reads for himself pays for nothing that has to be told."""
    del sentence


@dataclass(frozen=True, slots=True)
class Engine:
    """Who reads the trails' log files.

    Attributes:
        kind: Who.
        meter: Told what it costs.
    """

    kind: EngineKind
    meter: Meter

    @property
    def reads_locally(self) -> bool:
        """Whether this machine searches log files."""
        return self.kind is EngineKind.LOCAL

    def check(self, manifest: Manifest) -> None:
        """See that the engine has what it works on.

        Raises:
            NoEngine: when it has not.
        """
        if self.kind is EngineKind.ATHENA:
            catalog = manifest.athena
            if catalog is None:
                raise NoEngine(
                    "--engine athena needs tables over the log files",
                    why="The manifest tells of none.",
                    remedy="Set `athena.enabled` in the stack, `pulumi up`, and give its manifest; "
                    "see docs/how-to-query-with-athena.md.",
                )
            if catalog.trail_arn not in {trail.arn for trail in manifest.trails}:
                raise NoEngine(
                    "The manifest's tables are over the log files of a trail that it does not tell of",
                    where=catalog.trail_arn,
                    remedy="Export the manifest again: `pulumi stack output manifest --json > manifest.json`.",
                )
        if self.kind is EngineKind.LAKE and not manifest.event_data_stores:
            raise NoEngine(
                "--engine lake needs an event data store",
                why="There is none.",
                remedy="Use --engine athena or local.",
            )

    def stores(
        self, stores: Sequence[Store], *, manifest: Manifest, aws: Aws, places: Sequence[Place]
    ) -> list[Store]:
        """The same stores, read by the engine.

        With Athena a trail's bucket is searched by it; another trail's, that has no tables, is read here. With Lake
        the buckets are left out.

        Args:
            stores: As this machine reads them.
            manifest: What was promised.
            aws: The session to ask with.
            places: Every account and Region that is going to be asked for.

        Raises:
            NoEngine: when the engine has nothing to work on.
        """
        self.check(manifest)
        match self.kind:
            case EngineKind.LOCAL:
                return list(stores)
            case EngineKind.LAKE:
                return self._of_lake(stores)
            case EngineKind.ATHENA:
                return [self._of_athena(store, manifest, aws, places) for store in stores]

    def _of_lake(self, stores: Sequence[Store]) -> list[Store]:
        kept: list[Store] = []
        for store in stores:
            if store.kind is StoreKind.TRAIL_BUCKET:
                self.meter.tell(f"{store.title}: not read, and nothing is claimed of it (--engine lake).")
                continue
            if isinstance(store, EventDataStore):
                store.meter = self.meter
            kept.append(store)
        return kept

    def _of_athena(self, store: Store, manifest: Manifest, aws: Aws, places: Sequence[Place]) -> Store:
        catalog = manifest.athena
        if catalog is None or not isinstance(store, TrailBucket):
            return store
        if store.trail.arn != catalog.trail_arn:
            self.meter.tell(f"{store.title}: Athena has no tables over it, so that it is read here.")
            return store
        return AthenaTrailBucket(
            store, catalog=catalog, aws=aws, account=manifest.account, places=places, meter=self.meter
        )


LOCAL: Final = Engine(EngineKind.LOCAL, Meter(None, tell=_nobody))
"""This machine."""
