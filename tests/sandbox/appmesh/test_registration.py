from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import moto.appmesh
import moto.appmesh.models
import pytest
from moto import mock_aws
from moto.backends import get_backend

from sandbox.appmesh import AppMeshSwitch, register
from sandbox.appmesh.models import AppMeshBackend, appmesh_backends
from sandbox.appmesh.responses import AppMeshResponse

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _moto_as_found() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    """Each test leaves moto as it found it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AppMeshResponse, "switch", AppMeshResponse.switch)
        for place in (moto.appmesh, moto.appmesh.models):
            patch.setattr(place, "appmesh_backends", place.appmesh_backends)
        yield


def test_moto_finds_the_registered_service() -> None:
    """After registering, moto's own lookup of the service leads here."""
    register()
    assert get_backend("appmesh") is appmesh_backends


def test_registering_again_changes_the_switch_only() -> None:
    """Registering twice is registering once; the last switch given is the one that counts."""
    first, last = AppMeshSwitch(ended=True), AppMeshSwitch()
    register(first)
    paths = set(appmesh_backends["123456789012"]["eu-west-1"].urls)
    register(last)
    assert set(appmesh_backends["123456789012"]["eu-west-1"].urls) == paths
    with mock_aws():
        client = boto3.client(
            "appmesh", region_name="eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        client.create_mesh(meshName="payments")
        last.ended = True
        with pytest.raises(client.exceptions.ForbiddenException):
            client.list_meshes()


def test_moto_resets_it_with_everything_else() -> None:
    """A mesh made inside `mock_aws` is gone when moto resets, as moto's own services are."""
    register()
    for _ in range(2):
        with mock_aws():
            client = boto3.client(
                "appmesh",
                region_name="eu-west-1",
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
            )
            assert client.create_mesh(meshName="payments")["mesh"]["metadata"]["version"] == 1


def test_it_lives_beside_motos_own_class() -> None:
    """Moto's backend class is neither changed nor subclassed: what its own tests use stays as it is."""
    register()
    assert moto.appmesh.models.AppMeshBackend.__module__ == "moto.appmesh.models"
    assert not issubclass(AppMeshBackend, moto.appmesh.models.AppMeshBackend)
