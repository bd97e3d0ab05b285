"""``tearsheet show``: one article and its history."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import click
from rich.text import Text

from pipeline.errors import InputError
from pipeline.items import Stamp
from storage import Corpus
from storage.pairings import Pairings
from storage.search.records import Record
from tearsheet.cli.facts import facts_by_sentence
from tearsheet.cli.hits import day
from tearsheet.cli.opened import article, opened_corpus
from tearsheet.cli.output import carried, counted, instant, note, print_json, print_table, shown, stdout
from tearsheet.cli.pairs import pairing_lines, pairings_as_dicts
from tearsheet.cli.revisions import show_diff, show_revisions
from tearsheet.cli.stories import show_story
from tearsheet.cli.verdicts import SAID

__all__ = ["command"]


@click.command("show")
@click.argument("ref", metavar="ID|URL")
@click.option("--revisions", is_flag=True, help="Every text it had.")
@click.option("--diff", is_flag=True, help="What changed between its texts.")
@click.option("--receipt", is_flag=True, help="Every line that was cut, with the rule.")
@click.option("--raw", is_flag=True, help="The page as its server sent it.")
@click.option("--copies", is_flag=True, help="The other articles with the same text.")
@click.option("--story", is_flag=True, help="Its story from the beginning.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, /, *, ref: str, as_json: bool, **views: bool) -> None:
    """Show one article: by its number, or by its URL in any form."""
    chosen = [name for name, is_asked in views.items() if is_asked]
    if as_json and len(chosen) > 1:
        raise click.UsageError("--json prints one document: ask for one view at a time.")
    with opened_corpus(config_path) as corpus:
        record = article(corpus, ref)
        if not chosen:
            _show(record, corpus, as_json=as_json)
        for name in chosen:
            _VIEWS[name](record, corpus, as_json)


def _show(record: Record, corpus: Corpus, *, as_json: bool) -> None:
    copies, carriage = corpus.copies(record.id), corpus.carriage(record.duplicate_cluster)
    if as_json:
        more = {"copies": [copy.id for copy in copies], "carried": carriage.as_dict()}
        print_json(record.as_dict() | more)
        return
    out = stdout(reading=True)
    for line in _clipping(record):
        out.print(line)
    for said in facts_by_sentence(record.facts):
        out.print(said)
    cut = len(corpus.receipt(record.id))
    if cut:
        note(f"Cut from the page: {counted(cut, 'line')}; see --receipt.")
    if record.revision > 1:
        note(f"Changed since first seen: {counted(record.revision, 'text')} so far; see --diff.")
    if copies:
        note(f"This text is {carried(carriage)} ({', '.join(carriage.origins)}); see --copies.")


def _clipping(record: Record) -> Iterator[Text]:
    """Yield an article as it is read: head, text, where it comes from, what was said of it."""
    yield from _head(record)
    yield Text()
    for paragraph in record.text.split("\n\n"):
        yield Text(shown(paragraph))
        yield Text()
    yield from (Text(shown(line), style="dim") for line in _provenance(record))
    if record.watches or record.marks:
        yield Text()
    for judgement in record.watches:
        said = f"{judgement.watch} {judgement.score:.2f}: {', '.join(judgement.reasons)}"
        yield Text(shown(said), style="green")
    for mark in record.marks:
        because = f": {mark.note}" if mark.note else ""
        said = f"{mark.watch}: marked as {SAID[mark.verdict]} on {mark.marked_at:%Y-%m-%d}{because}"
        yield Text(shown(said), style="bold green" if mark.verdict == "relevant" else "bold red")


def _head(record: Record) -> Iterator[Text]:
    """Yield what stands above the text of a clipping."""
    yield Text(shown(record.title) or "(no headline)", style="bold")
    if record.standfirst:
        yield Text(shown(record.standfirst), style="italic")
    if record.authors:
        yield Text(shown(f"By {', '.join(record.authors)}"))
    about = [record.source, day(record), record.language or "language unknown"]
    yield Text(shown(" · ".join([*about, *(flag.value for flag in record.flags)])), style="dim")


def _provenance(record: Record) -> Iterator[str]:
    """Yield where the text comes from: address, times and how far they are known."""
    yield record.url
    if record.canonical_url not in ("", record.url):
        yield f"canonical: {record.canonical_url}"
    seen = f"seen {instant(record.first_seen_at)}"
    if record.last_seen_at != record.first_seen_at:
        seen += f", last {instant(record.last_seen_at)}"
    published = Stamp(at=record.published_at, precision=record.published_precision).iso()
    known = f"published {published} ({record.published_from.value})" if published else "published: unknown"
    yield f"article {record.id}, {known}, {seen}, by {record.channel.value}"


def _show_receipt(record: Record, corpus: Corpus, as_json: bool) -> None:
    removed = corpus.receipt(record.id)
    if as_json:
        lines = [{"line": cut.line, "rule": cut.rule, "text": cut.text} for cut in removed]
        print_json({"id": record.id, "url": record.url, "revision": record.revision, "removed": lines})
        return
    print_table(("line", "rule", "text"), [(cut.line, cut.rule, cut.text) for cut in removed])


def _show_raw(record: Record, corpus: Corpus, as_json: bool) -> None:
    page = corpus.page(record.id)
    if page is None:
        raise InputError(f"no page is kept for article {record.id}")
    if as_json:
        body = page.body.decode("utf-8", errors="replace")
        document: dict[str, Any] = {"url": page.url, "content_type": page.content_type, "body": body}
        print_json(document | {"fetched_at": instant(page.fetched_at)})
        return
    sys.stdout.buffer.write(page.body)


def _show_copies(record: Record, corpus: Corpus, as_json: bool) -> None:
    said = Pairings(corpus).of([record.id])
    carriage = corpus.carriage(record.duplicate_cluster)
    more = {"carried": carriage.as_dict(), "pairs": pairings_as_dicts(said, record.id)}
    _print_others(record, corpus.copies(record.id), as_json=as_json, more=more)
    if not as_json:
        click.echo(shown(f"This text is {carried(carriage)}: {', '.join(carriage.origins)}"))
        for line in pairing_lines(said, record.id):
            click.echo(shown(f"{record.id} is {line}"))


def _print_others(
    record: Record, others: tuple[Record, ...], *, as_json: bool, more: dict[str, Any] | None = None
) -> None:
    if as_json:
        articles = [each.as_dict() for each in others]
        print_json({"id": record.id, "url": record.url, **(more or {}), "articles": articles})
        return
    rows = [(each.id, day(each), each.source, each.title, each.url) for each in others]
    print_table(("id", "published", "source", "title", "url"), rows)


_VIEWS: dict[str, Callable[[Record, Corpus, bool], None]] = {
    "revisions": show_revisions,
    "diff": show_diff,
    "receipt": _show_receipt,
    "raw": _show_raw,
    "copies": _show_copies,
    "story": show_story,
}
