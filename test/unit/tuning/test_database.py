"""The file of tuned choices: whom its sections are for, and what it refuses."""

from dataclasses import replace

import pytest

from fungible import iree, targets
from fungible.errors import FungibleError
from fungible.runtime.workers import worker_count
from fungible.tuning import database
from fungible.tuning.database import DEFAULT, NONE, Choice, Database, Section, applied

V4 = targets.resolve("cpu:x86-64-v4")
KEY, OTHER = "matmul nn 64x32x64 f32", "matmul nt 64x32x64 f32"
WIDE, NARROW = Choice("workgroup=64x32,vector=8x32x1", 0.5, 0.25), Choice("workgroup=64x16,vector=8x16x1", 0.5, 0.375)


def section(**changes) -> Section:
    values = {"family": "cpu", "requires": ("avx512f",), "workers": worker_count(), "iree": iree.version(), "choices": {KEY: WIDE}}
    return Section(**(values | changes))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "tuning.json"


def test_the_same_choices_are_the_same_bytes(file, tmp_path):
    sections = (section(choices={KEY: WIDE, OTHER: NARROW}), section(requires=("avx2",)), section(workers=99))
    Database(sections).save(file)
    turned = replace(sections[0], choices=dict(reversed(sections[0].choices.items())))
    Database((*reversed(sections[1:]), turned)).save(tmp_path / "again.json")
    assert file.read_bytes() == (tmp_path / "again.json").read_bytes()
    assert set(section.place for section in Database.load(file).sections) == set(section.place for section in sections)
    Database.load(file).save(tmp_path / "again.json")
    assert file.read_bytes() == (tmp_path / "again.json").read_bytes()


@pytest.mark.parametrize(
    "changes", [{"family": "vulkan"}, {"requires": ("avx512f", "amx_tile")}, {"workers": worker_count() + 1}, {"iree": "3.12.0"}]
)
def test_a_section_is_for_the_devices_that_it_was_measured_on(changes):
    assert Database((section(),)).choices(V4) == {KEY: WIDE.choice}
    assert Database((section(**changes),)).choices(V4) == {}


def test_the_more_specific_section_goes_first():
    general, specific = section(choices={KEY: WIDE, OTHER: WIDE}), section(requires=("avx2", "avx512f"), choices={KEY: NARROW})
    assert Database((specific, general)).choices(V4) == {KEY: NARROW.choice, OTHER: WIDE.choice}


def test_what_is_measured_again_takes_the_place_of_what_was_known():
    known = Database((section(choices={KEY: WIDE, OTHER: WIDE}), section(workers=99)))
    updated = known.updated(section(choices={OTHER: NARROW}), (KEY, OTHER))
    assert updated.choices(V4) == {OTHER: NARROW.choice}
    assert known.updated(section(choices={}), (KEY,)).choices(V4) == {OTHER: WIDE.choice}
    assert section(workers=99) in updated.sections


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not a database of tuned choices (it is no JSON)"),
        ("[]", "not a database of tuned choices (TypeError"),
        ('{"format": 2, "sections": []}', "format 2 of tuned choices is not known; run fungc tune again"),
        ('{"format": 1, "sections": [{"family": "cpu"}]}', "not a database of tuned choices (KeyError: 'choices')"),
        ('{"format": 1, "sections": [{"choices": {"matmul": {"ms": 1}}}]}', "not a database of tuned choices (TypeError"),
    ],
)
def test_a_file_of_another_kind_is_refused(file, text, message):
    file.write_text(text)
    with pytest.raises(FungibleError) as raised:
        Database.load(file)
    assert str(raised.value).startswith(f"{file}: {message}")


def test_a_missing_file_is_an_error_where_it_was_named(file, monkeypatch):
    monkeypatch.setenv("FUNGIBLE_TUNING", str(file))
    assert dict(applied(V4, None).choices) == database.shipped().choices(V4)
    with pytest.raises(FungibleError, match="cannot read .*tuning.json: No such file"):
        applied(V4, file)


def test_the_users_choices_go_before_those_that_are_shipped(file, tmp_path, monkeypatch):
    Database((section(choices={KEY: WIDE, OTHER: WIDE}),)).save(tmp_path / "shipped.json")
    monkeypatch.setattr(database, "_SHIPPED", tmp_path / "shipped.json")
    monkeypatch.setenv("FUNGIBLE_TUNING", str(file))
    assert dict(applied(V4, None).choices) == {KEY: WIDE.choice, OTHER: WIDE.choice}
    Database((section(choices={KEY: NARROW, OTHER: Choice(DEFAULT, 0.5, 0.5)}),)).save(file)
    assert dict(applied(V4, None).choices) == {KEY: NARROW.choice}
    assert applied(V4, NONE) == V4
    assert applied(targets.resolve("vulkan"), file).choices == ()


def test_what_is_shipped_can_be_read():
    for shipped in database.shipped().sections:
        assert shipped.choices and shipped.iree == iree.version()
        assert all(choice.ms < choice.default_ms for choice in shipped.choices.values())
