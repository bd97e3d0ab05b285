"""Sources -> tables of tearsheet.toml, and into the file: what is in it stays as it is written."""

import json
import os
import shutil
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.items import Source
from pipeline.urls import url_key
from tearsheet.config import CONFIG_NAME, Config

__all__ = ["add_to_file", "channels_known", "config_file", "table_of"]

_LONGEST_LINE = 100


def config_file(config: Config) -> Path:
    """Return the file that the configuration was read from, else the one to write."""
    return Path(CONFIG_NAME if config.origin == Config().origin else config.origin)


def channels_known(config: Config) -> dict[str, Source]:
    """Return the source of every channel that is configured, by the channel's URL key."""
    return {url_key(channel.url): source for source in config.sources for channel in source.channels}


def table_of(source: Source) -> str:
    """Return the source as a TOML table: the keys that are not as by default.

    >>> print(table_of(Source(name="gazette", feeds=("https://gazette.example/rss",), language="en")), end="")
    [sources.gazette]
    feeds = ["https://gazette.example/rss"]
    language = "en"
    """
    keys = {key.name: getattr(source, key.name) for key in fields(Source) if key.name != "name"}
    defaults = {key.name: key.default for key in fields(Source)}
    lines = [f"{name} = {_value(value)}" for name, value in keys.items() if value != defaults[name]]
    return "\n".join([f"[sources.{source.name}]", *lines, ""])


def _value(value: object) -> str:
    if isinstance(value, tuple):
        parts = [_value(part) for part in value]
        line = f"[{', '.join(parts)}]"
        return (
            line if len(line) <= _LONGEST_LINE else "[\n" + "".join(f"    {part},\n" for part in parts) + "]"
        )
    # A JSON string is a TOML string but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def add_to_file(file: Path, sources: Iterable[Source]) -> None:
    """Append the tables of sources to a configuration, or begin one; the file is changed whole or not at all.

    Raises ConfigError when it cannot be written, a table would be refused, or the others not be as before.
    """
    added = {source.name: table_of(source) for source in sources}
    before = _text(file)
    line_end = "\r\n" if "\r\n" in before else "\n"
    tables = "\n".join(added.values()).replace("\n", line_end)
    after = f"{before.rstrip()}{line_end * 2}{tables}" if before.strip() else tables
    _check(file, before, after, added)
    _replace(file, after)


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error


def _check(file: Path, before: str, after: str, added: Mapping[str, str]) -> None:
    from spiders.sources import source_from_table  # with its parsers, a third of a second to import

    expected: dict[str, Any] = tomllib.loads(before)
    new = {name: tomllib.loads(table)["sources"][name] for name, table in added.items()}
    for name, table in new.items():
        source_from_table(name, table, str(file))
    try:
        read = tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        read = {}
    if read != expected | {"sources": expected.get("sources", {}) | new}:
        raise ConfigError(
            f"{file}: no table can be added at its end; write [sources.{next(iter(added))}] by hand "
            "(--dry-run shows it)"
        )


def _replace(file: Path, text: str) -> None:
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
