"""What articles say of a move, one row a fact."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.engine import Connection, Row

from pipeline.facts import Fact, Facts, Mechanism, Stage
from pipeline.items import Article
from pipeline.words import fold
from storage.numbers import is_among
from storage.rows import insert_rows
from storage.search.marked import is_marked_relevant
from storage.tables import FACT

__all__ = ["add_facts", "drop_facts", "facts_of", "facts_told"]

_VALUES = {"mechanism": Mechanism, "stage": Stage, "count": int}
# Built once: to build one takes longer than to execute it.
_OF_ARTICLES = (
    select(FACT).where(is_among(FACT.c.article_id, "ids")).order_by(FACT.c.article_id, FACT.c.number)
)
_DROP = delete(FACT).where(FACT.c.article_id == bindparam("which"))


def facts_told(connection: Connection, article_id: int, article: Article) -> Facts | None:
    """Return what is kept of what an article says: of one that the watches refuse, what a person wants."""
    facts = article.facts
    is_refused = bool(article.judgements) and not article.is_relevant
    if is_refused and facts and any(facts.named()) and not is_marked_relevant(connection, article_id):
        return None
    return facts


def drop_facts(connection: Connection, article_id: int) -> None:
    """Remove what was stored of an article's text."""
    connection.execute(_DROP, {"which": article_id})


def add_facts(connection: Connection, article_id: int, facts: Facts) -> None:
    """Store what the newest text of an article says, of which nothing is stored yet."""
    rows = [
        {
            "article_id": article_id,
            "number": number,
            "name": name,
            "value": str(fact.value),
            "folded": fold(str(fact.value)),
            "words": fact.words,
            "sentence": fact.sentence,
        }
        for number, (name, fact) in enumerate(facts.named(), start=1)
    ]
    insert_rows(connection, FACT, rows)


def facts_of(connection: Connection, ids: Sequence[int]) -> dict[int, Facts]:
    """Return what each article says, by its number; one that says nothing is left out."""
    said: defaultdict[int, list[tuple[str, Fact[Any]]]] = defaultdict(list)
    for row in connection.execute(_OF_ARTICLES, {"ids": ids}):
        said[row.article_id].append((row.name, _fact(row)))
    return {article_id: Facts.from_named(pairs) for article_id, pairs in said.items()}


def _fact(row: Row[Any]) -> Fact[Any]:
    return Fact(_VALUES.get(row.name, str)(row.value), row.words, row.sentence)
