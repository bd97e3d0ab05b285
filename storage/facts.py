"""What articles say of a move, one row a fact."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection, Row

from pipeline.facts import Fact, Facts, Mechanism, Stage
from pipeline.words import fold
from storage.tables import FACT

__all__ = ["facts_of", "remove_facts", "write_facts"]

_VALUES = {"mechanism": Mechanism, "stage": Stage, "count": int}


def remove_facts(connection: Connection, article_id: int) -> None:
    """Remove what is stored of what an article says."""
    connection.execute(delete(FACT).where(FACT.c.article_id == article_id))


def write_facts(connection: Connection, article_id: int, facts: Facts | None) -> None:
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
