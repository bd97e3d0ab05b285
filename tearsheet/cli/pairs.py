"""``tearsheet mark ID same|different ID``: what a person decides of two articles."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import click

from pipeline.errors import InputError
from pipeline.marks import Pairing, PairVerdict
from storage import Corpus
from storage.pairings import Pairings
from storage.search.records import Record
from tearsheet.cli.opened import article, opened_corpus
from tearsheet.cli.output import counted, instant, note, print_json, shown
from tearsheet.cli.verdicts import PAIR_SAID

__all__ = ["mark_pair", "pairing_lines", "pairings_as_dicts"]


def mark_pair(
    config_path: str | None,
    refs: tuple[str, str],
    verdict: PairVerdict,
    *,
    reason: str,
    undo: bool,
    as_json: bool,
) -> None:
    """Put or take back a decision, and print what came of it."""
    with opened_corpus(config_path, write=True) as corpus:
        one, other = (article(corpus, ref) for ref in refs)
        if one.id == other.id:
            raise InputError(f"{refs[0]} and {refs[1]} are one article, {one.id}; name two")
        if undo:
            _take_back(corpus, one, other, verdict)
        else:
            Pairings(corpus).put(
                Pairing(
                    article_id=one.id,
                    other_id=other.id,
                    verdict=verdict,
                    marked_at=datetime.now(UTC),
                    note=reason,
                )
            )
        now = tuple(article(corpus, str(each.id)) for each in (one, other))
        copies = tuple(len(corpus.copies(each.id)) for each in now)
        said = Pairings(corpus).of([one.id])
    if as_json:
        print_json(_as_dict(now[0]) | {"other": _as_dict(now[1]), "pairs": pairings_as_dicts(said, one.id)})
        return
    told = f"Article {one.id} is {'no longer ' if undo else ''}marked as {PAIR_SAID[verdict]} {other.id}"
    click.echo(f"{told}; the rules decide again." if undo else f"{told}.")
    _note_effect(now, copies)


def pairings_as_dicts(said: Iterable[Pairing], article_id: int) -> list[dict[str, Any]]:
    """Return decisions as JSON, seen from an article."""
    return [
        {
            "article": each.beside(article_id),
            "verdict": each.verdict,
            "marked_at": instant(each.marked_at),
            "note": each.note,
        }
        for each in said
    ]


def pairing_lines(said: Iterable[Pairing], article_id: int) -> list[str]:
    """Return decisions as a person reads them, seen from an article."""
    return [
        f"marked as {PAIR_SAID[each.verdict]} {each.beside(article_id)} on {each.marked_at:%Y-%m-%d}"
        + (f": {each.note}" if each.note else "")
        for each in said
    ]


def _take_back(corpus: Corpus, one: Record, other: Record, verdict: PairVerdict) -> None:
    said = [each for each in Pairings(corpus).of([one.id]) if each.beside(one.id) == other.id]
    if not any(each.verdict == verdict for each in said):
        hint = f"it is {pairing_lines(said, one.id)[0]}" if said else "there is nothing to take back"
        raise InputError(f"article {one.id} is not marked as {PAIR_SAID[verdict]} {other.id}; {hint}")
    Pairings(corpus).take_back(one.id, other.id)


def _as_dict(record: Record) -> dict[str, Any]:
    keys = ("id", "url", "duplicate_of", "duplicate_cluster", "story")
    return {key: value for key, value in record.as_dict().items() if key in keys}


def _note_effect(now: tuple[Record, ...], copies: tuple[int, ...]) -> None:
    one, other = now
    if one.duplicate_cluster == other.duplicate_cluster:
        head = one.duplicate_of or one.id
        note(shown(f"{counted(copies[0] + 1, 'article')} carry this text; {head} stands for them."))
        return
    for each, number in zip(now, copies, strict=True):
        stands = f"; {each.duplicate_of} stands for it" if each.duplicate_of else ""
        note(f"Article {each.id} has {counted(number, 'copy', 'copies') if number else 'no copy'}{stands}.")
