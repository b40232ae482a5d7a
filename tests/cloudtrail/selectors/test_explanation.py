from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudtrail.catalog import APP_MESH, EVENTS, by_name
from cloudtrail.selectors import (
    AdvancedEventSelector,
    EventSelector,
    Explanation,
    FieldSelector,
    ReadWriteType,
    SelectableEvent,
    explain,
    matches,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

MANAGEMENT = FieldSelector("eventCategory", equals=("Management",))
MESH = FieldSelector("eventSource", equals=(APP_MESH,))
READS = FieldSelector("readOnly", equals=("true",))
WRITES = FieldSelector("readOnly", equals=("false",))
MARY = "arn:aws:iam::123456789012:user/Mary_Major"


def asked(*selectors: tuple[FieldSelector, ...]) -> Explanation:
    """What selectors of management events with these conditions miss."""
    return explain(
        [AdvancedEventSelector(f"s{i}", (MANAGEMENT, *conditions)) for i, conditions in enumerate(selectors)]
    )


# --- What is captured. --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "selectors",
    [
        (),
        (EventSelector(),),
        (AdvancedEventSelector("", (MANAGEMENT,)),),
        (AdvancedEventSelector("", (MANAGEMENT, MESH)),),
        (
            AdvancedEventSelector("reads", (MANAGEMENT, MESH, READS)),
            AdvancedEventSelector("writes", (MANAGEMENT, MESH, WRITES)),
        ),
        (
            EventSelector(read_write_type=ReadWriteType.READ_ONLY),
            EventSelector(read_write_type=ReadWriteType.WRITE_ONLY),
        ),
        (EventSelector(exclude_management_event_sources=("kms.amazonaws.com",)),),
    ],
)
def test_all_is_captured(selectors: tuple[EventSelector, ...] | tuple[AdvancedEventSelector, ...]) -> None:
    """The default, all of App Mesh, and a read-only with a write-only selector lose no event."""
    explanation = explain(selectors)
    assert explanation.captured_all
    assert explanation.missed == ()
    assert explanation.summary() == "All 39 App Mesh events are captured."


def test_conditions_on_the_caller_can_add_up_to_everyone() -> None:
    """Everyone but Mary, and Mary, is everyone."""
    explanation = asked(
        (FieldSelector("userIdentity.arn", not_equals=(MARY,)),),
        (FieldSelector("userIdentity.arn", equals=(MARY,)),),
    )
    assert explanation.captured_all


# --- What is missed, and how it is told. --------------------------------------------------------------------


def test_excluding_service_events_loses_the_envoy_stream() -> None:
    """The console's template that drops service events drops StreamAggregatedResources, and nothing else."""
    explanation = asked((MESH, FieldSelector("eventType", not_equals=("AwsServiceEvent",))))
    (missed,) = explanation.missed
    assert (missed.event_name, missed.read_only, missed.event_type, missed.always) == (
        "StreamAggregatedResources",
        False,
        "AwsServiceEvent",
        True,
    )
    assert (
        missed.why
        == 'advancedEventSelectors[0] ("s0"): eventType NotEquals "AwsServiceEvent" drops "AwsServiceEvent"'
    )
    assert explanation.summary() == "1 of 39 App Mesh events is missed: StreamAggregatedResources."


def test_a_missed_class_is_one_entry() -> None:
    """A read-only trail misses every write, for one reason and with one example."""
    (missed,) = explain([EventSelector(read_write_type=ReadWriteType.READ_ONLY)]).missed
    assert missed.label == "every write call (23) and StreamAggregatedResources"
    assert missed.why == "eventSelectors[0]: its ReadWriteType is ReadOnly, and the event is a write"
    assert set(missed.event_names) == {event.name for event in EVENTS if not event.read_only}


def test_missing_everything_is_one_entry() -> None:
    """A store of another service's events misses all 39 for one reason."""
    explanation = asked((FieldSelector("eventSource", equals=("ecs.amazonaws.com",)), WRITES))
    (missed,) = explanation.missed
    assert missed.label == "every event (39)"
    assert "eventSource Equals" in missed.why
    assert explanation.missed_names == {event.name for event in EVENTS}


def test_selectors_that_take_no_management_events_are_told_apart_from_narrow_ones() -> None:
    """A trail of data events only is said to be one."""
    data = AdvancedEventSelector("", (FieldSelector("eventCategory", equals=("Data",)),))
    assert explain([data]).missed[0].why == "no selector takes management events"
    assert explain([EventSelector(include_management_events=False)]).missed[0].why == (
        "no selector takes management events"
    )


