from __future__ import annotations

from sandbox.history.resources import resources_of


def test_a_route_names_everything_above_it() -> None:
    """An event about a route names the route, its router and its mesh."""
    record = {
        "eventSource": "appmesh.amazonaws.com",
        "requestParameters": {"meshName": "m", "virtualRouterName": "vr", "routeName": "r"},
    }
    assert resources_of(record) == [
        ("AWS::AppMesh::Mesh", "m"),
        ("AWS::AppMesh::VirtualRouter", "vr"),
        ("AWS::AppMesh::Route", "r"),
    ]


def test_unknown_services_and_odd_records_name_nothing() -> None:
    """What is not known is not guessed, and what is not text is no name."""
    assert resources_of({"eventSource": "ecs.amazonaws.com", "requestParameters": {"cluster": "c"}}) == []
    assert resources_of({"eventSource": "appmesh.amazonaws.com", "requestParameters": None}) == []
    assert resources_of({"eventSource": "appmesh.amazonaws.com", "requestParameters": {"meshName": 1}}) == []
