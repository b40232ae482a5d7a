"""The normal form: two ways to say the same are the same."""

from cloudtrail.selectors import AdvancedEventSelector, EventSelector, FieldSelector, ReadWriteType, Selectors
from cloudtrail.selectors import management_selectors as management
from cloudtrail.selectors.normal_form import normal_form

MANAGEMENT = FieldSelector("eventCategory", equals=("Management",))
READS = FieldSelector("readOnly", equals=("true",))


def advanced(*fields: FieldSelector, name: str = "") -> Selectors:
    """One advanced selector."""
    return (AdvancedEventSelector(name, fields),)


def test_nothing_is_the_default_however_it_is_written() -> None:
    """No selectors, the classic default and the advanced default are one."""
    default = normal_form(())
    assert normal_form((EventSelector(),)) == default
    assert normal_form(advanced(MANAGEMENT, name="Management events selector")) == default


def test_names_and_order_decide_nothing() -> None:
    """Only the conditions count."""
    assert normal_form(advanced(MANAGEMENT, READS, name="a")) == normal_form(
        advanced(READS, MANAGEMENT, name="b")
    )


def test_a_narrowed_selector_differs_whatever_its_name() -> None:
    """Reads only, under the default selector's name, is not the default."""
    narrowed = advanced(MANAGEMENT, READS, name="Management events selector")
    assert normal_form(narrowed) != normal_form(())
    assert normal_form((EventSelector(read_write_type=ReadWriteType.READ_ONLY),)) == normal_form(narrowed)


def test_an_operator_is_part_of_a_condition() -> None:
    """To take a source and to leave it out are not the same."""
    source = ("kms.amazonaws.com",)
    one = advanced(MANAGEMENT, FieldSelector("eventSource", equals=source))
    other = advanced(MANAGEMENT, FieldSelector("eventSource", not_equals=source))
    assert normal_form(one) != normal_form(other)


def test_a_classic_selector_that_takes_nothing_is_not_the_default() -> None:
    """Logging nothing is no way to say everything."""
    assert normal_form((EventSelector(include_management_events=False),)) == frozenset()


def test_the_trails_preset_is_the_default() -> None:
    """What a trail is provisioned with takes what CloudTrail's default takes."""
    assert normal_form(management()) == normal_form(())