def test_the_reasons_name_the_selectors_that_could_have_taken_the_event() -> None:
    """Selectors of data events are not blamed for a management event."""
    data = AdvancedEventSelector("data", (FieldSelector("eventCategory", equals=("Data",)),))
    reads = AdvancedEventSelector("reads", (MANAGEMENT, READS))
    (missed,) = explain([data, reads]).missed
    assert missed.why == (
        'advancedEventSelectors[1] ("reads"): readOnly Equals "true" is asked for, and the event has "false"'
    )


def test_a_list_of_names_is_told_by_what_it_lacks() -> None:
    """Choosing one operation misses the other 38, told in classes."""
    (missed,) = asked((MESH, FieldSelector("eventName", equals=("CreateMesh",)))).missed
    assert missed.label == "every event but CreateMesh (38)"
    assert missed.event_name != "CreateMesh"


def test_different_reasons_are_different_entries() -> None:
    """Reads lost to one condition and the stream lost to another are two things to mend."""
    explanation = asked((MESH, WRITES, FieldSelector("eventType", not_equals=("AwsServiceEvent",))))
    assert [missed.label for missed in explanation.missed] == ["every read (15)", "StreamAggregatedResources"]
    assert explanation.summary() == (
        "16 of 39 App Mesh events are missed: every read (15); StreamAggregatedResources."
    )


# --- Who called, and from where. ----------------------------------------------------------------------------


def test_excluding_a_caller_is_a_miss_by_that_caller() -> None:
    """With userIdentity.arn NotEquals, every event is lost when that identity makes it."""
    (missed,) = asked((FieldSelector("userIdentity.arn", not_equals=(MARY,)),)).missed
    assert missed.example.user_identity_arn == MARY
    assert not missed.always
    assert missed.label == "every event (39)"


def test_excluding_callers_by_prefix_is_a_miss_by_one_of_them() -> None:
    """The counter-example's identity has the excluded prefix."""
    prefix = "arn:aws:sts::123456789012:assumed-role/Deployer/"
    (missed,) = asked((FieldSelector("userIdentity.arn", not_starts_with=(prefix,)),)).missed
    assert str(missed.example.user_identity_arn).startswith(prefix)


def test_asking_for_callers_misses_services_that_have_no_arn() -> None:
    """Even a prefix that every ARN has leaves out callers without one."""
    (missed,) = asked((FieldSelector("userIdentity.arn", starts_with=("arn:",)),)).missed
    assert missed.example.user_identity_arn is None


def test_leaving_out_console_sessions_loses_calls_but_not_the_stream() -> None:
    """An Envoy proxy has no console session, so its events are always captured."""
    (missed,) = asked((FieldSelector("sessionCredentialFromConsole", not_equals=("true",)),)).missed
    assert missed.label == "every API call (38)"
    assert missed.example.session_credential_from_console is True
    assert not missed.always


def test_asking_for_console_sessions_loses_the_stream_always() -> None:
    """Calls are captured sometimes, service events never."""
    explanation = asked((FieldSelector("sessionCredentialFromConsole", equals=("true",)),))
    assert [(missed.label, missed.always) for missed in explanation.missed] == [
        ("every API call (38)", False),
        ("StreamAggregatedResources", True),
    ]
    assert "every API call (38) in some circumstances" in explanation.summary()


def test_a_contradiction_misses_always() -> None:
    """A caller who must and must not be Mary does not exist."""
    (missed,) = asked((FieldSelector("userIdentity.arn", equals=(MARY,), not_equals=(MARY,)),)).missed
    assert missed.always


def test_hostile_names_and_values_are_inert() -> None:
    """Neither a selector's name nor its value can act in the terminal that shows the reason."""
    selector = AdvancedEventSelector(
        "\x1b[2J", (MANAGEMENT, FieldSelector("eventName", equals=("\x1b]0;\x07",) * 9))
    )
    explanation = explain([selector], event_source="\x1b[31m")
    assert all(missed.why.isprintable() for missed in explanation.missed)
    assert explanation.summary().isprintable()


def test_the_reasons_stay_short_with_many_selectors() -> None:
    """Three selectors are told, the rest counted."""
    explanation = asked(*[(FieldSelector("eventName", equals=(f"N{index}",) * 5),) for index in range(40)])
    assert "and 37 more selectors" in explanation.missed[0].why
    assert "and 2 more" in explanation.missed[0].why


# --- Against brute force. -----------------------------------------------------------------------------------

