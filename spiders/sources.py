"""Sources as data: the built-in ones (sources.toml) and the tables of tearsheet.toml, checked strictly."""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import resources
from typing import Any, TypeVar

from pipeline.cadence import fixed_interval
from pipeline.errors import SourceError
from pipeline.items import Source
from pipeline.zones import zone_named
from spiders.links import web_address
from spiders.selectors import checked_selector

__all__ = ["builtin_sources", "merge", "read_sources", "source_from_table"]

_BUILTIN = "sources.toml"

_T = TypeVar("_T")


def builtin_sources() -> tuple[Source, ...]:
    """Return the sources that come with Tearsheet, switched-off ones too, in the order of the file."""
    text = resources.files("spiders").joinpath(_BUILTIN).read_text(encoding="utf-8")
    return read_sources(text, _BUILTIN)


def read_sources(text: str, origin: str) -> tuple[Source, ...]:
    """Read a TOML text with one table per source; ``origin`` names the file in errors."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{origin}: {error}") from error
    return tuple(source_from_table(name, table, origin) for name, table in tables.items())


def source_from_table(name: str, table: object, origin: str) -> Source:
    """Build a source from its table; raises SourceError that names file, table and key."""
    return _changed(Source(name=name), table, where=f"{origin}: [{name}]")


def merge(
    builtin: tuple[Source, ...], tables: Mapping[str, object], *, origin: str = "tearsheet.toml"
) -> tuple[Source, ...]:
    """Apply a user's ``[sources.*]`` tables: each adds a source or changes the keys it gives."""
    merged = {source.name: source for source in builtin}
    for name, table in tables.items():
        where = f"{origin}: [sources.{name}]"
        known = merged.get(name)
        changed = _changed(known or Source(name=name), table, where=where)
        if known is None and not changed.channels:
            meant = _nearest(name, merged, "did you mean [sources.{}]? ")
            raise SourceError(
                f"{where} is no built-in source; {meant}A new one needs feeds, sitemaps or sections."
            )
        merged[name] = changed
    return tuple(merged.values())


_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _changed(source: Source, table: object, *, where: str) -> Source:
    if not _NAME.fullmatch(source.name):
        raise SourceError(f"{where}: a source's name is lower-case letters, digits and hyphens.")
    if not isinstance(table, Mapping):
        raise SourceError(f"{where} must be a table, found {table!r}.")
    changed = replace(source, **{key: _value(key, value, where=where) for key, value in table.items()})
    if changed.enabled and not changed.channels:
        raise SourceError(f"{where} has neither feeds nor sitemaps nor sections; add one of them.")
    if (changed.article_links or changed.next_page) and not changed.sections:
        raise SourceError(f"{where}: article_links and next_page are for section pages; add sections.")
    return changed


def _value(key: str, value: object, *, where: str) -> Any:
    read = _READERS.get(key)
    if read is None:
        meant = _nearest(key, _READERS, "; did you mean {}?")
        raise SourceError(f"{where}: there is no key {key!r}{meant}")
    try:
        return read(value)
    except (ValueError, SourceError) as error:
        raise SourceError(f"{where}: {key}: {error}") from error


def _nearest(word: str, known: Mapping[str, object], suggestion: str) -> str:
    matches = difflib.get_close_matches(word, known, n=1)
    return suggestion.format(matches[0]) if matches else ""


def _addresses(value: object) -> tuple[str, ...]:
    for address in _typed(value, list, 'a list of addresses such as ["https://news.example/rss"]'):
        if not isinstance(address, str) or web_address(address, base="") != address:
            raise ValueError(f"{address!r} is not an http(s) address")
    return tuple(value) if isinstance(value, list) else ()


def _language(value: object) -> str:
    language = _typed(value, str, "a string")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise ValueError(f'expected two letters such as "es", found {language!r}')
    return language


def _timezone(value: object) -> str:
    name = _typed(value, str, "a string")
    zone_named(name)
    return name


def _tier(value: object) -> int:
    tier = _typed(value, int, "1, 2 or 3")
    if tier not in {1, 2, 3}:
        raise ValueError(f"expected 1, 2 or 3, found {tier}")
    return tier


def _cadence(value: object) -> str:
    every = _typed(value, str, "a string")
    if every:
        fixed_interval(every)
    return every


def _band(value: object) -> tuple[float, float]:
    match value:
        case [int() | float() as low, int() | float() as high] if 0 <= low <= high:
            return float(low), float(high)
    raise ValueError(f"expected two numbers such as [2, 60], the lower first, found {value!r}")


def _string(value: object) -> str:
    return _typed(value, str, "a string")


def _selector(value: object) -> str:
    selector = _typed(value, str, 'a CSS selector such as "article h2 a"')
    return checked_selector(selector) if selector else ""


def _flag(value: object) -> bool:
    return _typed(value, bool, "true or false")


def _typed(value: object, kind: type[_T], expected: str) -> _T:
    # Exactly this type: to Python, true is an int as well.
    if type(value) is not kind:
        raise ValueError(f"expected {expected}, found {value!r}")
    return value


_READERS: dict[str, Callable[[object], object]] = {
    "feeds": _addresses,
    "sitemaps": _addresses,
    "sections": _addresses,
    "article_links": _selector,
    "next_page": _selector,
    "language": _language,
    "timezone": _timezone,
    "tier": _tier,
    "every": _cadence,
    "expect_per_day": _band,
    "enabled": _flag,
    "note": _string,
}
