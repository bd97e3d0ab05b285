"""What articles say of a move, one row a fact."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection, Row

from pipeline.facts import Fact, Facts, Mechanism, Stage
from pipeline.items import Article
from pipeline.words import fold
from storage.search.marked import is_marked_relevant
from storage.tables import FACT

__all__ = ["facts_of", "judge_facts", "replace_facts"]

_VALUES = {"mechanism": Mechanism, "stage": Stage, "count": int}


def judge_facts(connection: Connection, article_id: int, article: Article) -> None:
    """Store what the newest text of a judged article says; of one that is refused, if a person wants it."""
    facts = article.facts
    is_refused = bool(article.judgements) and not article.is_relevant
    if is_refused and facts and any(facts.named()) and not is_marked_relevant(connection, article_id):
        facts = None
    replace_facts(connection, article_id, facts)


def replace_facts(connection: Connection, article_id: int, facts: Facts | None) -> None:
    """Store what the newest text of an article says, in place of what was there."""
    connection.execute(delete(FACT).where(FACT.c.article_id == article_id))
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
        for number, (name, fact) in enumerate(facts.named() if facts else (), start=1)
    ]
    if rows:
        connection.execute(insert(FACT), rows)


def facts_of(connection: Connection, ids: Sequence[int]) -> dict[int, Facts]:
    """Return what each article says, by its number; one that says nothing is left out."""
    said: defaultdict[int, list[tuple[str, Fact[Any]]]] = defaultdict(list)
    query = select(FACT).where(FACT.c.article_id.in_(ids)).order_by(FACT.c.article_id, FACT.c.number)
    for row in connection.execute(query):
        said[row.article_id].append((row.name, _fact(row)))
    return {article_id: Facts.from_named(pairs) for article_id, pairs in said.items()}


def _fact(row: Row[Any]) -> Fact[Any]:
    return Fact(_VALUES.get(row.name, str)(row.value), row.words, row.sentence)
