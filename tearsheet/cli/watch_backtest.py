"""``tearsheet watch backtest``: what a watch would find in the stored pages today."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from tearsheet.cli.filters import InstantOption
from tearsheet.cli.output import counted, instant, note, shown, stdout
from tearsheet.cli.rows import RowsAsJson
from tearsheet.cli.watches import watch_named
from tearsheet.config import load_config

if TYPE_CHECKING:
    from tearsheet.backtest import Backtest, Finding

__all__ = ["command"]

_MOST_REASONS = 4
_FEW_DAYS = 7
_STYLES = {"added": "bold green", "dropped": "yellow"}


@click.command("backtest")
@click.argument("name")
@click.option(
    "--since", type=InstantOption(), metavar="DATE", help="Only what was published since, as in search."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document; its rows come as they are found.")
@click.pass_obj
def command(config_path: str | None, *, name: str, since: datetime | None, as_json: bool) -> None:
    """Say what today's rules of a watch add and drop among the stored pages, and how many hits to expect.

    Off-topic pages are looked at too, as long as they are kept. Nothing is written: `reread` does that.
    """
    # Scrapy, the workers and the progress bar take most of a second to import.
    from tearsheet.backtest import backtest
    from tearsheet.cli.progress import advance, progress_bar
    from tearsheet.rereading import Follower

    config = load_config(config_path)
    watch = watch_named(name, config.watches)
    rows = RowsAsJson("articles") if as_json else None
    with progress_bar("Reading again") as (bar, task):
        follower = Follower(
            sized=lambda count: bar.update(task, total=count),
            advanced=lambda count: advance(bar, task, count),
            is_stopped=lambda: False,
        )
        told = _print_finding if rows is None else lambda finding: rows.row(_row(finding))
        done = backtest(config, watch, follower, since=since, told=told)
    if rows is None:
        _print(watch.name, done)
    else:
        rows.end(_sums(watch.name, done, since=since))


def _row(finding: "Finding") -> dict[str, Any]:
    return {
        "difference": finding.difference.value,
        "id": finding.article_id,
        "url": finding.url,
        "title": finding.title,
        "score": finding.score,
        "reasons": list(finding.reasons),
    }


def _sums(name: str, done: "Backtest", *, since: datetime | None) -> dict[str, Any]:
    return {
        "watch": name,
        "since": instant(since),
        "compared_with": "any watch" if done.is_compared_with_any else name,
        "read": {"articles": done.articles, "other_pages": done.pages},
        "wanted": done.wanted,
        "added": done.added,
        "dropped": done.dropped,
        "broken": done.broken,
        "days": done.days,
        "hits_per_week": None if done.hits_per_week is None else round(done.hits_per_week, 1),
    }


def _print_finding(finding: "Finding") -> None:
    number = finding.article_id or "-"
    head = Text.assemble((f"{finding.difference:<7}", _STYLES[finding.difference]), f" {number:>4}  ")
    stdout().print(head.append(shown(finding.title or finding.url)))
    reasons = "; ".join(finding.reasons[:_MOST_REASONS]) or "nothing found"
    stdout().print(Text(f"              {finding.score:.2f}: {shown(reasons)}", style="dim"))


def _print(name: str, done: "Backtest") -> None:
    pages = counted(done.pages, "page that is no article", "pages that are no articles")
    click.echo(
        f"{name} wants {done.wanted} of {counted(done.articles, 'article')} and {pages}: "
        f"{done.added} added, {done.dropped} dropped."
    )
    if done.hits_per_week is not None:
        few = ", too few to rely on" if done.days < _FEW_DAYS else ""
        click.echo(
            f"Expect {done.hits_per_week:.1f} hits a week, copies counted once "
            f"(by {counted(done.days, 'day')} of which all pages are there{few})."
        )
    if done.is_compared_with_any:
        note(f"No article was judged by {name} yet: it is held against what any watch wants.")
    if done.broken:
        note(f"{counted(done.broken, 'article')} could not be read again.")
    if done.added or done.dropped:
        note("Nothing was written; `tearsheet reread` applies it, `tearsheet watch explain` says why.")
