"""What articles say of a move, one row a fact."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.engine import Connection, Row

from pipeline.facts import Fact, Facts, Mechanism, Stage
from pipeline.words import fold
from storage.tables import FACT

__all__ = ["add_facts", "drop_facts", "facts_of"]

_VALUES = {"mechanism": Mechanism, "stage": Stage, "count": int}
_NEW, _DROP = insert(FACT), delete(FACT).where(FACT.c.article_id == bindparam("which"))


def drop_facts(connection: Connection, article_id: int) -> None:
    """Remove what was stored of an article's text."""
    connection.execute(_DROP, {"which": article_id})


def add_facts(connection: Connection, article_id: int, facts: Facts) -> None:
    """Store what the newest text of an article says."""
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
    if rows:
        connection.execute(_NEW, rows)


def facts_of(connection: Connection, ids: Sequence[int]) -> dict[int, Facts]:
    """Return what each article says, by its number; one that says nothing is left out."""
    said: defaultdict[int, list[tuple[str, Fact[Any]]]] = defaultdict(list)
    query = select(FACT).where(FACT.c.article_id.in_(ids)).order_by(FACT.c.article_id, FACT.c.number)
    for row in connection.execute(query):
        said[row.article_id].append((row.name, _fact(row)))
    return {article_id: Facts.from_named(pairs) for article_id, pairs in said.items()}


def _fact(row: Row[Any]) -> Fact[Any]:
    return Fact(_VALUES.get(row.name, str)(row.value), row.words, row.sentence)
