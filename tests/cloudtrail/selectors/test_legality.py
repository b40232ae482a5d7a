from __future__ import annotations

import pytest

from cloudtrail.selectors import (
    AdvancedEventSelector,
    Destination,
    EventSelector,
    FieldSelector,
    IllegalSelectors,
    SelectorProblem,
    check_legal,
    problems,
)

TRAIL, STORE = Destination.TRAIL, Destination.EVENT_DATA_STORE
MANAGEMENT = FieldSelector("eventCategory", equals=("Management",))
MESH = FieldSelector("eventSource", equals=("appmesh.amazonaws.com",))


def selector(*conditions: FieldSelector, name: str = "") -> AdvancedEventSelector:
    """An advanced selector with these conditions."""
    return AdvancedEventSelector(name, conditions)


def only(found: tuple[SelectorProblem, ...]) -> SelectorProblem:
    """The one problem there is."""
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


@pytest.mark.parametrize("destination", Destination)
def test_no_selectors_are_legal(destination: Destination) -> None:
    """The default of CloudTrail may be asked for by saying nothing."""
    assert problems((), destination) == ()


def test_app_mesh_can_be_chosen_on_an_event_data_store() -> None:
    """The same selector is legal where any event source can be asked for."""
    assert problems((selector(MANAGEMENT, MESH),), STORE) == ()


def test_app_mesh_cannot_be_chosen_on_a_trail() -> None:
    """The problem names the operator's path, the rule, what to do and the page of AWS."""
    problem = only(problems((selector(MANAGEMENT, MESH),), TRAIL))
    assert problem.path == "advancedEventSelectors[0].fieldSelectors[1].equals"
    assert "eventSource of Management events on a trail takes NotEquals only" in problem.rule
    assert "a trail cannot choose management events by service" in problem.remedy
    assert problem.page.startswith("https://docs.aws.amazon.com/")


def test_a_trail_can_leave_out_two_services_and_no_other() -> None:
    """NotEquals takes KMS and the RDS Data API; App Mesh cannot be excluded either."""
    both = FieldSelector("eventSource", not_equals=("kms.amazonaws.com", "rdsdata.amazonaws.com"))
    assert problems((selector(MANAGEMENT, both),), TRAIL) == ()
    mesh = FieldSelector("eventSource", not_equals=("kms.amazonaws.com", "appmesh.amazonaws.com"))
    assert (
        only(problems((selector(MANAGEMENT, mesh),), TRAIL)).path
        == "advancedEventSelectors[0].fieldSelectors[1].notEquals[1]"
    )


def test_every_problem_is_found_at_once() -> None:
    """Nothing has to be mended twice: one check finds what is wrong everywhere, each with its path."""
    selectors = (
        selector(
            FieldSelector("eventCategory", equals=("Management",), not_equals=("Data",)),
            FieldSelector("readOnly", equals=("yes",)),
            FieldSelector("eventname", equals=("CreateMesh",)),
            name="n" * 1001,
        ),
        selector(FieldSelector("readOnly", equals=("true",))),
    )
    with pytest.raises(IllegalSelectors) as refused:
        check_legal(selectors, STORE, where="account 123456789012, us-east-1")
    assert [problem.path for problem in refused.value.problems] == [
        "advancedEventSelectors[0].name",
        "advancedEventSelectors[0].fieldSelectors[0].notEquals",
        "advancedEventSelectors[0].fieldSelectors[1].equals[0]",
        "advancedEventSelectors[0].fieldSelectors[2].field",
        "advancedEventSelectors[1].fieldSelectors",
    ]
    text = str(refused.value)
    assert "an event data store" in text
    assert "account 123456789012, us-east-1" in text
    assert all(str(problem) in text for problem in refused.value.problems)


def test_legal_selectors_pass_the_check() -> None:
    """What is legal raises nothing."""
    check_legal((selector(MANAGEMENT, MESH),), STORE)


# --- The table: destination, category, field -> operators. Written out here a second time, in words. --------

