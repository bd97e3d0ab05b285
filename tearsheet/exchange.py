"""Lists of sources from elsewhere: what of them is new, what is there already, what cannot be taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.errors import SourceError
from pipeline.items import Source
from pipeline.urls import site, url_key
from spiders.sources import source_from_table
from tearsheet.config import Config
from tearsheet.source_names import is_source_name, name_from_address, name_from_title
from tearsheet.source_tables import channels_known

__all__ = ["BadRow", "KnownRow", "Plan", "Row", "import_plan"]

_KINDS = ("feeds", "sitemaps", "sections")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One source, or one channel of a source, as a file lists it."""

    line: int
    """Counted from 1."""
    name: str = ""
    """As it is written; empty: by the address."""
    site_url: str = ""
    """The publisher's own address, where the file has it."""
    table: Mapping[str, Any]
    """Keys and values as in tearsheet.toml, not checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """An address that a source has already."""

    line: int
    url: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be taken."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import would do."""

    added: tuple[Source, ...]
    known: tuple[KnownRow, ...]
    bad: tuple[BadRow, ...]


def import_plan(rows: Iterable[Row | BadRow], config: Config) -> Plan:
    """Tell what of a file is new; rows of one publisher become one source, in the order of the file."""
    planning = _Planning(config)
    for row in rows:
        if isinstance(row, BadRow):
            planning.bad.append(row)
        else:
            planning.take(row)
    return Plan(added=tuple(planning.added.values()), known=tuple(planning.known), bad=tuple(planning.bad))


class _Planning:
    """The state of an import from row to row."""

    def __init__(self, config: Config) -> None:
        self.added: dict[str, Source] = {}
        self.known: list[KnownRow] = []
        self.bad: list[BadRow] = []
        self._names = {source.name for source in config.sources}
        self._owners = {key: source.name for key, source in channels_known(config).items()}
        self._sites: dict[str, str] = {}

    def take(self, row: Row) -> None:
        """Decide on one row."""
        try:
            source = source_from_table("row", {**row.table, "enabled": True}, f"line {row.line}")
        except SourceError as error:
            self.bad.append(BadRow(line=row.line, reason=_reason(error, row)))
            return
        table = dict(row.table) | {kind: self._new(getattr(source, kind), row) for kind in _KINDS}
        if any(table[kind] for kind in _KINDS):
            self._add(row, {key: value for key, value in table.items() if value != []})

    def _new(self, urls: tuple[str, ...], row: Row) -> list[str]:
        new = []
        for url in urls:
            owner = self._owners.get(url_key(url))
            if owner is None:
                new.append(url)
            else:
                self.known.append(KnownRow(line=row.line, url=url, source=owner))
        return list(dict.fromkeys(new))

    def _add(self, row: Row, table: Mapping[str, Any]) -> None:
        urls = [url for kind in _KINDS for url in table.get(kind, ())]
        name = self._name(row, urls[0])
        if name in self._names:
            reason = f"{name} is there already, with other channels; add {urls[0]} to its table by hand"
            self.bad.append(BadRow(line=row.line, reason=reason))
            return
        try:
            source = source_from_table(name, table, f"line {row.line}")
        except SourceError as error:
            self.bad.append(BadRow(line=row.line, reason=_reason(error, row)))
            return
        self.added[name] = _joined(self.added[name], source) if name in self.added else source
        self._sites.setdefault(name, site(row.site_url or urls[0]))
        self._owners |= {url_key(url): name for url in urls}

    def _name(self, row: Row, url: str) -> str:
        """The name of its source: as it is written, else by the publisher's address, else by the title."""
        if is_source_name(row.name):
            return row.name
        if row.name and not row.site_url:
            return name_from_title(row.name) or name_from_address(url)
        address = row.site_url or url
        name = name_from_address(address)
        is_anothers = self._sites.get(name, site(address)) != site(address)
        return name_from_address(address, is_whole=True) if is_anothers else name


def _joined(one: Source, other: Source) -> Source:
    return replace(
        one,
        feeds=(*one.feeds, *other.feeds),
        sitemaps=(*one.sitemaps, *other.sitemaps),
        sections=(*one.sections, *other.sections),
    )


def _reason(error: SourceError, row: Row) -> str:
    """The error without the place, which is told beside it."""
    return str(error).removeprefix(f"line {row.line}: ").partition("]")[2].lstrip(": ")
