"""Sources -> tables of tearsheet.toml, and into the file: what is in it stays as it is written."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from pipeline.items import Source
from pipeline.urls import url_key
from tearsheet.config import Config
from tearsheet.config_file import append_tables

__all__ = ["add_to_file", "channels_known", "table_of"]

_LONGEST_LINE = 100


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
    from spiders.sources import source_from_table  # with its parsers, a third of a second to import

    added = {source.name: table_of(source) for source in sources}
    for name, table in added.items():
        source_from_table(name, tomllib.loads(table)["sources"][name], str(file))
    append_tables(
        file,
        "\n".join(added.values()),
        otherwise=f"write [sources.{next(iter(added))}] by hand (--dry-run shows it)",
    )
