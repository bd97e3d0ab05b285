"""What a person decides of an article, put into the corpus with all that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipeline.errors import InputError
from pipeline.judging.plain import article_from_text
from pipeline.judging.watch import Watch
from pipeline.marks import Mark, MarkVerdict
from pipeline.steps import judged
from pipeline.words import fold
from storage import Corpus
from storage.marks import Marks
from storage.search.records import Record

__all__ = ["Marked", "mark", "take_back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An article after a mark was put or taken back."""

    watches: tuple[str, ...]
    """Those for which it was."""
    record: Record
    is_shown: bool
    """Searches show it unless asked for what is off topic."""
    copies: int
    """So many carry the same text, for which the mark holds as well."""


def mark(
    corpus: Corpus,
    record: Record,
    verdict: MarkVerdict,
    watches: Sequence[str],
    *,
    known: Sequence[Watch],
    note: str,
) -> Marked:
    """Decide for some watches whether they want an article; what it tells of a move is read anew."""
    at = datetime.now(UTC)
    with corpus.write():
        for watch in watches:
            Marks(corpus).put(record.id, Mark(watch=watch, verdict=verdict, marked_at=at, note=note))
        _tell_again(corpus, record, known)
    return _after(corpus, record, watches)


def take_back(corpus: Corpus, record: Record, watch: str | None, *, known: Sequence[Watch]) -> Marked:
    """Let the rules decide again, for one watch or all; InputError where nothing was decided."""
    marked = {fold(each.watch): each.watch for each in record.marks}
    with corpus.write():
        gone = Marks(corpus).take_back(record.id, watch and marked.get(fold(watch), watch))
        if not gone:
            hint = f"it is for {', '.join(marked.values())}" if marked else "there is nothing to take back"
            raise InputError(f"article {record.id} is not marked{f' for {watch}' if watch else ''}; {hint}")
        _tell_again(corpus, record, known)
    return _after(corpus, record, [each.watch for each in gone])


def _tell_again(corpus: Corpus, record: Record, watches: Sequence[Watch]) -> None:
    """Read what it says of a move, and so its copies, as if the rules wanted what a person wants."""
    for each in (record, *corpus.copies(record.id)):
        written = article_from_text(title=each.title, text=each.text, language=each.language)
        facts = judged(replace(written, standfirst=each.standfirst), watches).facts
        Marks(corpus).tell(each.id, facts)


def _after(corpus: Corpus, record: Record, watches: Sequence[str]) -> Marked:
    now = corpus.get(record.id)
    assert now is not None  # noqa: S101  # articles are only removed by `forget`
    return Marked(
        watches=tuple(watches),
        record=now,
        is_shown=Marks(corpus).is_shown(record.id),
        copies=len(corpus.copies(record.id)),
    )