# A busy machine is no defect of the code: neither deadlines nor slow drawing fail a test.
quick = settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def plain(name: str) -> SelectableEvent:
    """A catalog event without circumstances."""
    event = by_name(name)
    assert event is not None
    return SelectableEvent(
        event_source=APP_MESH, event_name=name, event_type=event.event_type, read_only=event.read_only
    )


@quick
@given(data=st.data())
def test_every_counter_example_is_one_and_nothing_else_is_lost(
    data: st.DataObject, advanced_selectors: SearchStrategy[AdvancedEventSelector]
) -> None:
    """Over any selectors, examples are dropped, and what is not missed is taken from every caller tried."""
    selectors = data.draw(st.lists(advanced_selectors, max_size=3))
    explanation = explain(selectors)
    for missed in explanation.missed:
        assert not matches(selectors, missed.example)
        assert missed.example.event_name == missed.event_name
        assert missed.event_name in missed.event_names
    arns = [None, MARY, "arn:aws:iam::123456789012:user/Mary", "arn:aws:iam::123456789012:user/Mateo", "Mary"]
    for event in EVENTS:
        consoles = [None] if event.event_type == "AwsServiceEvent" else [None, True]
        worlds = [
            replace(plain(event.name), user_identity_arn=arn, session_credential_from_console=console)
            for arn, console in product(arns, consoles)
        ]
        taken = [matches(selectors, world) for world in worlds]
        if event.name not in explanation.missed_names:
            assert all(taken)
        for missed in explanation.missed:
            if missed.always and event.name in missed.event_names:
                assert not any(taken)


# Every text over three letters, up to five long: long enough for any start, a free letter and any end of the
# values below, which use two letters only. So trying them all is trying every caller there could be.
SHORT_TEXTS = ["".join(letters) for size in range(6) for letters in product("abc", repeat=size)]
PAIRS = st.tuples(
    st.sampled_from(["equals", "not_equals", "starts_with", "not_starts_with", "ends_with", "not_ends_with"]),
    st.sampled_from(["a", "b", "aa", "ab", "ba"]),
)
FIXED = st.sampled_from([(), (READS,), (WRITES,), (FieldSelector("eventName", equals=("CreateMesh",)),)])
CONSOLE = st.sampled_from(
    [
        (),
        (),
        (FieldSelector("sessionCredentialFromConsole", equals=("true",)),),
        (FieldSelector("sessionCredentialFromConsole", not_equals=("true",)),),
    ]
)


def caller(pairs: list[tuple[str, str]]) -> tuple[FieldSelector, ...]:
    """A condition on the caller, or none."""
    operators = {operator: tuple(value for name, value in pairs if name == operator) for operator, _ in pairs}
    return (FieldSelector("userIdentity.arn", **operators),) if pairs else ()


SELECTORS = st.lists(
    st.tuples(FIXED, CONSOLE, st.lists(PAIRS, max_size=2).map(caller)), min_size=1, max_size=3
)
REPRESENTATIVES = ["CreateMesh", "DescribeMesh", "StreamAggregatedResources"]


@settings(max_examples=50, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(SELECTORS)
def test_missed_is_exactly_what_some_caller_can_lose(
    parts: list[tuple[tuple[FieldSelector, ...], ...]],
) -> None:
    """An event is missed if and only if brute force finds a caller and a session that lose it."""
    selectors = [AdvancedEventSelector("", (MANAGEMENT, *sum(each, ()))) for each in parts]
    explanation = explain(selectors)
    for name in REPRESENTATIVES:
        consoles = [None] if name == "StreamAggregatedResources" else [None, True]
        answers = {
            matches(
                selectors,
                replace(plain(name), user_identity_arn=arn, session_credential_from_console=console),
            )
            for arn in [None, *SHORT_TEXTS]
            for console in consoles
        }
        assert (name in explanation.missed_names) is (False in answers)
        always = [missed.always for missed in explanation.missed if name in missed.event_names]
        assert always == ([True not in answers] if False in answers else [])


def test_as_many_values_as_are_legal_are_searched_in_reasonable_time() -> None:
    """120 starts against 120 ends, twice: every combination is tried, and the answer comes within seconds."""
    starts = tuple(f"arn:aws:iam::{number:012}:" for number in range(120))
    ends = tuple(f"/user-{number}" for number in range(120))
    condition = FieldSelector("userIdentity.arn", starts_with=starts, ends_with=ends)
    opposite = FieldSelector("userIdentity.arn", not_starts_with=starts, not_ends_with=ends)
    assert asked((condition,), (opposite,)).captured_all
