"""A watch's table -> Watch, and the watches that come with Tearsheet."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib import resources
from types import MappingProxyType

from pipeline.errors import QueryError, WatchError
from pipeline.judging.concepts import concepts_from
from pipeline.judging.evidence import ARITHMETIC
from pipeline.judging.tables import Table
from pipeline.judging.watch import Watch
from pipeline.query import parse
from pipeline.syntax import And, Everything, Field, FieldName, Node, Not, Or, Published

__all__ = ["builtin_text", "builtin_watches", "load_watch", "watches_from"]

_FOLDER = resources.files("pipeline.judging").joinpath("watches")
_SUFFIX = ".toml"
_NUMBERS = ("threshold", "positions", "company", "weights", "home")
_TERMS = ("mechanisms", "crime", "criminals", "custody", "groups", "people", "places", "agencies", "against")
_CONCEPT_KEYS = (*_NUMBERS, *_TERMS)
_VERSION_LENGTH = 12
# What an article has before the watches have judged it and the corpus has placed it.
_KNOWN = (FieldName.SOURCE, FieldName.LANG, FieldName.AUTHOR, FieldName.URL)
_KEYS = ("enabled", "query", *_CONCEPT_KEYS)


def load_watch(name: str, table: Mapping[str, object], origin: str) -> Watch:
    """Return the watch a table describes; WatchError, with ``origin`` in front, where it is wrong."""
    return _watch(name, Table(table, f"{origin}: [watches.{name}]"))


@cache
def builtin_watches() -> tuple[Watch, ...]:
    """Return the watches that come with Tearsheet; they are read once."""
    names = (file.name for file in _FOLDER.iterdir() if file.name.endswith(_SUFFIX))
    return tuple(
        load_watch(name, tomllib.loads(builtin_text(name)), f"{name}{_SUFFIX}")
        for name in sorted(name.removesuffix(_SUFFIX) for name in names)
    )


def builtin_text(name: str) -> str:
    """Return the file of a watch that comes with Tearsheet, as it is written."""
    return _FOLDER.joinpath(f"{name}{_SUFFIX}").read_text(encoding="utf-8")


def watches_from(
    tables: Mapping[str, Mapping[str, object]],
    origin: str,
    *,
    files: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Watch, ...]:
    """Return the built-in watches with the user's tables replacing or switching them, then the user's own.

    A table that holds nothing but ``enabled`` switches the built-in watch of its name. ``files`` names the
    file of each watch that has one of its own: what is wrong in it is said of that file.
    """
    watches = {watch.name: watch for watch in builtin_watches()}
    for name, table in tables.items():
        if name in files:
            watches[name] = _watch(name, Table(table, f"{files[name]}:"))
        elif name in watches and table.keys() <= {"enabled"}:
            enabled = Table(table, f"{origin}: [watches.{name}]").flag("enabled", default=True)
            watches[name] = replace(watches[name], enabled=enabled)
        else:
            watches[name] = load_watch(name, table, origin)
    return tuple(watches.values())


def _watch(name: str, table: Table) -> Watch:
    table.only(_KEYS)
    enabled = table.flag("enabled", default=True)
    has_concepts = any(key in table.values for key in _CONCEPT_KEYS)
    if has_concepts == ("query" in table.values):
        table.fail("needs either a query or concepts (threshold, mechanisms, crime, ...), and not both")
    question = concepts_from(table) if has_concepts else _query(table)
    return Watch(name=name, enabled=enabled, question=question, version=_version(table))


def _version(table: Table) -> str:
    said = {key: value for key, value in table.values.items() if key != "enabled"}
    written = json.dumps([ARITHMETIC, said], sort_keys=True, ensure_ascii=False)
    return sha256(written.encode()).hexdigest()[:_VERSION_LENGTH]


def _query(table: Table) -> Node:
    try:
        node = parse(table.text("query"))
    except QueryError as error:
        raise WatchError(f"{table.name} query: {error}") from error
    if isinstance(node, Everything):
        table.fail("query holds no word; write what the articles must hold")
    if any(isinstance(leaf, Published) or _is_known_later(leaf) for leaf in _leaves(node)):
        known = " ".join(f"{name}:" for name in ("title", *_KNOWN))
        table.fail(
            f"query may use the fields {known}; the others are not known yet of an article that comes in"
        )
    return node


def _is_known_later(leaf: Node) -> bool:
    return isinstance(leaf, Field) and leaf.name not in _KNOWN


def _leaves(node: Node) -> Iterator[Node]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part)
        case Not(part):
            yield from _leaves(part)
        case _:
            yield node
