"""What the watches think of articles: the rules alone, or with what a person decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection, Row

from pipeline.items import Judgement
from pipeline.marks import Mark
from storage.numbers import is_among
from storage.tables import JUDGEMENT

__all__ = ["judgements_of", "watches_of"]


# Built once: to build one takes longer than to execute it.
_SAID = select(JUDGEMENT).where(is_among(JUDGEMENT.c.article_id, "ids")).order_by(JUDGEMENT.c.watch)
_WANTED = _SAID.where(or_(JUDGEMENT.c.relevant, is_among(JUDGEMENT.c.article_id, "marked")))


def judgements_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[Judgement]]:
    """Return what the rules of the watches say of each article, by its number."""
    return _by_article(connection.execute(_SAID, {"ids": ids}))


def _by_article(rows: Iterable[Row[Any]]) -> dict[int, list[Judgement]]:
    said: dict[int, list[Judgement]] = {}
    for row in rows:
        said.setdefault(row.article_id, []).append(
            Judgement(
                watch=row.watch,
                score=row.score,
                relevant=row.relevant,
                reasons=tuple(row.reasons),
                version=row.version,
            )
        )
    return said


def watches_of(
    connection: Connection, ids: Sequence[int], marks: Mapping[int, Sequence[Mark]]
) -> dict[int, tuple[Judgement, ...]]:
    """Return the judgements of the watches that want each article: by their rules, unless a mark decides."""
    found = _by_article(connection.execute(_WANTED, {"ids": ids, "marked": list(marks)}))
    return {
        article_id: _under_marks(found.get(article_id, ()), marks.get(article_id, ()))
        for article_id in found.keys() | marks.keys()
    }


def _under_marks(judgements: Sequence[Judgement], marks: Sequence[Mark]) -> tuple[Judgement, ...]:
    by_watch = {judgement.watch: judgement for judgement in judgements}
    for mark in sorted(marks, key=lambda mark: mark.verdict == "relevant"):
        # One that the rules have not judged: of a watch that was off, or not there yet.
        judgement = by_watch.get(mark.watch) or Judgement(watch=mark.watch, score=0.0, relevant=False)
        by_watch[mark.watch] = replace(judgement, relevant=mark.verdict == "relevant")
    return tuple(judgement for _, judgement in sorted(by_watch.items()) if judgement.relevant)
