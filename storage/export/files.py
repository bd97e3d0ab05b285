"""Files that are there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from pipeline.errors import InputError

__all__ = ["atomic", "atomic_bytes"]


@contextmanager
def atomic(path: Path) -> Iterator[TextIO]:
    """Give a stream to a text file in UTF-8 that appears at the path when all is written, or not at all.

    Raises InputError when the place cannot be written.
    """
    with atomic_bytes(path) as binary:
        stream = TextIOWrapper(binary, encoding="utf-8", newline="")
        try:
            yield stream
            stream.flush()
        finally:
            with suppress(OSError, ValueError):  # what is not whole is thrown away
                stream.detach()


@contextmanager
def atomic_bytes(path: Path) -> Iterator[BinaryIO]:
    """Give a stream as ``atomic`` does, for bytes."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            # A pipe or a device: there is nothing to replace.
            with path.open("wb") as stream:
                yield stream
            return
        # What a link points at is replaced, not the link.
        with _new_file(path.resolve()) as stream:
            yield stream
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    if path.is_dir():
        raise IsADirectoryError(21, "Is a directory")
    try:
        with _opened(part) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            if not part.exists():
                # Without a directory to start from, Python would link the link in /proc instead.
                os.link(f"/proc/self/fd/{stream.fileno()}", part, src_dir_fd=stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _settle(path.parent)


def _opened(part: Path) -> BinaryIO:
    """Open a file without a name, which vanishes with this process; a named one where there are none."""
    if hasattr(os, "O_TMPFILE"):
        with suppress(OSError):
            return os.fdopen(os.open(part.parent, os.O_TMPFILE | os.O_RDWR, 0o666), "wb")
    return part.open("wb")


def _settle(folder: Path) -> None:
    """Bring the new name to the disk, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
