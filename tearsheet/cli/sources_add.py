"""``tearsheet sources add``: finds the channels of a site and writes its table."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from pipeline.errors import SourceError
from pipeline.items import ChannelKind, Source
from pipeline.urls import url_key
from tearsheet.cli.output import instant, note, print_json, print_table, shown
from tearsheet.config import Config, load_config
from tearsheet.config_file import config_file
from tearsheet.source_names import is_source_name, name_from_address
from tearsheet.source_tables import add_to_file, channels_known, table_of

if TYPE_CHECKING:
    from spiders.choice import Judged
    from spiders.discovery import Finding
    from tearsheet.discover import Discovery

__all__ = ["command"]

_NOTHING_FOUND = 3
_MOST_TRIED = 6


@click.command("add")
@click.argument("url")
@click.option("--name", metavar="NAME", help="What to call it; default: by its address.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, *, url: str, name: str | None, dry_run: bool, as_json: bool) -> int:
    """Find the channels of a site (its home page, a section, a feed, a sitemap) and add it to the sources."""
    # Scrapy and the progress bar take most of a second to import.
    from tearsheet.cli.progress import progress_bar
    from tearsheet.discover import address_given, discover

    config = load_config(config_path)
    address, _ = address_given(url)
    known = channels_known(config).get(url_key(address))
    if known is not None:
        return _tell_known(known, address, as_json=as_json)
    name = _free_name(name, address, config)
    with progress_bar(f"Looking around {shown(address)}") as (bar, task):
        found = discover(config, url, answered=lambda: bar.advance(task))
    return _tell(found, name, config, dry_run=dry_run, as_json=as_json)


def _free_name(name: str | None, address: str, config: Config) -> str:
    named = name or name_from_address(address)
    if not is_source_name(named):
        raise SourceError(f"--name {named!r}: a source's name is lower-case letters, digits and hyphens")
    taken = next((source for source in config.sources if source.name == named), None)
    if taken is not None:
        raise SourceError(
            f"there is a source named {named!r} already{_off(taken)}; `tearsheet sources show {named}` has "
            "its channels, and --name gives the new one another name"
        )
    return named


def _off(source: Source) -> str:
    return "" if source.enabled else ", switched off"


def _tell_known(source: Source, address: str, *, as_json: bool) -> int:
    if as_json:
        print_json(_document(address, known=(source.name,)))
        return 0
    click.echo(f"{address} is a channel of {source.name} already{_off(source)}. Nothing was written.")
    click.echo(_next_steps(source))
    return 0


def _next_steps(source: Source) -> str:
    if source.enabled:
        return f"Next: tearsheet collect {source.name}"
    return f"To switch it on, write into tearsheet.toml: [sources.{source.name}] and under it enabled = true"


def _tell(found: "Discovery", name: str, config: Config, *, dry_run: bool, as_json: bool) -> int:
    chosen, known = found.choice.chosen, channels_known(config)
    others = {finding.url: other for finding in chosen if (other := known.get(url_key(finding.url)))}
    new = [finding for finding in chosen if finding.url not in others]
    source = _source(name, new, language=found.choice.language) if new else None
    file = config_file(config)
    if source is not None and not dry_run:
        add_to_file(file, (source,))
    if as_json:
        names = tuple(dict.fromkeys(other.name for other in others.values()))
        print_json(_as_dict(found, source, known=names, written=None if dry_run or not source else file))
        return 0 if chosen else _NOTHING_FOUND
    _print_found(found)
    if not chosen:
        note(f"tearsheet: {_nothing_found(found)}")
        return _NOTHING_FOUND
    for url, other in others.items():
        click.echo(f"{shown(url)} is a channel of {other.name} already{_off(other)}; it is not added again.")
    if source is None:
        click.echo("Nothing was written.")
    else:
        _print_added(source, file, dry_run=dry_run)
    return 0


def _source(name: str, findings: Iterable["Finding"], *, language: str) -> Source:
    urls: dict[ChannelKind, tuple[str, ...]] = {}
    for finding in findings:
        if finding.kind is not None:
            urls[finding.kind] = (*urls.get(finding.kind, ()), finding.url)
    return Source(
        name=name,
        feeds=urls.get(ChannelKind.FEED, ()),
        sitemaps=urls.get(ChannelKind.SITEMAP, ()),
        sections=urls.get(ChannelKind.SECTION, ()),
        language=language,
    )


def _print_found(found: "Discovery") -> None:
    rows = [judged for judged in found.choice.judged if judged.finding.entries]
    rows.sort(key=lambda judged: not judged.is_chosen)
    if not rows:
        return
    print_table(
        ("", "kind", "address", "found by", "entries", "newest", "verdict"),
        [
            (
                "*" if judged.is_chosen else "",
                _kind(judged.finding),
                judged.finding.url,
                judged.finding.candidate.found,
                len(judged.finding.entries),
                instant(judged.finding.newest_at),
                judged.verdict,
            )
            for judged in rows
        ],
    )
    click.echo()


def _print_added(source: Source, file: Path, *, dry_run: bool) -> None:
    click.echo(f"{'Would add' if dry_run else 'Added'} to {file}:\n")
    click.echo(shown(table_of(source)))
    if dry_run:
        click.echo("Nothing was written (--dry-run).")
        return
    click.echo(f"Next: tearsheet sources check {source.name}, then tearsheet collect {source.name}")


def _nothing_found(found: "Discovery") -> str:
    first = found.choice.judged[0]
    if first.finding.trouble and first.finding.kind is None:
        told = f"{first.finding.url}: {first.finding.trouble}"
    else:
        told = f"{found.url}: no feed, no news sitemap, and {first.verdict}"
    others = [url.removeprefix(_origin(first.finding.url)) for url, _ in found.tried]
    others = [other for other in others if other not in {"", urlsplit(first.finding.url).path}]
    return shown(told + (f"; also tried {_listed(others)}" if others else ""))


def _origin(url: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


def _listed(urls: list[str]) -> str:
    more = len(urls) - _MOST_TRIED
    return ", ".join(urls[:_MOST_TRIED]) + (f" and {more} more" if more > 0 else "")


def _kind(finding: "Finding") -> str:
    return "news sitemap" if finding.is_news_sitemap else finding.kind or ""


def _as_dict(
    found: "Discovery", source: Source | None, *, known: tuple[str, ...], written: Path | None
) -> dict[str, Any]:
    return _document(
        found.url,
        name=source and source.name,
        known=known,
        language=found.choice.language,
        channels=[_channel_as_dict(judged) for judged in found.choice.judged],
        tried=[{"url": url, "reason": reason} for url, reason in found.tried],
        table=source and table_of(source),
        written=written and str(written),
    )


def _document(url: str, *, known: tuple[str, ...], **more: Any) -> dict[str, Any]:
    """The documented JSON shape of what was found."""
    nothing: dict[str, Any] = {
        "name": None,
        "language": "",
        "channels": [],
        "tried": [],
        "table": None,
        "written": None,
    }
    return {"url": url, "known": known} | nothing | more


def _channel_as_dict(judged: "Judged") -> dict[str, Any]:
    finding = judged.finding
    return {
        "url": finding.url,
        "kind": finding.kind and finding.kind.value,
        "is_news": finding.is_news_sitemap,
        "found": finding.candidate.found,
        "entries": len(finding.entries),
        "newest_at": instant(finding.newest_at),
        "language": finding.language,
        "chosen": judged.is_chosen,
        "verdict": judged.verdict,
    }
