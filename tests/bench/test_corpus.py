"""The made-up corpus is what it claims to be."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import msgspec

from bench.corpus import Signer, Spec, bodies, log_keys, midnight, objects, write_folder
from bench.corpus.records import APP_MESH
from cloudtrail.digest import (
    LinkKind,
    SignedDigest,
    check_link,
    load_public_key,
    parse_digest,
    sha256_hex,
    verify,
)
from cloudtrail.object_keys import parse_log_key
from cloudtrail.record import read_log_file

SPEC = Spec(bucket="audit-bucket", end=midnight(), files=90, days=2, mesh_every=20)
SIGNER = Signer()


def test_log_files_are_as_large_as_small_ones_are() -> None:
    """About 8.5 KB of JSON in 1.9 KB of gzip, six records each, every one readable."""
    made = list(bodies(SPEC))
    assert len(made) == 90
    assert 8_000 < sum(body.inflated for body in made) / 90 < 9_000
    assert 1_600 < sum(len(body.stored) for body in made) / 90 < 2_200
    for body in made:
        content = gzip.decompress(body.stored)
        log_file = read_log_file(content)
        assert (len(content), sha256_hex(content)) == (body.inflated, body.sha256)
        assert (len(log_file.records), log_file.set_aside) == (6, [])


def test_app_mesh_is_where_the_spec_says() -> None:
    """As many events, in as many files, as the spec counts; a record that only mentions App Mesh is none."""
    contents = [gzip.decompress(body.stored) for body in bodies(SPEC)]
    events = [
        [record["eventSource"] for record in json.loads(content)["Records"]].count(APP_MESH)
        for content in contents
    ]
    assert sum(events) == SPEC.mesh_events == 5
    assert sum(count > 0 for count in events) == SPEC.mesh_files == 5


def test_bodies_repeat_in_turn() -> None:
    """Twenty bodies under ninety keys: the files that hold App Mesh are still counted right."""
    spec = msgspec.structs.replace(SPEC, distinct=20, mesh_every=8)
    stored = [one for one in objects(spec, SIGNER) if one.inflated]
    with_mesh = [one for one in stored if b'"eventSource":"' + APP_MESH.encode() in gzip.decompress(one.body)]
    assert (len(stored), len({one.body for one in stored})) == (90, 20)
    assert (len(with_mesh), len({one.body for one in with_mesh})) == (spec.mesh_files, spec.mesh_events)


def test_the_same_corpus_is_made_again() -> None:
    """Keys and bodies hang on nothing but the spec."""
    assert list(bodies(SPEC)) == list(bodies(SPEC))
    assert list(log_keys(SPEC)) == list(log_keys(SPEC))


def test_the_digest_files_vouch_for_every_log_file() -> None:
    """One for each hour, rightly signed, linked to the one before; each log file is named once with its hash."""
    stored = {one.key: one for one in objects(SPEC, SIGNER)}
    signed: list[SignedDigest] = []
    for one in (one for one in stored.values() if not one.inflated):
        content = gzip.decompress(one.body)
        digest = parse_digest(content)
        signature = one.metadata["signature"]
        assert (digest.bucket, digest.key) == (SPEC.bucket, one.key)
        assert verify(load_public_key(SIGNER.public), digest, content, signature=signature)
        assert all(
            digest.start <= parsed.delivered + timedelta(minutes=1) and parsed.delivered < digest.end
            for log in digest.logs
            if (parsed := parse_log_key(log.key))
        )
        signed.append(SignedDigest(digest, sha256_hex(content), signature))
    earlier = [None, *signed[:-1]]
    kinds = [check_link(one.digest, before).kind for one, before in zip(signed, earlier, strict=True)]
    named = [log for one in signed for log in one.digest.logs]
    assert kinds == [LinkKind.START, *[LinkKind.JOINED] * 47]
    assert {log.key for log in named} == {key for key, one in stored.items() if one.inflated}
    assert all(log.sha256 == sha256_hex(gzip.decompress(stored[log.key].body)) for log in named)


def test_a_folder_holds_the_log_files_under_their_keys(tmp_path: Path) -> None:
    """Written once; again only for another spec."""
    folder = write_folder(SPEC, tmp_path)
    written = {str(path.relative_to(folder)): path for path in folder.rglob("*.json.gz")}
    assert written.keys() == {key for _, key in log_keys(SPEC)}
    next(iter(written.values())).unlink()
    assert len(list(write_folder(SPEC, tmp_path).rglob("*.json.gz"))) == 89
    more = msgspec.structs.replace(SPEC, files=91)
    assert len(list(write_folder(more, tmp_path).rglob("*.json.gz"))) == 91
