"""``tearsheet reread``: today's rules, applied to what is stored."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from pipeline.query import parse
from pipeline.syntax import Everything, Node
from storage.database import require_corpus
from tearsheet.cli.output import counted, note, shown, stdout
from tearsheet.cli.rows import RowsAsJson
from tearsheet.config import load_config
from tearsheet.signals import stop_request

if TYPE_CHECKING:
    from tearsheet.reread import Changed, Reread

__all__ = ["command"]

_STYLES = {"new": "bold green", "shown": "green", "hidden": "yellow"}
_FIELDS = {
    "text": "another text",
    "title": "another headline",
    "standfirst": "another standfirst",
    "authors": "other authors",
    "language": "another language",
    "canonical_url": "another canonical address",
    "published_at": "another date",
    "modified_at": "another time of change",
    "flags": "other flags",
    "watches": "wanted by other watches",
}


@click.command("reread")
@click.argument("query", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document; its rows come as they are found.")
@click.pass_obj
def command(config_path: str | None, *, query: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Read the stored pages (all, or of what a query finds) again by today's rules, and say what changed.

    Texts, dates and verdicts are replaced where they stand; no revision comes of it. Off-topic pages that
    are wanted now become articles, articles that no watch wants any more are hidden. Nothing is removed.
    """
    # Scrapy, the workers and the progress bar take most of a second to import.
    from tearsheet.cli.progress import advance, progress_bar
    from tearsheet.reread import reread
    from tearsheet.rereading import Follower

    config = load_config(config_path)
    tree = _tree(" ".join(query))
    require_corpus(config.corpus.url)
    if stop_request.has_come:
        return
    printed = _Rows(as_json=as_json)
    with progress_bar("Reading again") as (bar, task):
        follower = Follower(
            sized=lambda count: bar.update(task, total=count),
            advanced=lambda count: advance(bar, task, count),
            is_stopped=lambda: stop_request.has_come,
        )
        done = reread(config, tree, follower, told=printed.tell, dry_run=dry_run)
    printed.end(done, dry_run=dry_run)


def _tree(query: str) -> Node | None:
    tree = parse(query, now=datetime.now(UTC))
    return None if isinstance(tree, Everything) else tree


class _Rows:
    """Prints changes as they come, those of fields alone only as JSON, and the sums at the end."""

    def __init__(self, *, as_json: bool) -> None:
        self._rows = RowsAsJson("articles") if as_json else None

    def tell(self, changed: "Changed") -> None:
        """Print one change."""
        if self._rows is not None:
            self._rows.row(_row(changed))
        elif changed.turn is not None:
            number = changed.article_id or "-"
            head = Text.assemble((f"{changed.turn:<6}", _STYLES[changed.turn]), f" {number:>4}  ")
            stdout().print(head.append(shown(changed.title or changed.url)))
            stdout().print(Text(f"             {shown(_why(changed))}", style="dim"))

    def end(self, done: "Reread", *, dry_run: bool) -> None:
        """Print the sums."""
        if self._rows is not None:
            self._rows.end(_sums(done, dry_run=dry_run))
        else:
            _print_sums(done, dry_run=dry_run)


def _why(changed: "Changed") -> str:
    lost = f"no longer wanted by {', '.join(changed.lost)}; " if changed.lost else ""
    return f"{lost}{changed.reason}"


def _row(changed: "Changed") -> dict[str, Any]:
    return {
        "id": changed.article_id,
        "url": changed.url,
        "title": changed.title,
        "turn": changed.turn and changed.turn.value,
        "changed": list(changed.changed),
        "gained": list(changed.gained),
        "lost": list(changed.lost),
        "reason": changed.reason,
    }


def _sums(done: "Reread", *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "outcome": done.outcome,
        "read": {"articles": done.articles, "without_page": done.unread, "other_pages": done.pages},
        "same": done.same,
        "fields": done.fields,
        "new": done.turned["new"],
        "shown": done.turned["shown"],
        "hidden": done.turned["hidden"],
        "refused": done.refused,
        "broken": done.broken,
        "run": done.run,
    }


def _print_sums(done: "Reread", *, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    turned = done.turned
    pages = counted(done.pages, "page that is no article", "pages that are no articles")
    click.echo(f"Read again {counted(done.articles, 'article')} and {pages}; {done.same} the same.")
    for name, count in done.fields.items():
        click.echo(f"  {count:>6}  {_FIELDS[name]}")
    for count, said in (
        (turned["new"], f"{would}stored as new: wanted by today's rules"),
        (turned["shown"], f"{would}shown again"),
        (turned["hidden"], f"{would}hidden: no watch wants them any more (search --include-off-topic)"),
        (done.refused, "no article in the page by today's rules; the stored text stays"),
        (done.broken, "could not be read again; they stay as they were"),
    ):
        if count:
            click.echo(f"  {count:>6}  {said}")
    if done.unread:
        note(f"{counted(done.unread, 'article')} without a page: judged again by the stored text.")
    if done.outcome == "interrupted":
        note("Interrupted: what was read so far is stored; run it again for the rest.")
