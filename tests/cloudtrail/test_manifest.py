"""The manifest: a contract that is read whole or not at all."""

import json

import pytest

from cloudtrail.manifest import MalformedManifest, Manifest, TrailPromise

TRAIL = TrailPromise(
    arn="arn:aws:cloudtrail:us-east-1:123456789012:trail/meshtrail",
    name="meshtrail",
    home_region="us-east-1",
    scope="multi-region",
    bucket="meshtrail-123456789012",
    bucket_region="us-east-1",
)
MANIFEST = Manifest(
    account="123456789012",
    partition="aws",
    home_region="us-east-1",
    regions=("us-east-1", "eu-west-1"),
    trails=(TRAIL,),
)


def test_a_manifest_is_read_back_as_it_was_written() -> None:
    """Writing and reading are inverse."""
    assert Manifest.from_json(MANIFEST.to_json(), where="test") == MANIFEST


def test_keys_are_camel_case_and_the_schema_is_named() -> None:
    """The document's keys are those other tools read."""
    document = json.loads(MANIFEST.to_json())
    assert document["schema"] == "meshtrail/manifest/v1"
    assert document["trails"][0]["homeRegion"] == "us-east-1"
    assert document["eventSources"] == ["appmesh.amazonaws.com"]


def test_every_wrong_key_is_named_at_once() -> None:
    """An unknown key, a wrong type and a missing key are told together, with where the manifest came from."""
    document = json.loads(MANIFEST.to_json())
    document["trials"] = []
    document["account"] = "12345"
    del document["trails"][0]["bucket"]
    with pytest.raises(MalformedManifest) as caught:
        Manifest.from_json(json.dumps(document), where="manifest.json")
    assert caught.value.where == "manifest.json"
    for key in ("trials", "account", "trails.0.bucket"):
        assert key in caught.value.why


@pytest.mark.parametrize("text", ["", "null", "[]", "{", '{"schema": "meshtrail/manifest/v2"}'])
def test_what_is_no_manifest_is_refused(text: str) -> None:
    """Nothing is guessed from a document of another kind or version."""
    with pytest.raises(MalformedManifest):
        Manifest.from_json(text, where="test")
