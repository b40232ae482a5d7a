from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import jmespath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.appmesh.exceptions import BadRequest
from sandbox.appmesh.kinds import MESH
from sandbox.appmesh.models import appmesh_backends
from sandbox.appmesh.paging import page

if TYPE_CHECKING:
    from mypy_boto3_appmesh import AppMeshClient

LISTING = ("Routes", "payments", "ledger")
quick = settings(max_examples=100, deadline=None, database=None)
NAMES = st.text(min_size=1, max_size=8)


def _pages(items: dict[str, Any], limit: int) -> list[list[Any]]:
    """Every page of a list, walked by its tokens."""
    shown, token = page(items, listing=LISTING, limit=limit, token=None)
    pages = [shown]
    while token is not None:
        shown, token = page(items, listing=LISTING, limit=limit, token=token)
        pages.append(shown)
    return pages


@quick
@given(names=st.sets(NAMES, max_size=30), limit=st.integers(1, 12))
def test_pages_are_the_list_cut_into_pieces(names: set[str], limit: int) -> None:
    """All pages together are the whole list in order; each but the last is full; none is empty but an only one."""
    pages = _pages({name: name for name in names}, limit)
    assert [name for shown in pages for name in shown] == sorted(names)
    assert all(len(shown) == limit for shown in pages[:-1])
    assert len(pages) == 1 or pages[-1]


@quick
@given(
    stay=st.sets(NAMES, max_size=20),
    changes=st.lists(st.tuples(st.sets(NAMES, max_size=5), st.sets(NAMES, max_size=5)), max_size=8),
    limit=st.integers(1, 5),
)
def test_what_comes_and_goes_between_pages_hides_nothing(
    stay: set[str], changes: list[tuple[set[str], set[str]]], limit: int
) -> None:
    """What is there from the first page to the last is listed exactly once, whatever else comes and goes."""
    names = set(stay)
    seen: list[str] = []
    token: str | None = None
    for step in range(1000):
        shown, token = page({name: name for name in names}, listing=LISTING, limit=limit, token=token)
        seen += shown
        if token is None:
            break
        if step < len(changes):
            added, removed = changes[step]
            names = (names | added) - (removed - stay)
    assert token is None
    assert len(seen) == len(set(seen))
    assert stay <= set(seen)


@quick
@given(token=st.text(max_size=60))
def test_a_made_up_token_is_refused(token: str) -> None:
    """Text that no list gave as a token is refused as a bad request, whatever it holds."""
    with pytest.raises(BadRequest):
        page({"a": 1}, listing=LISTING, limit=1, token=token)


@pytest.mark.parametrize(
    "content",
    [
        None,
        1,
        {"a": 1},
        [],
        ["Routes"],
        ["Routes", "payments", "ledger"],
        ["Routes", "payments", "ledger", 5],
    ],
)
def test_a_token_with_other_content_is_refused(content: Any) -> None:
    """A token that can be read but holds something else is refused as a bad request."""
    token = base64.urlsafe_b64encode(json.dumps(content).encode()).decode()
    with pytest.raises(BadRequest):
        page({"a": 1}, listing=LISTING, limit=1, token=token)


def test_a_deeply_nested_token_is_refused() -> None:
    """A token that nests deeper than Python can follow is a bad request like any other."""
    token = base64.urlsafe_b64encode(b"[" * 200_000).decode()
    with pytest.raises(BadRequest):
        page({"a": 1}, listing=LISTING, limit=1, token=token)


def test_a_token_is_good_for_its_own_list_only() -> None:
    """The token of one router's routes does not continue the list of another's."""
    _, token = page({"a": 1, "b": 2}, listing=LISTING, limit=1, token=None)
    with pytest.raises(BadRequest):
        page({"a": 1, "b": 2}, listing=("Routes", "payments", "fraud"), limit=1, token=token)


def test_every_list_operation_pages(client: AppMeshClient) -> None:
    """All of App Mesh's paginators in the SDK walk pages of one and find everything, in order of name."""
    client.create_mesh(meshName="a", tags=[{"key": key, "value": ""} for key in "xyz"])
    client.create_mesh(meshName="b")
    for name in ("n1", "n2", "n3"):
        client.create_virtual_node(meshName="a", virtualNodeName=name, spec={})
        client.create_virtual_service(meshName="a", virtualServiceName=name, spec={})
        client.create_virtual_router(meshName="a", virtualRouterName=name, spec={})
        client.create_virtual_gateway(meshName="a", virtualGatewayName=name, spec={"listeners": []})
        client.create_route(meshName="a", virtualRouterName="n1", routeName=name, spec={})
        client.create_gateway_route(meshName="a", virtualGatewayName="n1", gatewayRouteName=name, spec={})
    arn = "arn:aws:appmesh:eu-west-1:123456789012:mesh/a"
    three = ["n1", "n2", "n3"]
    expected: list[tuple[Any, dict[str, str], str, list[str]]] = [
        ("list_meshes", {}, "meshes[].meshName", ["a", "b"]),
        ("list_virtual_nodes", {"meshName": "a"}, "virtualNodes[].virtualNodeName", three),
        ("list_virtual_services", {"meshName": "a"}, "virtualServices[].virtualServiceName", three),
        ("list_virtual_routers", {"meshName": "a"}, "virtualRouters[].virtualRouterName", three),
        ("list_virtual_gateways", {"meshName": "a"}, "virtualGateways[].virtualGatewayName", three),
        ("list_routes", {"meshName": "a", "virtualRouterName": "n1"}, "routes[].routeName", three),
        (
            "list_gateway_routes",
            {"meshName": "a", "virtualGatewayName": "n1"},
            "gatewayRoutes[].gatewayRouteName",
            three,
        ),
        ("list_tags_for_resource", {"resourceArn": arn}, "tags[].key", ["x", "y", "z"]),
    ]
    for operation, parameters, found, names in expected:
        paginator: Any = client.get_paginator(operation)
        pages = list(paginator.paginate(**parameters, PaginationConfig={"PageSize": 1}))
        assert [jmespath.search(found, shown) for shown in pages] == [[name] for name in names], operation


def test_a_list_shows_at_most_a_hundred(client: AppMeshClient) -> None:
    """Without a limit a page holds a hundred resources, and a token tells that there are more."""
    backend = appmesh_backends["123456789012"]["eu-west-1"]
    for number in range(101):
        backend.create(MESH, {"meshName": f"mesh-{number:03}"})
    answer = client.list_meshes()
    assert len(answer["meshes"]) == 100
    assert "nextToken" in answer
    rest = client.list_meshes(nextToken=answer["nextToken"])
    assert [mesh["meshName"] for mesh in rest["meshes"]] == ["mesh-100"]
