"""``tearsheet show``: one article and its history."""

import itertools
import sys
from collections.abc import Callable, Iterator
from difflib import unified_diff
from typing import Any

import click
from rich.text import Text

from pipeline.errors import InputError
from pipeline.items import Stamp
from storage import Corpus
from storage.search.records import Record, Revision
from tearsheet.cli.facts import facts_by_sentence
from tearsheet.cli.hits import day
from tearsheet.cli.mark import SAID
from tearsheet.cli.opened import article, opened_corpus
from tearsheet.cli.output import counted, instant, note, print_json, print_table, shown, stdout

__all__ = ["command"]


@click.command("show")
@click.argument("ref", metavar="ID|URL")
@click.option("--revisions", is_flag=True, help="Every text it had.")
@click.option("--diff", is_flag=True, help="What changed between its texts.")
@click.option("--receipt", is_flag=True, help="Every line that was cut, with the rule.")
@click.option("--raw", is_flag=True, help="The page as its server sent it.")
@click.option("--copies", is_flag=True, help="The other articles with the same text.")
@click.option("--story", is_flag=True, help="The articles of its story.")
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
    copies = corpus.copies(record.id)
    if as_json:
        print_json(record.as_dict() | {"copies": [copy.id for copy in copies]})
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
        note(f"Printed elsewhere: {counted(len(copies), 'copy', 'copies')}; see --copies.")


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


def _show_revisions(record: Record, corpus: Corpus, as_json: bool) -> None:
    revisions = corpus.revisions(record.id)
    if as_json:
        print_json({"id": record.id, "url": record.url, "revisions": [each.as_dict() for each in revisions]})
        return
    rows = [
        (
            each.number,
            instant(each.seen_at),
            ", ".join(each.changed) or "first",
            "yes" if each.announced else "",
            each.title,
        )
        for each in revisions
    ]
    print_table(("revision", "seen", "changed", "announced", "title"), rows)


def _show_diff(record: Record, corpus: Corpus, as_json: bool) -> None:
    revisions = corpus.revisions(record.id)
    changes = [(old.number, new.number, _diff(old, new)) for old, new in itertools.pairwise(revisions)]
    if as_json:
        documents = [{"from": old, "to": new, "diff": diff} for old, new, diff in changes]
        print_json({"id": record.id, "url": record.url, "changes": documents})
        return
    if not changes:
        note("Only one text so far.")
    for _, _, diff in changes:
        for line in diff:
            stdout().print(Text(shown(line), style={"-": "red", "+": "green"}.get(line[:1], "dim")))


def _diff(old: Revision, new: Revision) -> list[str]:
    before, after = ([each.title, each.standfirst, *each.text.split("\n\n")] for each in (old, new))
    names = (f"revision {each.number}, seen {instant(each.seen_at)}" for each in (old, new))
    return list(unified_diff(before, after, next(names), next(names), n=0, lineterm=""))


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
    _print_others(record, corpus.copies(record.id), as_json=as_json)


def _show_story(record: Record, corpus: Corpus, as_json: bool) -> None:
    _print_others(record, corpus.story(record.story), as_json=as_json)


def _print_others(record: Record, others: tuple[Record, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({"id": record.id, "url": record.url, "articles": [each.as_dict() for each in others]})
        return
    rows = [(each.id, day(each), each.source, each.title, each.url) for each in others]
    print_table(("id", "published", "source", "title", "url"), rows)


_VIEWS: dict[str, Callable[[Record, Corpus, bool], None]] = {
    "revisions": _show_revisions,
    "diff": _show_diff,
    "receipt": _show_receipt,
    "raw": _show_raw,
    "copies": _show_copies,
    "story": _show_story,
}
