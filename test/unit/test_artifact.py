"""The .fung file."""

import dataclasses
import io
import json
import os
import zipfile

import numpy as np
import pytest

from running_sum import SCHEMA, initial_state
from fungible import artifact as artifact_module
from fungible.artifact import Artifact, load
from fungible.errors import ArtifactError, FungibleError
from fungible.schema import Schema


@pytest.fixture
def path(artifact, tmp_path):
    path = tmp_path / "program.fung"
    artifact.save(path)
    return path


def load_fails(path, message: str) -> None:
    with pytest.raises(ArtifactError, match=message) as error:
        load(path)
    assert str(path) in str(error.value) and "\n" not in str(error.value)


def rewrite(path, **members: bytes) -> None:
    """The archive with some members replaced; `manifest` is manifest.json, `module` the module."""
    names = {"manifest": "manifest.json", "module": "targets/cpu.vmfb", "state": "state.safetensors"}
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content |= {names[name]: data for name, data in members.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def manifest(path) -> dict:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def test_round_trip(artifact, path):
    loaded = load(path)
    assert loaded.schema == SCHEMA
    assert (loaded.program, loaded.targets, loaded.numerics) == ("running_sum", ("cpu",), "fast")
    assert loaded.builds == artifact.builds and loaded.fingerprint == artifact.fingerprint
    assert loaded.versions == artifact.versions and "iree-base-compiler" in loaded.versions
    for name, value in initial_state().items():
        np.testing.assert_array_equal(loaded.state[name], value)
        assert loaded.state[name].dtype == value.dtype


def test_equal_artifacts_are_equal_bytes(artifact, path):
    assert load(path).to_bytes() == artifact.to_bytes() == path.read_bytes()


def test_zeros_that_take_no_memory_are_the_same_bytes(artifact, tmp_path):
    views = {name: np.broadcast_to(np.zeros((), value.dtype), value.shape) for name, value in initial_state().items()}
    zeros = {name: np.zeros_like(value) for name, value in initial_state().items()}
    files = [tmp_path / "views.fung", tmp_path / "zeros.fung"]
    for state, file in zip((views, zeros), files):
        dataclasses.replace(artifact, state=state).save(file)
    assert files[0].read_bytes() == files[1].read_bytes()
    loaded = load(files[0])
    for name, value in zeros.items():
        np.testing.assert_array_equal(loaded.state[name], value)


def test_members_are_plain_files(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["manifest.json", "targets/cpu.vmfb", "checks/cpu.vmfb", "state.safetensors"]
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_streams(artifact):
    stream = io.BytesIO()
    artifact.save(stream)
    stream.seek(0)
    assert load(stream).builds == artifact.builds


def test_the_mode_is_that_of_any_new_file(path, tmp_path):
    (tmp_path / "plain").touch()
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_the_state_fits_the_schema(artifact):
    with pytest.raises(ArtifactError, match="differing names: count, half, w"):
        Artifact(**{**vars(artifact), "schema": Schema(SCHEMA.entry_points, ())})


def test_missing(tmp_path):
    load_fails(tmp_path / "none.fung", "No such file")


@pytest.mark.parametrize("keep", [10, 5000, -1])
def test_truncated(path, keep):
    path.write_bytes(path.read_bytes()[:keep])
    load_fails(path, "a damaged artifact, perhaps truncated")


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"\x80\x02}q\x00."])
def test_foreign(path, content):
    path.write_bytes(content)
    load_fails(path, "not an artifact of fungible$")


def test_another_zip_archive(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model.pt", b"data")
    load_fails(path, r"not an artifact of fungible \(no manifest.json\)")


def test_another_manifest(path):
    rewrite(path, manifest=b'{"name": "extension"}')
    load_fails(path, "its manifest is of another kind")


def test_a_changed_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    load_fails(path, "damaged")


def test_a_member_of_another_artifact(path):
    rewrite(path, module=b"other")
    load_fails(path, "damaged, targets/cpu.vmfb is not what the manifest says")


def test_a_newer_format(path):
    newer = {**manifest(path), "format": artifact_module.FORMAT + 1, "fungible": "9.0"}
    rewrite(path, manifest=json.dumps(newer).encode())
    load_fails(path, "format 3 of fungible 9.0, this fungible .* reads format 2; upgrade fungible")


def test_an_older_format(path):
    rewrite(path, manifest=json.dumps({**manifest(path), "format": 1}).encode())
    load_fails(path, "format 1 of fungible .*, this fungible .* reads format 2; compile the program again")


def test_no_target(path):
    rewrite(path, manifest=json.dumps({**manifest(path), "targets": []}).encode())
    with pytest.raises(ArtifactError, match="the artifact is for no target"):
        load(path)


def test_a_member_that_is_missing(path):
    changed = manifest(path)
    changed["targets"][0]["checks"] = "checks/other.vmfb"
    rewrite(path, manifest=json.dumps(changed).encode())
    load_fails(path, "a damaged artifact, perhaps truncated: 'checks/other.vmfb'")


def test_a_target_that_this_version_does_not_know(artifact, path):
    changed = manifest(path)
    changed["targets"][0] |= {"name": "tpu:v9", "driver": "tpu"}
    rewrite(path, manifest=json.dumps(changed).encode())
    with pytest.raises(FungibleError, match="'tpu:v9' cannot run here: no tpu driver: no driver 'tpu' registered"):
        load(path).on()


def test_a_byte_that_changed_anywhere_is_rejected_or_harmless(artifact, path):
    """200 flips: half of them anywhere, half where no member's hash looks, between and after the members."""
    data = path.read_bytes()
    random = np.random.default_rng(0)
    with zipfile.ZipFile(path) as archive:
        members = [(info.header_offset, info.header_offset + 30 + len(info.filename)) for info in archive.infolist()]
        members.append((archive.start_dir, len(data)))
    headers = np.concatenate([np.arange(*span) for span in members])
    places = [*random.integers(0, len(data), 100), *random.choice(headers, 100, replace=False)]
    rejected = 0
    for place in places:
        damaged = bytearray(data)
        damaged[place] ^= int(random.integers(1, 256))
        try:
            loaded = load(io.BytesIO(damaged))
        except ArtifactError as error:
            rejected += 1
            assert "\n" not in str(error)
        else:
            assert loaded.to_bytes() == data, f"byte {place} changed what was loaded"
    assert rejected > 120


def test_unwritable(artifact, tmp_path):
    with pytest.raises(FungibleError, match="cannot write .*none/a.fung: No such file"):
        artifact.save(tmp_path / "none" / "a.fung")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_device(artifact):
    with pytest.raises(OSError, match="No space"), open("/dev/full", "wb") as file:
        artifact.save(file)


def test_a_full_disk_leaves_the_old_file(artifact, path, tmp_path):
    import resource

    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(FungibleError, match="cannot write .*: File too large"):
            artifact.save(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
