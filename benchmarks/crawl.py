"""A whole crawl: pages per second and CPU time per page of ``tearsheet collect``, against reading alone.

The labelled pages are served on loopback, each source a feed of some of them, and collected by a real process
into an empty corpus that keeps all. The floor, in the same run, is reading the same pages in one process.
A second crawl must answer from what is known: no article is fetched again, not even where a feed has grown.
"""

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from benchmarks.labelled import SETS, LabelledPage, labelled_pages
from benchmarks.measure import Cost, cost_of, noise, print_table, spread
from pipeline.items import Page, Source
from pipeline.judging.loading import builtin_watches
from pipeline.steps import read
from tearsheet.demo import Site

_ROUNDS = 3
SOURCES = 8
_FEED = "/feed.xml"
_CONFIG = """
[corpus]
url = "sqlite:///corpus.db"

[collect]
use_builtin_sources = false
allow_private_hosts = true
delay_seconds = 0
keep = "all"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One crawl into an empty corpus, one right after it, and one after every feed has grown by a page."""

    pages: int
    first: Cost
    second: Cost
    third: Cost
    reading_cpu: float
    reading_wall: float
    fetched: tuple[int, int, int]
    """Article pages that the sites were asked for, in each crawl."""


def main() -> None:
    pages = [page for name in SETS for page in labelled_pages(name)]
    before = noise()
    rounds = [_round(pages) for _ in range(_ROUNDS)]
    print(f"{before}\nafterwards: {noise()}\n")
    _print_cost(rounds)
    _print_fates(rounds[-1])
    fetched = rounds[-1].fetched
    assert all(each.fetched == (each.pages, 0, SOURCES) for each in rounds), "a known article was fetched"
    print(
        f"kept    articles fetched by the three crawls, as the sites saw it: {', '.join(map(str, fetched))}"
    )


def _print_cost(rounds: Sequence[_Round]) -> None:
    def row(name: str, cpu: list[float], wall: list[float]) -> list[object]:
        costs = [spread(seconds / each.reading_cpu for seconds, each in zip(cpu, rounds, strict=True))]
        paces = [each.reading_wall / seconds for seconds, each in zip(wall, rounds, strict=True)]
        return [name, *costs, spread(paces, best=max)]

    first, second = [each.first for each in rounds], [each.second for each in rounds]
    started = list(zip(first, second, strict=True))
    rows = [
        row("first crawl", [c.cpu_seconds for c in first], [c.wall_seconds for c in first]),
        row("second crawl: nothing new", [c.cpu_seconds for c in second], [c.wall_seconds for c in second]),
        row(
            "the first less the second",
            [one.cpu_seconds - two.cpu_seconds for one, two in started],
            [one.wall_seconds - two.wall_seconds for one, two in started],
        ),
    ]
    print(f"{rounds[0].pages} pages of {SOURCES} sources; over reading them in one process")
    print_table([f"best / median of {_ROUNDS} rounds", "CPU per page", "pages/s"], rows)


def _print_fates(last: _Round) -> None:
    fates = [json.loads(crawl.stdout)["fates"] for crawl in (last.first, last.second, last.third)]
    names = list(dict.fromkeys(name for each in fates for name, count in each.items() if count))
    rows = [[name, *(each.get(name, 0) for each in fates)] for name in names]
    print_table(["fate", "first", "again", "feeds grown"], rows)


def _round(pages: Sequence[LabelledPage]) -> _Round:
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        sites = [opened.enter_context(Site()) for _ in range(SOURCES)]
        shares = [pages[number::SOURCES] for number in range(SOURCES)]
        for site, share in zip(sites, shares, strict=True):
            publish(site, share)
        (folder / "tearsheet.toml").write_text(config_of(sites), encoding="utf-8")
        reading_cpu, reading_wall = _reading_seconds(pages)
        first, fetched = _crawl(folder), [_articles_fetched(sites)]
        second = _crawl(folder)
        fetched.append(_articles_fetched(sites) - sum(fetched))
        for site, share in zip(sites, shares, strict=True):
            publish(site, share, extra="/late" + _path(0, share[0]))
        third = _crawl(folder)
        fetched.append(_articles_fetched(sites) - sum(fetched))
    return _Round(
        pages=len(pages),
        first=first,
        second=second,
        third=third,
        reading_cpu=reading_cpu,
        reading_wall=reading_wall,
        fetched=(fetched[0], fetched[1], fetched[2]),
    )


def _crawl(folder: Path) -> Cost:
    return cost_of([sys.executable, "-m", "tearsheet", "collect", "--json"], folder=folder)


def publish(site: Site, pages: Sequence[LabelledPage], *, extra: str = "") -> None:
    """Serve the pages and a feed of them, newest first; ``extra`` is one more address of the first page."""
    paths = {_path(number, page): page for number, page in enumerate(pages)}
    if extra:
        paths = {extra: pages[0]} | paths
    for path, page in paths.items():
        site.page(path, page.html.encode("utf-8", "replace"))
    items = "".join(f"<item><link>{escape(site.url(path))}</link></item>" for path in paths)
    feed = f'<rss version="2.0"><channel><title>Benchmark</title>{items}</channel></rss>'
    site.page(_FEED, feed, content_type="application/rss+xml")


def _path(number: int, page: LabelledPage) -> str:
    return f"/{number}{urlsplit(page.url).path or '/'}"


def config_of(sites: Sequence[Site]) -> str:
    sources = (f'\n[sources.site-{n}]\nfeeds = ["{site.url(_FEED)}"]\n' for n, site in enumerate(sites))
    return _CONFIG + "".join(sources)


def _articles_fetched(sites: Sequence[Site]) -> int:
    known = (_FEED, "/robots.txt")
    return sum(request.path not in known for site in sites for request in site.requests)


def _reading_seconds(pages: Sequence[LabelledPage]) -> tuple[float, float]:
    """CPU and wall time of reading the pages in this process."""
    now, watches, source = datetime.now(UTC), builtin_watches(), Source(name="benchmark")
    fetched: list[Page] = [page.as_page(now) for page in pages]
    cpu, wall = time.process_time(), time.perf_counter()
    for page in fetched:
        read(page, source=source, watches=watches)
    return time.process_time() - cpu, time.perf_counter() - wall


if __name__ == "__main__":
    main()
