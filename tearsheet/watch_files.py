"""Watches in files of their own: ``file = "watches/NAME.toml"`` in the table of a watch."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import WatchError

__all__ = ["FILE", "read_watch_files", "text_of_watch_file"]

FILE = "file"
_BESIDE = (FILE, "enabled")


def read_watch_files(
    tables: Mapping[str, Mapping[str, Any]], *, config: Path
) -> tuple[dict[str, Mapping[str, Any]], dict[str, str]]:
    """Return the tables with those that name a file read from it, and the file of each of these.

    A relative file starts at the configuration. Raises WatchError for a file that cannot be read.
    """
    read = dict(tables)
    files: dict[str, str] = {}
    for name, table in tables.items():
        if FILE in table:
            file = _named_file(table, config=config, where=f"{config}: [watches.{name}]")
            read[name] = _table_from(file, name, config=config) | {
                key: value for key, value in table.items() if key != FILE
            }
            files[name] = str(file)
    return read, files


def _named_file(table: Mapping[str, Any], *, config: Path, where: str) -> Path:
    named = table[FILE]
    if not isinstance(named, str) or not named:
        raise WatchError(
            f'{where} {FILE} must be the name of a file, such as "watches/mine.toml", not {named!r}'
        )
    others = [key for key in table if key not in _BESIDE]
    if others:
        raise WatchError(
            f"{where} has {FILE} and {others[0]}; write {others[0]} into {named} (only enabled stands beside)"
        )
    return config.parent / named


def _table_from(file: Path, name: str, *, config: Path) -> dict[str, Any]:
    text = text_of_watch_file(file, told_by=f"{config}: [watches.{name}]")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WatchError(f"{file} is not valid TOML: {error}") from error


def text_of_watch_file(file: Path, *, told_by: str) -> str:
    """Return the file as it is written; raises WatchError, with who named it, where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise WatchError(
            f"{told_by} {FILE}: there is no {file}; `tearsheet watch copy` writes such a file"
        ) from None
    except OSError as error:
        raise WatchError(f"{told_by} {FILE}: {file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WatchError(f"{told_by} {FILE}: {file} is not UTF-8: {error}") from error
