"""Stores articles by the hundred whose places are known already."""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select, update

from pipeline.characters import storable
from pipeline.items import Article, Decision
from storage.article_rows import first_row, judgement_rows, revision_row, words_of
from storage.articles import placing
from storage.database import Database
from storage.tables import ARTICLE, JUDGEMENT, REVISION, TEXT

__all__ = ["store_all"]

_NUMBERS = select(ARTICLE.c.url_key, ARTICLE.c.id).where(
    ARTICLE.c.url_key.in_(bindparam("keys", expanding=True))
)
_OPENS = update(ARTICLE).where(ARTICLE.c.id == bindparam("which"))
_OPENS_CLUSTER = _OPENS.values(duplicate_cluster=bindparam("which"), story=bindparam("story"))


def store_all(corpus: Database, placed: Sequence[tuple[Article, Decision]]) -> list[int]:
    """Store first sightings of which none is linked to another of them; return their numbers, in order.

    Five statements for all of them, which one by one take as many each. What links, facts and receipts would
    need is not written: by it new articles are compared, and these came from where that was done.
    """
    if not placed:
        return []
    with corpus.write() as connection:
        places = [placing(connection, article, decision) for article, decision in placed]
        rows = [first_row(*one) | place for one, place in zip(placed, places, strict=True)]
        connection.execute(insert(ARTICLE), rows)
        # Asked for by their keys, because SQLite gives numbers back only where it is told one row at a time.
        numbered = connection.execute(_NUMBERS, {"keys": [row["url_key"] for row in rows]})
        numbers = {row.url_key: row.id for row in numbered}
        ids = [numbers[storable(row["url_key"])] for row in rows]
        by_id = [(number, article) for number, (article, _) in zip(ids, placed, strict=True)]
        openings = [
            {"which": number, "story": place["story"] or number}
            for number, place in zip(ids, places, strict=True)
            if not place["duplicate_cluster"]
        ]
        if openings:
            connection.execute(_OPENS_CLUSTER, openings)
        connection.execute(
            insert(TEXT), [{"article_id": number} | words_of(article) for number, article in by_id]
        )
        for number, article in by_id:
            corpus.dialect.index_text(connection, number, **words_of(article))
        connection.execute(insert(REVISION), [revision_row(number, article) for number, article in by_id])
        judgements = [row for number, article in by_id for row in judgement_rows(number, article)]
        if judgements:
            connection.execute(insert(JUDGEMENT), judgements)
    return ids
