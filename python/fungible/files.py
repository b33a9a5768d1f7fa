"""Files that appear whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from .errors import FungibleError

#: What `WithHoles` leaves out.
ZEROS = bytes(2**20)


class WithHoles:
    """A new file, in which parts that are `ZEROS` itself are left out: they read as zeros and take no place.

    What is written last has to be something else.
    """

    def __init__(self, file: BinaryIO):
        self._file = file

    def write(self, data: bytes | memoryview) -> int:
        if data is not ZEROS:
            return self._file.write(data)
        self._file.seek(len(data), os.SEEK_CUR)
        return len(data)

    def __getattr__(self, name: str):
        return getattr(self._file, name)


def write_atomically(path: str | os.PathLike, write: Callable[[BinaryIO], None]) -> None:
    """Calls `write` with a new file and gives it the name `path` when it is complete.

    Whatever happens, `path` has its old content or the new one, never half of it. What is no
    plain file, such as a pipe or /dev/null, is written to as it is; links are followed.

    Raises:
        FungibleError: the folder or the disk does not allow it.
    """
    path = Path(os.path.realpath(path))
    temporary = None
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                write(file)
            return
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = file.name
            write(file)
            file.flush()
            os.fsync(file.fileno())
        # A temporary file is private; this one has the mode of any other new file.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except OSError as error:
        raise FungibleError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        # After the rename there is nothing left to remove.
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
