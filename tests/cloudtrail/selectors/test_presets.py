from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudtrail.catalog import APP_MESH, EVENTS
from cloudtrail.selectors import (
    Choice,
    Destination,
    IllegalSelectors,
    InvalidChoice,
    ReadWriteType,
    SelectableEvent,
    app_mesh_selectors,
    explain,
    management_selectors,
    matches,
    problems,
)

# A busy machine is no defect of the code: neither deadlines nor slow drawing fail a test.
quick = settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

STREAM = "StreamAggregatedResources"
WRITES = {event.name for event in EVENTS if not event.read_only}
ALL = {event.name for event in EVENTS}
SOURCES = ["ecs.amazonaws.com", "servicediscovery.amazonaws.com", "vpc-lattice.amazonaws.com"]


def captured(selectors: tuple[object, ...]) -> set[str]:
    """The names of the App Mesh events these selectors take, whoever calls."""
    return ALL - explain(selectors).missed_names  # pyright: ignore[reportArgumentType] # either kind


@quick
@given(
    which=st.one_of(
        st.sampled_from(["all", "write-only"]),
        st.lists(st.sampled_from(sorted(ALL)), min_size=1, max_size=39),
    ),
    without_stream=st.booleans(),
    extra=st.lists(st.sampled_from(SOURCES), max_size=4),
)
def test_every_store_preset_is_legal_and_takes_exactly_what_it_says(
    which: Choice | list[str],
    without_stream: bool,  # drawn
    extra: list[str],
) -> None:
    """Over the whole catalog and the further sources: what was chosen is taken, the rest is not."""
    if without_stream and not isinstance(which, str):
        which = [name for name in which if name != STREAM] or ["CreateMesh"]
    selectors = app_mesh_selectors(which, without_stream=without_stream, extra_sources=extra)
    assert problems(selectors, Destination.EVENT_DATA_STORE) == ()
    chosen = {"all": ALL, "write-only": WRITES}[which] if isinstance(which, str) else set(which)
    assert captured(selectors) == chosen - ({STREAM} if without_stream else set())
    for source in [*SOURCES, "kms.amazonaws.com"]:
        for read_only in (True, False):
            event = SelectableEvent(event_source=source, event_name="CreateMesh", read_only=read_only)
            wanted = source in extra and not (which == "write-only" and read_only)
            assert matches(selectors, event) is wanted


@quick
@given(
    read_write=st.sampled_from(ReadWriteType),
    exclude=st.lists(st.sampled_from(["kms.amazonaws.com", "rdsdata.amazonaws.com"]), max_size=3),
)
def test_every_trail_preset_is_legal_and_takes_exactly_what_it_says(
    read_write: ReadWriteType, exclude: list[str]
) -> None:
    """Reads, writes or both, of every service but the excluded ones."""
    selectors = management_selectors(read_write, exclude=exclude)
    assert problems(selectors, Destination.TRAIL) == ()
    flags = {
        ReadWriteType.ALL: {True, False},
        ReadWriteType.READ_ONLY: {True},
        ReadWriteType.WRITE_ONLY: {False},
    }
    assert captured(selectors) == {event.name for event in EVENTS if event.read_only in flags[read_write]}
    for source in ["kms.amazonaws.com", "rdsdata.amazonaws.com", "s3.amazonaws.com"]:
        for read_only in (True, False):
            event = SelectableEvent(event_source=source, event_name="Decrypt", read_only=read_only)
            assert matches(selectors, event) is (read_only in flags[read_write] and source not in exclude)


def test_presets_say_in_their_names_what_they_take() -> None:
    """The names are for whoever reads the console."""
    assert [
        each.name for each in app_mesh_selectors("write-only", without_stream=True, extra_sources=SOURCES)
    ] == [
        "App Mesh: writes but StreamAggregatedResources",
        "Further services: writes",
    ]
    assert management_selectors("ReadOnly", exclude=["kms.amazonaws.com"])[0].name == (
        "Management events: reads but kms.amazonaws.com"
    )


def test_the_app_mesh_preset_is_this_request() -> None:
    """The plainest preset, as it is sent."""
    assert [each.to_api() for each in app_mesh_selectors()] == [
        {
            "Name": "App Mesh: all events",
            "FieldSelectors": [
                {"Field": "eventCategory", "Equals": ["Management"]},
                {"Field": "eventSource", "Equals": [APP_MESH]},
            ],
        }
    ]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("CreateMsh", 'Instead of "CreateMsh", try CreateMesh'),
        ("createvirtualnode", 'Instead of "createvirtualnode", try CreateVirtualNode.'),
        ("RunInstances", "App Mesh events are CreateGatewayRoute"),
    ],
)
def test_a_name_that_is_no_app_mesh_event_is_refused_with_close_ones(name: str, remedy: str) -> None:
    """A misspelling would silently capture nothing, so it is refused with what may have been meant."""
    with pytest.raises(InvalidChoice, match="cannot be chosen") as refused:
        app_mesh_selectors(["CreateMesh", name])
    assert f'"{name}" is not an App Mesh event' in refused.value.why
    assert remedy in refused.value.remedy


def test_every_wrong_part_of_a_choice_is_told_at_once() -> None:
    """Two unknown names and two unusable sources are four complaints in one error."""
    with pytest.raises(InvalidChoice) as refused:
        app_mesh_selectors(["A", "B"], extra_sources=["ecs", APP_MESH, "https://ecs.amazonaws.com"])
    assert refused.value.why.count(";") == 4


@pytest.mark.parametrize("which", ["", "writes", "CreateMesh"])
def test_a_word_that_is_no_choice_is_refused(which: str) -> None:
    """A single name is not a list of names."""
    with pytest.raises(InvalidChoice) as refused:
        app_mesh_selectors(which)
    assert "a list of event names" in refused.value.remedy


def test_an_empty_list_of_names_is_refused() -> None:
    """Nothing chosen would be a store that stays empty."""
    with pytest.raises(InvalidChoice, match="cannot be chosen"):
        app_mesh_selectors([])


def test_the_stream_cannot_be_chosen_and_left_out() -> None:
    """Two settings that contradict each other are refused rather than one of them ignored."""
    with pytest.raises(InvalidChoice, match="cannot be chosen"):
        app_mesh_selectors([STREAM], without_stream=True)


def test_more_sources_than_cloudtrail_takes_values_are_refused() -> None:
    """497 sources beside the values of the selectors themselves fit, one more does not."""
    sources = [f"service-{number}.amazonaws.com" for number in range(498)]
    assert len(app_mesh_selectors(extra_sources=sources[:497])) == 2
    with pytest.raises(IllegalSelectors, match="event data store"):
        app_mesh_selectors(extra_sources=sources)


def test_a_trail_cannot_leave_out_another_service() -> None:
    """The preset refuses what CloudTrail refuses, naming the service."""
    with pytest.raises(IllegalSelectors) as refused:
        management_selectors(exclude=["kms.amazonaws.com", "ecs.amazonaws.com"])
    assert "ecs.amazonaws.com" in str(refused.value)


def test_a_read_write_type_that_is_none_is_refused() -> None:
    """The three there are stand in the remedy."""
    with pytest.raises(InvalidChoice) as refused:
        management_selectors("Write")  # pyright: ignore[reportArgumentType] # what a settings file may hold
    assert refused.value.remedy == "Use one of All, ReadOnly, WriteOnly."
