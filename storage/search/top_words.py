"""The words that stand out in what was found."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from pipeline.salience import Counted, counted_words, salient
from pipeline.syntax import Exact, Near, Sought, Text
from storage.search.conditions import positive_texts
from storage.search.sample import drawn, ids_of
from storage.search.selection import Selection
from storage.tables import ARTICLE, TEXT

__all__ = ["WORDS_LOOKED_AT", "TopWords", "top_words"]

WORDS_LOOKED_AT = 500
"""Where more is found, the words of a sample of so many articles are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopWords:
    """The words that stand out in what was found, beside the rest of the corpus."""

    count: int
    """All that was found."""
    looked_at: int
    """In so many of them words were counted: a sample, the same every time."""
    words: tuple[tuple[str, int], ...]
    """Each with the number of articles it stands in; that stand out most first."""


def top_words(connection: Connection, asked: Selection, *, number: int) -> TopWords:
    """Return the words that stand out; those that were asked for are left out."""
    ids = [] if asked.is_blank else ids_of(connection, asked)
    looked_at = drawn(ids, WORDS_LOOKED_AT, 0)
    others = _others(connection, set(ids))
    words = salient(
        _words(connection, looked_at),
        _words(connection, others),
        is_left_out=partial(
            _is_asked, [text for sought in positive_texts(asked.tree) for text in _asked(sought)]
        ),
    )
    return TopWords(count=len(ids), looked_at=len(looked_at), words=tuple(words[:number]))


def _others(connection: Connection, found: Set[int]) -> list[int]:
    """Return some articles that were not found, to see which words are usual."""
    last = connection.execute(select(func.max(ARTICLE.c.id))).scalar() or 0
    spread = range(1, last + 1, max(last // (4 * WORDS_LOOKED_AT), 1))
    query = select(ARTICLE.c.id).where(ARTICLE.c.id.in_(spread), ARTICLE.c.hidden.is_(False))
    return [other for other in connection.execute(query).scalars() if other not in found][:WORDS_LOOKED_AT]


def _words(connection: Connection, ids: Sequence[int]) -> list[Counted]:
    query = (
        select(ARTICLE.c.language, TEXT.c.title, TEXT.c.standfirst, TEXT.c.text)
        .join(TEXT, TEXT.c.article_id == ARTICLE.c.id)
        .where(ARTICLE.c.id.in_(ids))
    )
    return [
        counted_words(f"{row.title}\n{row.standfirst}\n{row.text}", row.language)
        for row in connection.execute(query)
    ]


def _asked(sought: Sought) -> tuple[Text, ...]:
    match sought:
        case Near(left, right):
            return left, right
        case Exact():
            return (sought.folded,)
        case _:
            return (sought,)


def _is_asked(texts: Sequence[Text], word: str) -> bool:
    return any(word in text.words or (text.prefix and word.startswith(text.words[-1])) for text in texts)
