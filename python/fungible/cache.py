"""Content-addressed store of compiled modules.

The key of an entry is a hash of everything that decides its content, so an entry is never
out of date. The cache may be deleted at any time and shared between processes: entries
appear whole or not at all.
"""

import contextlib
import hashlib
import logging
import os
import tempfile
from pathlib import Path

from . import config

_log = logging.getLogger("fungible")

_DIGEST_BYTES = hashlib.sha256().digest_size


def key(*parts: str | bytes) -> str:
    """SHA-256 over the parts, each with its length before it, as hexadecimal text.

    For a compiled module the parts are its text, the flags, the versions of the tools and,
    where a flag says `host`, what the host is.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


class Cache:
    """Entries of bytes in a folder; each file is the SHA-256 of the content and the content."""

    def __init__(self, root: Path, limit: int):
        """`limit` is the number of bytes above which the entries used longest ago are removed."""
        self.root = root
        self.limit = limit
        self._writable = True

    def get(self, key: str) -> bytes | None:
        """The content, or None if there is no entry or it is damaged (which removes it)."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        content = data[_DIGEST_BYTES:]
        if len(data) < _DIGEST_BYTES or hashlib.sha256(content).digest() != data[:_DIGEST_BYTES]:
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        # The time of last use, for `_prune`; a read-only cache works without it.
        with contextlib.suppress(OSError):
            os.utime(path)
        return content

    def put(self, key: str, content: bytes) -> None:
        """Stores the content. A folder that cannot be written is reported once and then let be."""
        if not self._writable:
            return
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                try:
                    file.write(hashlib.sha256(content).digest())
                    file.write(content)
                    file.close()
                    os.replace(file.name, path)
                except BaseException:
                    with contextlib.suppress(OSError):
                        os.unlink(file.name)
                    raise
        except OSError as error:
            self._writable = False
            _log.warning("the cache %s cannot be written (%s); going on without it", self.root, error.strerror)
            return
        self._prune(keep=path)

    def _path(self, key: str) -> Path:
        return self.root / key[:2] / key

    def _prune(self, keep: Path) -> None:
        entries = []
        for path in self.root.glob("??/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                entries.append((status.st_mtime_ns, status.st_size, path))
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= self.limit:
                return
            if path != keep:
                with contextlib.suppress(OSError):
                    path.unlink()
                    total -= size


def default() -> Cache | None:
    """The user's cache, or None if it is switched off (`FUNGIBLE_NO_CACHE`)."""
    return None if config.no_cache() else Cache(config.cache_dir(), config.cache_size())
