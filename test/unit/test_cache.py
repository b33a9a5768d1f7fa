"""The store of compiled modules."""

import logging
import os
import threading

import pytest

from fungible import cache, config
from fungible.cache import Cache
from fungible.errors import FungibleError


@pytest.fixture
def store(tmp_path):
    return Cache(tmp_path / "cache", limit=10_000)


def entry(store):
    (path,) = store.root.glob("??/*")
    return path


def test_gives_back_what_was_put(store):
    key = cache.key("text", b"flags")
    assert store.get(key) is None
    store.put(key, b"module")
    assert store.get(key) == b"module"
    store.put(key, b"")
    assert store.get(key) == b""


def test_keys_tell_parts_apart():
    keys = {cache.key("ab", "c"), cache.key("a", "bc"), cache.key("abc"), cache.key("ab", "c", "")}
    assert len(keys) == 4
    assert cache.key("a", "b") == cache.key(b"a", b"b")


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:5], lambda data: data[:-1] + b"?", lambda _: b""])
def test_a_damaged_entry_is_a_miss_and_goes(store, damage):
    store.put(cache.key("a"), b"content")
    path = entry(store)
    path.write_bytes(damage(path.read_bytes()))
    assert store.get(cache.key("a")) is None
    assert not path.exists()


def test_the_entries_used_longest_ago_go_first(tmp_path):
    store = Cache(tmp_path, limit=3 * (100 + 32))
    keys = [cache.key(name) for name in "abcd"]
    for age, key in enumerate(keys[:3]):
        store.put(key, bytes(100))
        os.utime(store.root / key[:2] / key, (age, age))
    assert store.get(keys[0]) is not None  # now the one used last
    store.put(keys[3], bytes(100))
    assert [store.get(key) is not None for key in keys] == [True, False, True, True]


def test_an_entry_above_the_limit_is_kept_until_the_next(tmp_path):
    store = Cache(tmp_path, limit=10)
    store.put(cache.key("a"), bytes(100))
    assert store.get(cache.key("a")) == bytes(100)
    store.put(cache.key("b"), bytes(100))
    assert store.get(cache.key("a")) is None


def test_a_folder_that_cannot_be_made_is_reported_once(tmp_path, caplog):
    (tmp_path / "file").touch()
    store = Cache(tmp_path / "file" / "cache", limit=1000)
    with caplog.at_level(logging.WARNING):
        store.put(cache.key("a"), b"1")
        store.put(cache.key("b"), b"2")
    assert [record.getMessage() for record in caplog.records] == [
        f"the cache {store.root} cannot be written (Not a directory); going on without it"
    ]
    assert store.get(cache.key("a")) is None


def test_writers_do_not_disturb_each_other(store):
    key, content = cache.key("a"), os.urandom(5000)
    threads = [threading.Thread(target=store.put, args=(key, content)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get(key) == content
    assert [path.name for path in store.root.rglob("*") if path.is_file()] == [key]


def test_configuration(monkeypatch, tmp_path):
    for name in config.switches():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.default().root == tmp_path / "fungible"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/someone")
    assert str(cache.default().root) == "/home/someone/.cache/fungible"
    monkeypatch.setenv("FUNGIBLE_CACHE_DIR", str(tmp_path / "own"))
    monkeypatch.setenv("FUNGIBLE_CACHE_SIZE", "3m")
    assert (cache.default().root, cache.default().limit) == (tmp_path / "own", 3 * 2**20)
    monkeypatch.setenv("FUNGIBLE_NO_CACHE", "1")
    assert cache.default() is None


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("FUNGIBLE_CACHE_SIZE", "much", config.cache_size),
        ("FUNGIBLE_NO_CACHE", "maybe", config.no_cache),
        ("FUNGIBLE_THREADS", "0", config.threads),
        ("FUNGIBLE_THREADS", "two", config.threads),
        ("FUNGIBLE_IREE_FLAGS", "'open", config.iree_flags),
    ],
)
def test_bad_values_name_the_variable(monkeypatch, name, value, read):
    monkeypatch.setenv(name, value)
    with pytest.raises(FungibleError, match=f"^{name}: ") as error:
        read()
    assert value in str(error.value)


def test_every_variable_is_described():
    assert all(name.startswith("FUNGIBLE_") and text for name, text in config.switches().items())
