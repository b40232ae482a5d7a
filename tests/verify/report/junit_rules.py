"""The rules of JUnit XML that the strictest schema in wide use, Apache Ant's, and Jenkins' have in common.

Read with another parser than the one that wrote it. On top of the schema: what the counts must add up to,
and that class and name identify a test case in the whole file, as GitLab wants it.
"""

from __future__ import annotations

import re
from typing import Final
from xml.dom import minidom

_COUNTS: Final = {"failures": "failure", "errors": "error", "skipped": "skipped"}
_SUITE: Final = {"id", "name", "package", "timestamp", "hostname", "tests", *_COUNTS, "time"}


def read(text: str) -> minidom.Element:
    """The root of a file that keeps to the rules.

    Raises:
        AssertionError: It breaks one.
    """
    root = minidom.parseString(text.encode()).documentElement  # noqa: S318 -- we wrote it
    assert root is not None
    assert (root.tagName, root.attributes.length) == ("testsuites", 0)
    for number, suite in enumerate(_children(root)):
        _check_suite(suite, number)
    cases = [(case.getAttribute("classname"), case.getAttribute("name")) for case in all_cases(root)]
    assert len(cases) == len(set(cases))
    return root


def all_cases(root: minidom.Element) -> list[minidom.Element]:
    """The test cases of every suite."""
    return [case for suite in _children(root) for case in _children(suite) if case.tagName == "testcase"]


def outcome(case: minidom.Element) -> minidom.Element | None:
    """What is inside a test case: a failure, an error, skipped, or nothing."""
    return next(iter(_children(case)), None)


def text_of(element: minidom.Element) -> str:
    """The text in an element."""
    return "".join(node.data for node in element.childNodes if isinstance(node, minidom.Text))


def _check_suite(suite: minidom.Element, number: int) -> None:
    attributes = dict(suite.attributes.items())
    assert suite.tagName == "testsuite"
    assert set(attributes) == _SUITE
    assert attributes["id"] == str(number)
    assert attributes["name"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", attributes["timestamp"])
    kinds = [child.tagName for child in _children(suite)]
    cases = [child for child in _children(suite) if child.tagName == "testcase"]
    assert kinds == ["properties", *["testcase"] * len(cases), "system-out", "system-err"]
    assert attributes["tests"] == str(len(cases))
    for count, tag in _COUNTS.items():
        assert attributes[count] == str(sum(found.tagName == tag for found in map(outcome, cases) if found))
    for item in _children(_children(suite)[0]):
        assert item.tagName == "property"
        assert set(dict(item.attributes.items())) == {"name", "value"}
    for case in cases:
        _check_case(case)


def _check_case(case: minidom.Element) -> None:
    attributes = dict(case.attributes.items())
    assert set(attributes) == {"classname", "name", "time"}
    assert attributes["classname"]
    assert attributes["name"]
    assert float(attributes["time"]) == 0
    inside = _children(case)
    assert len(inside) <= 1
    for element in inside:
        assert element.tagName in {"failure", "error", "skipped"}
        assert set(dict(element.attributes.items())) == {"message", "type"}
        assert _children(element) == []


def _children(element: minidom.Element) -> list[minidom.Element]:
    return [node for node in element.childNodes if isinstance(node, minidom.Element)]