E, NE, ALL = "Equals", "Equals NotEquals", "Equals StartsWith EndsWith NotEquals NotStartsWith NotEndsWith"
EXPECTED = {
    (TRAIL, "Management"): {"readOnly": E, "eventSource": "NotEquals"},
    (STORE, "Management"): {
        "readOnly": E,
        "eventSource": ALL,
        "eventName": ALL,
        "eventType": ALL,
        "userIdentity.arn": ALL,
        "sessionCredentialFromConsole": NE,
    },
    (TRAIL, "Data"): {
        "readOnly": E,
        "eventSource": ALL,
        "eventName": ALL,
        "eventType": ALL,
        "resources.type": E,
        "resources.ARN": ALL,
        "userIdentity.arn": ALL,
        "sessionCredentialFromConsole": NE,
    },
    (STORE, "NetworkActivity"): {"eventSource": E, "eventName": ALL, "errorCode": E, "vpcEndpointId": ALL},
    (STORE, "Insight"): {},
    (STORE, "ConfigurationItem"): {},
    (STORE, "Evidence"): {},
    (STORE, "ActivityAuditLog"): {},
}
EXPECTED[STORE, "Data"] = EXPECTED[TRAIL, "Data"]
EXPECTED[TRAIL, "NetworkActivity"] = EXPECTED[STORE, "NetworkActivity"] | {"userIdentity.arn": ALL}

VALUE = {
    "readOnly": "true",
    "eventSource": "kms.amazonaws.com",
    "sessionCredentialFromConsole": "true",
    "errorCode": "VpceAccessDenied",
    "resources.type": "AWS::S3::Object",
    "resources.ARN": "arn:aws:s3:::bucket/key",
}
EVERY_FIELD = [*VALUE, "eventName", "eventType", "userIdentity.arn", "vpcEndpointId"]
ATTRIBUTE = {
    "Equals": "equals",
    "StartsWith": "starts_with",
    "EndsWith": "ends_with",
    "NotEquals": "not_equals",
    "NotStartsWith": "not_starts_with",
    "NotEndsWith": "not_ends_with",
}
REQUIRED = {
    "Data": FieldSelector("resources.type", equals=("AWS::S3::Object",)),
    "NetworkActivity": FieldSelector("eventSource", equals=("cloudtrail.amazonaws.com",)),
}


@pytest.mark.parametrize("operator", ATTRIBUTE)
@pytest.mark.parametrize("field", EVERY_FIELD)
@pytest.mark.parametrize(("destination", "category"), EXPECTED, ids=str)
def test_each_field_takes_the_operators_aws_documents(
    destination: Destination, category: str, field: str, operator: str
) -> None:
    """For every destination, category, field and operator: legal exactly when the documentation says so."""
    conditions = [FieldSelector("eventCategory", equals=(category,))]
    required = REQUIRED.get(category)
    if required and required.field != field:
        conditions.append(required)
    conditions.append(FieldSelector(field, **{ATTRIBUTE[operator]: (VALUE.get(field, "value"),)}))
    found = problems((selector(*conditions),), destination)
    allowed = EXPECTED[destination, category].get(field, "").split()
    if operator in allowed:
        assert found == ()
    else:
        at = f"advancedEventSelectors[0].fieldSelectors[{len(conditions) - 1}]."
        tail = (operator[0].lower() + operator[1:]) if allowed else "field"
        assert only(found).path == at + tail


@pytest.mark.parametrize("category", ["Insight", "ConfigurationItem", "Evidence", "ActivityAuditLog"])
def test_some_categories_are_for_event_data_stores_only(category: str) -> None:
    """Alone they are legal on a store, and refused on a trail."""
    alone = selector(FieldSelector("eventCategory", equals=(category,)))
    assert problems((alone,), STORE) == ()
    assert f"only an event data store takes {category} events" in only(problems((alone,), TRAIL)).rule


@pytest.mark.parametrize("listed", [(), ("Management", "Data"), ("management",), ("Everything",)])
def test_a_selector_takes_exactly_one_known_category(listed: tuple[str, ...]) -> None:
    """None, two, or one AWS does not know are refused."""
    conditions = FieldSelector("eventCategory", equals=listed, not_equals=() if listed else ("Data",))
    assert only(problems((selector(conditions),), TRAIL)).path == (
        "advancedEventSelectors[0].fieldSelectors[0].equals"
    )


