"""``tearsheet mark``: what a person decides of an article."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import click

from pipeline.errors import InputError
from pipeline.judging.plain import article_from_text
from pipeline.judging.watch import Watch
from pipeline.marks import Mark, MarkVerdict, PairVerdict
from pipeline.steps import judged
from pipeline.words import fold
from storage import Corpus
from storage.marks import Marks
from storage.search.records import Record
from tearsheet.cli.opened import article, opened_corpus
from tearsheet.cli.output import counted, note, print_json, shown
from tearsheet.cli.pairs import mark_pair
from tearsheet.cli.verdicts import PAIR_SAID, SAID
from tearsheet.cli.watches import known_watches, watch_named

__all__ = ["command"]


@click.command("mark")
@click.argument("ref", metavar="ID|URL")
@click.argument("verdict", type=click.Choice((*SAID, *PAIR_SAID)), required=False)
@click.argument("other", metavar="[ID|URL]", required=False)
@click.option("--watch", metavar="NAME", help="For this watch; else for those that want it, or the only one.")
@click.option("--note", "reason", default="", metavar="TEXT", help="Why; kept with the mark.")
@click.option("--undo", is_flag=True, help="Take marks back: the rules decide again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(
    config_path: str | None,
    *,
    ref: str,
    verdict: MarkVerdict | PairVerdict | None,
    other: str | None,
    watch: str | None,
    reason: str,
    undo: bool,
    as_json: bool,
) -> None:
    """Say whether an article belongs to a watch, or whether two carry the same text; no rule overrides it.

    relevant and not hold for every article with the same text, and for later texts of them. same ID makes one
    cluster of two; different ID takes the article out of the other's, and keeps it out.
    """
    if undo and reason:
        raise click.UsageError("--note goes with a mark, not with --undo.")
    if verdict == "same" or verdict == "different":
        if other is None:
            raise click.UsageError(f"Say which article it is {PAIR_SAID[verdict]}.")
        if watch is not None:
            raise click.UsageError("--watch goes with relevant and not.")
        mark_pair(config_path, (ref, other), verdict, reason=reason, undo=undo, as_json=as_json)
        return
    if undo == (verdict is not None):
        raise click.UsageError("Say either relevant, or not, or --undo.")
    if other is not None:
        raise click.UsageError(f"{verdict} is said of one article; leave {other} out.")
    with opened_corpus(config_path, write=True) as corpus:
        found = article(corpus, ref)
        said = (
            _marked(corpus, found, verdict, _watches(config_path, found, watch), reason)
            if verdict
            else _taken_back(corpus, found, watch)
        )
        _tell_again(corpus, found, known_watches(config_path))
        now = corpus.get(found.id)
        assert now is not None  # noqa: S101  # articles are only removed by `forget`
        is_shown = Marks(corpus).is_shown(found.id)
        copies = len(corpus.copies(found.id))
    if as_json:
        keys = ("id", "url", "watches", "marks")
        print_json({key: value for key, value in now.as_dict().items() if key in keys} | {"shown": is_shown})
        return
    click.echo(shown(said))
    _note_effect(now, is_shown=is_shown, copies=copies)


def _watches(config_path: str | None, record: Record, name: str | None) -> tuple[str, ...]:
    """Return the watches that a mark is for: the one named, else those that want it, else the only one."""
    watches = known_watches(config_path)
    if name is not None:
        return (watch_named(name, watches).name,)
    if record.watches:
        return tuple(judgement.watch for judgement in record.watches)
    enabled = tuple(watch.name for watch in watches if watch.enabled)
    if len(enabled) != 1:
        names = ", ".join(enabled) or "no watch is switched on"
        raise InputError(f"article {record.id}: no watch wants it; say for which with --watch ({names})")
    return enabled


def _marked(
    corpus: Corpus, record: Record, verdict: MarkVerdict, watches: tuple[str, ...], reason: str
) -> str:
    at = datetime.now(UTC)
    with corpus.write():
        for watch in watches:
            Marks(corpus).put(record.id, Mark(watch=watch, verdict=verdict, marked_at=at, note=reason))
    return f"Article {record.id} is marked as {SAID[verdict]} for {', '.join(watches)}."


def _tell_again(corpus: Corpus, record: Record, watches: Sequence[Watch]) -> None:
    """Read what it says of a move, and so its copies, as if the rules wanted what a person wants."""
    with corpus.write():
        for each in (record, *corpus.copies(record.id)):
            written = article_from_text(title=each.title, text=each.text, language=each.language)
            facts = judged(replace(written, standfirst=each.standfirst), watches).facts
            Marks(corpus).tell(each.id, facts)


def _taken_back(corpus: Corpus, record: Record, watch: str | None) -> str:
    marked = {fold(mark.watch): mark.watch for mark in record.marks}
    gone = Marks(corpus).take_back(record.id, watch and marked.get(fold(watch), watch))
    if not gone:
        hint = f"it is for {', '.join(marked.values())}" if marked else "there is nothing to take back"
        raise InputError(f"article {record.id} is not marked{f' for {watch}' if watch else ''}; {hint}")
    watches = ", ".join(mark.watch for mark in gone)
    return f"Article {record.id} is no longer marked for {watches}; the rules decide again."


def _note_effect(record: Record, *, is_shown: bool, copies: int) -> None:
    wanted = ", ".join(judgement.watch for judgement in record.watches)
    if not is_shown:
        note("Searches leave it out, unless asked with --include-off-topic.")
    elif wanted:
        note(f"Searches show it; wanted by {wanted}.")
    else:
        note("Searches show it; no watch wants it.")
    if copies:
        note(f"So it is for the {counted(copies, 'copy', 'copies')} of it.")
