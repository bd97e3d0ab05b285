"""Tables added to tearsheet.toml: what is in the file stays as it is written."""

import os
import shutil
import tomllib
from contextlib import suppress
from pathlib import Path

from pipeline.errors import ConfigError
from tearsheet.config import CONFIG_NAME, Config

__all__ = ["append_tables", "config_file", "write_whole"]


def config_file(config: Config) -> Path:
    """Return the file that the configuration was read from, else the one to write."""
    return Path(CONFIG_NAME if config.origin == Config().origin else config.origin)


def append_tables(file: Path, tables: str, *, otherwise: str) -> None:
    """Append tables of one section to a configuration, or begin one; it is changed whole or not at all.

    Raises ConfigError when it cannot be written or the rest would not be as before: then ``otherwise`` says
    what to do by hand.
    """
    before = _text(file)
    line_end = "\r\n" if "\r\n" in before else "\n"
    added = tables.replace("\n", line_end)
    after = f"{before.rstrip()}{line_end * 2}{added}" if before.strip() else added
    expected = tomllib.loads(before)
    for section, new in tomllib.loads(tables).items():
        expected[section] = expected.get(section, {}) | new
    try:
        read = tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        read = {}
    if read != expected:
        raise ConfigError(f"{file}: no table can be added at its end; {otherwise}")
    write_whole(file, after)


def write_whole(file: Path, text: str) -> None:
    """Write a file so that it has the whole text or is as before; raises ConfigError where it cannot be."""
    # What a link leads to is replaced, not the link.
    target = file.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileNotFoundError):
            shutil.copymode(target, part)
        part.replace(target)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
