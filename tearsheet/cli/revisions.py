"""``tearsheet show --revisions`` and ``--diff``: the texts that an article had, and what changed."""

import itertools
from collections.abc import Iterator
from typing import Any

import click
from rich.padding import Padding
from rich.text import Text

from pipeline.revisions.changes import Altered, alterations
from pipeline.revisions.wording import Passage, Sort, Wording, differences
from storage import Corpus
from storage.search.records import Record, Revision
from tearsheet.cli.output import instant, note, print_json, print_table, shown, stdout

__all__ = ["show_diff", "show_revisions"]

_CONTEXT = 12
_STYLES = {Sort.SAME: "", Sort.GONE: "red strike", Sort.NEW: "bold green"}


def show_revisions(record: Record, corpus: Corpus, as_json: bool) -> None:  # one of the views of `show`
    """Print every text the article had."""
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


def show_diff(record: Record, corpus: Corpus, as_json: bool) -> None:  # one of the views of `show`
    """Print what changed from each text to the next, by word, and as facts where that can be told."""
    pairs = list(itertools.pairwise(corpus.revisions(record.id)))
    if as_json:
        changes = [_change_as_dict(old, new, record.language) for old, new in pairs]
        print_json({"id": record.id, "url": record.url, "changes": changes})
        return
    if not pairs:
        note("Only one text so far.")
    for place, (old, new) in enumerate(pairs):
        if place:
            stdout().print()
        _print_change(old, new, record.language)


def _change_as_dict(old: Revision, new: Revision, language: str) -> dict[str, Any]:
    passages = differences(_wording(old), _wording(new))
    return {
        "from": old.number,
        "to": new.number,
        "seen_at": instant(new.seen_at),
        "announced": new.announced,
        "notice": new.notice,
        "facts": [each.as_dict() for each in _facts(passages, old, new, language)],
        "changed": [{"field": each.field, "words": each.marked()} for each in passages],
    }


def _print_change(old: Revision, new: Revision, language: str) -> None:
    out = stdout()
    passages = differences(_wording(old), _wording(new))
    seen, before = instant(new.seen_at), instant(old.seen_at)
    out.print(Text(f"Text {new.number}, seen {seen}; before: text {old.number}, seen {before}", style="bold"))
    said = f"The paper says so: “{new.notice}”" if new.notice else "The paper does not say that it changed."
    out.print(Text(shown(said), style="dim"))
    for fact in _facts(passages, old, new, language):
        out.print(Text(shown(f"{fact.kind}: {_told(fact)}"), style="yellow"))
    if not passages:
        out.print("Only the breaks between paragraphs changed.")
    for passage in passages:
        out.print()
        if passage.field != "text":
            out.print(Text(passage.field, style="dim"))
        _print_passage(passage.shortened(_CONTEXT))


def _print_passage(passage: Passage) -> None:
    """Print it in colours, or with marks where there are none; set in, and in a pipe on one line."""
    out = stdout()
    if not out.is_terminal:
        click.echo(f"  {shown(passage.marked())}")
        return
    is_coloured = not out.no_color and out.color_system is not None
    said = Text(" ").join(_styled(passage)) if is_coloured else Text(shown(passage.marked()))
    out.print(Padding(said, (0, 0, 0, 2), expand=False))


def _wording(revision: Revision) -> Wording:
    return Wording(title=revision.title, standfirst=revision.standfirst, text=revision.text)


def _facts(passages: tuple[Passage, ...], old: Revision, new: Revision, language: str) -> tuple[Altered, ...]:
    before, after = (" ".join((each.title, each.standfirst, each.text)) for each in (old, new))
    return alterations(passages, before=before, after=after, language=language)


def _told(fact: Altered) -> str:
    """Return a change in a few words.

    >>> _told(Altered("number", "26", "29", "prisoners")), _told(Altered("name", "", "Ana Núñez"))
    ('26 → 29 prisoners', 'Ana Núñez is new')
    """
    if not fact.before or not fact.after:
        return f"{fact.after} is new" if fact.after else f"{fact.before} is gone"
    return f"{fact.before} → {fact.after} {fact.of}".strip()


def _styled(passage: Passage) -> Iterator[Text]:
    for piece in passage.pieces:
        yield Text(shown(piece.text), style=_STYLES[piece.sort])