@pytest.mark.parametrize(
    ("category", "field"), [("Data", "resources.type"), ("NetworkActivity", "eventSource")]
)
def test_some_categories_require_a_second_field(category: str, field: str) -> None:
    """Data events need a resource type, network activity events a source."""
    problem = only(problems((selector(FieldSelector("eventCategory", equals=(category,))),), TRAIL))
    assert problem.rule == f"{field} is required for {category} events."


@pytest.mark.parametrize(
    ("category", "field", "values"),
    [
        ("Management", "readOnly", ("true", "false")),
        ("Data", "resources.type", ("AWS::S3::Object", "AWS::Lambda::Function")),
        ("NetworkActivity", "eventSource", ("kms.amazonaws.com", "ec2.amazonaws.com")),
    ],
)
def test_some_fields_take_one_value(category: str, field: str, values: tuple[str, ...]) -> None:
    """Two values of such a field need two selectors."""
    conditions = (FieldSelector("eventCategory", equals=(category,)), FieldSelector(field, equals=values))
    assert "takes one value, and there are 2" in only(problems((selector(*conditions),), STORE)).rule


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("readOnly", "True"),
        ("sessionCredentialFromConsole", "false"),
        ("sessionCredentialFromConsole", "yes"),
    ],
)
def test_some_fields_take_fixed_values(field: str, value: str) -> None:
    """Flags are the words true and false, in lower case; the console's only true."""
    problem = only(problems((selector(MANAGEMENT, FieldSelector(field, equals=(value,))),), STORE))
    assert problem.path.endswith("fieldSelectors[1].equals[0]")


def test_network_activity_knows_one_error_code() -> None:
    """Only the endpoint policy's refusal can be asked for."""
    conditions = (
        FieldSelector("eventCategory", equals=("NetworkActivity",)),
        FieldSelector("eventSource", equals=("kms.amazonaws.com",)),
        FieldSelector("errorCode", equals=("AccessDenied",)),
    )
    assert '"VpceAccessDenied" only' in only(problems((selector(*conditions),), TRAIL)).rule


# --- Limits and shapes. -------------------------------------------------------------------------------------


def named(count: int) -> FieldSelector:
    """A condition with that many values."""
    return FieldSelector("eventName", equals=tuple(f"Operation{index}" for index in range(count)))


def test_values_of_all_selectors_together_are_limited_to_500() -> None:
    """The category's values count too: 2 + 249 + 249 are legal, one more is not."""
    assert problems((selector(MANAGEMENT, named(249)), selector(MANAGEMENT, named(249))), STORE) == ()
    problem = only(problems((selector(MANAGEMENT, named(249)), selector(MANAGEMENT, named(250))), STORE))
    assert "up to 500 values, and there are 501" in problem.rule


@pytest.mark.parametrize(
    ("value", "legal"),
    [
        ("x", True),
        ("x" * 2048, True),
        ("", False),
        ("x" * 2049, False),
        ("two\nlines", False),
        ("\u2028", False),
    ],
)
def test_a_value_has_1_to_2048_characters_on_one_line(
    value: str,
    legal: bool,  # an expectation, not a switch
) -> None:
    """Both ends of the range are legal, and what lies beyond is refused."""
    found = problems((selector(MANAGEMENT, FieldSelector("eventName", not_equals=("a", value))),), STORE)
    assert legal is (found == ())
    assert all(
        problem.path == "advancedEventSelectors[0].fieldSelectors[1].notEquals[1]" for problem in found
    )


@pytest.mark.parametrize(
    ("name", "legal"), [("", True), ("n" * 1000, True), ("n" * 1001, False), ("a\nb", False)]
)
def test_a_selector_name_has_up_to_1000_characters(
    name: str,
    legal: bool,  # an expectation, not a switch
) -> None:
    """An empty name is legal; a longer one, or one of two lines, is not."""
    assert legal is (problems((selector(MANAGEMENT, name=name),), STORE) == ())


@pytest.mark.parametrize("field", ["", "event Name", "f" * 1001, "eventName;"])
def test_a_field_name_is_made_of_word_characters_and_dots(field: str) -> None:
    """What cannot be a field name is refused as such, besides being no field CloudTrail knows."""
    found = problems((selector(MANAGEMENT, FieldSelector(field, equals=("x",))),), STORE)
    assert {problem.path for problem in found} == {"advancedEventSelectors[0].fieldSelectors[1].field"}
    assert any("a field name is 1 to 1000" in problem.rule for problem in found)


