"""The advanced event selectors a stack's settings amount to, exactly as they are sent."""

from cloudtrail.catalog import APP_MESH
from cloudtrail.selectors import (
    AdvancedEventSelector,
    FieldSelector,
    ReadWriteType,
    app_mesh_selectors,
    management_selectors,
)
from components.settings.root import Settings

_READ_WRITE = {
    "all": ReadWriteType.ALL,
    "read-only": ReadWriteType.READ_ONLY,
    "write-only": ReadWriteType.WRITE_ONLY,
}


def trail_selectors(settings: Settings) -> tuple[AdvancedEventSelector, ...]:
    """The selectors of the trail.

    They are always written out, even where they say what CloudTrail does by default: the provider takes the
    removal of selectors from a program for no change at all.

    Raises:
        MalformedSelector: `trail.selectors` holds something that is not a selector.
        IllegalSelectors: `trail.exclude` holds what cannot be excluded; validated settings never do.
    """
    trail = settings.trail
    if trail.selectors is not None:
        return tuple(
            AdvancedEventSelector.from_api(item, path=f"trail.selectors[{index}]")
            for index, item in enumerate(trail.selectors)
        )
    return management_selectors(_READ_WRITE[trail.management_events], exclude=trail.exclude)


def store_selectors(settings: Settings) -> tuple[AdvancedEventSelector, ...]:
    """The selectors of a created event data store.

    Raises:
        MalformedSelector: `eventDataStore.selectors` holds something that is not a selector.
        IllegalSelectors: there are more values than CloudTrail allows.
    """
    store = settings.event_data_store
    if store.selectors is not None:
        return tuple(
            AdvancedEventSelector.from_api(item, path=f"eventDataStore.selectors[{index}]")
            for index, item in enumerate(store.selectors)
        )
    others = tuple(source for source in settings.event_sources if source != APP_MESH)
    if APP_MESH not in settings.event_sources:
        return (_management_of(others, writes_only=store.capture == "write-only"),)
    if store.operations:
        return app_mesh_selectors(store.operations, extra_sources=others)
    return app_mesh_selectors(store.capture, without_stream=not store.envoy_connections, extra_sources=others)


def _management_of(sources: tuple[str, ...], *, writes_only: bool) -> AdvancedEventSelector:
    fields = [
        FieldSelector("eventCategory", equals=("Management",)),
        FieldSelector("eventSource", equals=sources),
    ]
    if writes_only:
        fields.append(FieldSelector("readOnly", equals=("false",)))
    what = "writes" if writes_only else "all management events"
    return AdvancedEventSelector(f"Chosen services: {what}", tuple(fields))
