"""``tearsheet collect``: one run, and its report."""

from collections.abc import Callable
from datetime import UTC, datetime

import click

from pipeline.errors import SourceError
from pipeline.items import Source
from pipeline.keys import unknown_name
from storage.corpus import Corpus
from storage.hosts import HostMemory
from storage.runs import RunReport
from storage.sources import Sources
from tearsheet.cli.output import note, print_json
from tearsheet.cli.report import print_report, print_silence, report_as_dict
from tearsheet.config import Config, load_config
from tearsheet.signals import stop_request

__all__ = ["command"]

_NOTHING_ANSWERED = 3
_NEEDS_A_PERSON = 4


@click.command("collect")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--due", is_flag=True, help="Only the sources whose time has come; what cron should call.")
@click.option("--recheck", is_flag=True, help="Fetch again the articles first seen in the last 7 days.")
@click.option(
    "--url", "urls", multiple=True, metavar="URL", help="Fetch this page and nothing else; repeatable."
)
@click.option(
    "--limit", type=click.IntRange(min=0), help="Fetch at most so many pages; the rest stays pending."
)
@click.option("--strict", is_flag=True, help="Exit with 4 when a source failed.")
@click.option("--quiet", is_flag=True, help="Say nothing unless no source answers; for cron.")
@click.option("--json", "as_json", is_flag=True, help="Print the run report as JSON.")
@click.pass_obj
def command(
    config_path: str | None,
    *,
    names: tuple[str, ...],
    due: bool,
    recheck: bool,
    urls: tuple[str, ...],
    limit: int | None,
    strict: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Ask the sources (all enabled ones, or those named), read their new pages, store the articles."""
    config = load_config(config_path)
    sources = _chosen(config, names)
    if due:
        sources = _due(config, sources)
        if not sources and not urls:
            if not quiet:
                note("No source is due.")
            return 0
    if not sources and not urls:
        raise SourceError(f"{config.origin}: no source is enabled; `tearsheet sources` lists them")
    if stop_request.has_come:
        return 0
    report = _run(config, sources, due_only=due, recheck=recheck, urls=urls, limit=limit)
    if as_json:
        print_json(report_as_dict(report))
    elif quiet:
        print_silence(report)
    else:
        print_report(report)
    if report.sources and report.failed.keys() >= set(report.sources):
        return _NOTHING_ANSWERED
    return _NEEDS_A_PERSON if strict and report.failed else 0


def _chosen(config: Config, names: tuple[str, ...]) -> tuple[Source, ...]:
    """The sources named, switched-off ones too; without names all enabled ones."""
    by_name = {source.name: source for source in config.sources}
    for name in names:
        if name not in by_name:
            otherwise = "`tearsheet sources` lists them"
            raise unknown_name("source", name, by_name, otherwise=otherwise, error=SourceError)
    if names:
        return tuple(by_name[name] for name in dict.fromkeys(names))
    return tuple(source for source in by_name.values() if source.enabled)


def _due(config: Config, sources: tuple[Source, ...]) -> tuple[Source, ...]:
    with Corpus.open(config.corpus.url, pages_url=config.corpus.pages_url, write=True) as corpus:
        held = HostMemory(corpus, _now).held()
        return Sources(corpus).due(sources, _now(), is_held=_held_by(held))


def _held_by(sites: frozenset[str]) -> Callable[[str], bool]:
    if not sites:
        return lambda url: False
    # Scrapy with it takes most of a second to import.
    from spiders.sites import site_of_url

    return lambda url: site_of_url(url) in sites


def _now() -> datetime:
    return datetime.now(UTC)


def _run(
    config: Config,
    sources: tuple[Source, ...],
    *,
    due_only: bool,
    recheck: bool,
    urls: tuple[str, ...],
    limit: int | None,
) -> RunReport:
    # Scrapy, the workers and the progress bar take most of a second to import.
    from tearsheet.cli.progress import CrawlProgress, progress_bar
    from tearsheet.collect import collect
    from tearsheet.order import Order

    order = Order(
        sources=sources,
        channels_too=not urls,
        due_only=due_only,
        recheck=recheck,
        urls=urls,
        limit=limit,
    )
    with progress_bar("Asking the sources") as (bar, task):
        return collect(config, order, watched_by=CrawlProgress(bar, task).watch)