@pytest.mark.parametrize(
    ("category", "field", "meant"),
    [
        ("Management", "eventname", "eventName"),
        ("Data", "resources.arn", "resources.ARN"),
        ("Data", "ReadOnly", "readOnly"),
    ],
)
def test_a_misspelt_field_is_told_how_it_is_spelt(category: str, field: str, meant: str) -> None:
    """Case is the usual slip."""
    conditions = (FieldSelector("eventCategory", equals=(category,)), FieldSelector(field, equals=("x",)))
    found = [each for each in problems((selector(*conditions),), STORE) if each.path.endswith("[1].field")]
    assert [problem.remedy for problem in found] == [f"Use {meant}."]


def test_a_field_is_named_once_in_a_selector() -> None:
    """Two conditions on one field belong into one field selector."""
    names = (FieldSelector("eventName", equals=("A",)), FieldSelector("eventName", not_equals=("B",)))
    assert '"eventName" has 2' in only(problems((selector(MANAGEMENT, *names),), STORE)).rule


def test_a_condition_has_a_value() -> None:
    """A field without any operator, or with empty lists only, is refused."""
    problem = only(problems((selector(MANAGEMENT, FieldSelector("eventName")),), STORE))
    assert problem.path == "advancedEventSelectors[0].fieldSelectors[1]"


def test_a_selector_names_its_category() -> None:
    """Without eventCategory there is no selector, and the remedy says which one App Mesh has."""
    problem = only(problems((selector(MESH),), STORE))
    assert problem.rule == "eventCategory is required."
    assert "Management" in problem.remedy


def test_wildcards_are_refused_where_they_never_match() -> None:
    """A star is an ordinary character to CloudTrail, which only an object's key can hold."""
    star = FieldSelector("eventName", equals=("Create*",))
    assert "no wildcards" in only(problems((selector(MANAGEMENT, star),), STORE)).rule
    objects = (
        FieldSelector("eventCategory", equals=("Data",)),
        FieldSelector("resources.type", equals=("AWS::S3::Object",)),
        FieldSelector("resources.ARN", equals=("arn:aws:s3:::bucket/*",)),
    )
    assert problems((selector(*objects),), TRAIL) == ()


def test_a_resource_arn_that_is_equal_is_whole() -> None:
    """Equals takes an ARN; its beginning needs StartsWith."""
    conditions = (
        FieldSelector("eventCategory", equals=("Data",)),
        FieldSelector("resources.type", equals=("AWS::S3::Object",)),
        FieldSelector("resources.ARN", equals=("bucket",), starts_with=("arn:aws:s3:::b",)),
    )
    assert only(problems((selector(*conditions),), TRAIL)).path.endswith("fieldSelectors[2].equals[0]")


def test_an_event_data_store_takes_five_selectors_and_a_trail_more() -> None:
    """The sixth is one too many on a store; a trail's only limit is that on values."""
    six = (selector(MANAGEMENT),) * 6
    assert problems(six[:5], STORE) == ()
    assert "up to 5 advanced event selectors, and there are 6" in only(problems(six, STORE)).rule
    assert problems(six, TRAIL) == ()


def test_classic_and_advanced_selectors_do_not_mix() -> None:
    """A trail has one kind; positions in paths are those of the list as given."""
    found = problems(
        (EventSelector(exclude_management_event_sources=("x",)), selector(MANAGEMENT, MESH)), TRAIL
    )
    assert [problem.path for problem in found] == [
        "advancedEventSelectors",
        "eventSelectors[0].excludeManagementEventSources[0]",
        "advancedEventSelectors[1].fieldSelectors[1].equals",
    ]


def test_problems_are_inert_when_shown() -> None:
    """Terminal escapes and line breaks in names and values are shown escaped."""
    hostile = FieldSelector("\x1b[31m", equals=("\x1b]0;x\x07\n",))
    found = problems((selector(MANAGEMENT, hostile, name="\x1b\n" * 600),), TRAIL)
    assert len(found) == 4
    assert all(str(problem).isprintable() for problem in found)
