"""``tearsheet mark``: what a person decides of an article."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from pipeline.errors import InputError
from pipeline.judging.watch import Watch
from pipeline.marks import MarkVerdict, PairVerdict
from storage.search.records import Record
from tearsheet.cli.opened import article, opened_corpus
from tearsheet.cli.output import counted, note, print_json, shown
from tearsheet.cli.pairs import mark_pair
from tearsheet.cli.verdicts import PAIR_SAID, SAID
from tearsheet.cli.watches import known_watches, watch_named
from tearsheet.marking import Marked, mark, take_back

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
    options = _Options(watch=watch, reason=reason, undo=undo)
    if verdict == "same" or verdict == "different":
        one, two = options.checked_for_pair(ref, verdict, other)
        mark_pair(config_path, (one, two), verdict, reason=reason, undo=undo, as_json=as_json)
        return
    options.check_for_article(verdict, other)
    with opened_corpus(config_path, write=True) as corpus:
        found, known = article(corpus, ref), known_watches(config_path)
        if verdict:
            wanted = _watches(known, found, watch)
            marked = mark(corpus, found, verdict, wanted, known=known, note=reason)
            said = f"is marked as {SAID[verdict]} for {', '.join(marked.watches)}."
        else:
            marked = take_back(corpus, found, watch, known=known)
            said = f"is no longer marked for {', '.join(marked.watches)}; the rules decide again."
    if as_json:
        print_json(_as_dict(marked))
        return
    click.echo(shown(f"Article {found.id} {said}"))
    _note_effect(marked)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What goes with one kind of decision and not with another."""

    watch: str | None
    reason: str
    undo: bool

    def checked_for_pair(self, ref: str, verdict: PairVerdict, other: str | None) -> tuple[str, str]:
        """Return the two articles, or refuse."""
        self._check_note()
        if other is None:
            raise click.UsageError(f"Say which article it is {PAIR_SAID[verdict]}.")
        if self.watch is not None:
            raise click.UsageError("--watch goes with relevant and not.")
        return ref, other

    def check_for_article(self, verdict: MarkVerdict | None, other: str | None) -> None:
        self._check_note()
        if self.undo == (verdict is not None):
            raise click.UsageError("Say either relevant, or not, or --undo.")
        if other is not None:
            raise click.UsageError(f"{verdict} is said of one article; leave {other} out.")

    def _check_note(self) -> None:
        if self.undo and self.reason:
            raise click.UsageError("--note goes with a mark, not with --undo.")


def _watches(watches: Sequence[Watch], record: Record, name: str | None) -> tuple[str, ...]:
    """Return the watches that a mark is for: the one named, else those that want it, else the only one."""
    if name is not None:
        return (watch_named(name, watches).name,)
    if record.watches:
        return tuple(judgement.watch for judgement in record.watches)
    enabled = tuple(watch.name for watch in watches if watch.enabled)
    if len(enabled) != 1:
        names = ", ".join(enabled) or "no watch is switched on"
        raise InputError(f"article {record.id}: no watch wants it; say for which with --watch ({names})")
    return enabled


def _as_dict(marked: Marked) -> dict[str, Any]:
    keys = ("id", "url", "watches", "marks")
    told = {key: value for key, value in marked.record.as_dict().items() if key in keys}
    return told | {"shown": marked.is_shown}


def _note_effect(marked: Marked) -> None:
    wanted = ", ".join(judgement.watch for judgement in marked.record.watches)
    if not marked.is_shown:
        note("Searches leave it out, unless asked with --include-off-topic.")
    elif wanted:
        note(f"Searches show it; wanted by {wanted}.")
    else:
        note("Searches show it; no watch wants it.")
    if marked.copies:
        note(f"So it is for the {counted(marked.copies, 'copy', 'copies')} of it.")
