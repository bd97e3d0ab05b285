"""Stores what hangs on one text of an article: its receipt, its facts, what the watches say of it."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete
from sqlalchemy.engine import Connection

from pipeline.items import Article
from storage.article_rows import judgement_rows
from storage.facts import add_facts, drop_facts, facts_told
from storage.rows import insert_rows
from storage.tables import JUDGEMENT, RECEIPT

__all__ = ["add_findings", "add_receipt", "replace_findings"]

_DROP_JUDGEMENTS = delete(JUDGEMENT).where(JUDGEMENT.c.article_id == bindparam("which"))


def add_receipt(connection: Connection, article_id: int, number: int, article: Article) -> None:
    """Store every line cut from one revision."""
    if article.removed:
        lines = [[removed.line, removed.rule, removed.text] for removed in article.removed]
        insert_rows(connection, RECEIPT, [{"article_id": article_id, "number": number, "lines": lines}])


def add_findings(connection: Connection, numbered: Sequence[tuple[int, Article]]) -> None:
    """Store what the watches say of the newest texts, and their facts, where nothing is stored of them."""
    for article_id, article in numbered:
        if facts := facts_told(connection, article_id, article):
            add_facts(connection, article_id, facts)
    insert_rows(connection, JUDGEMENT, (row for one in numbered for row in judgement_rows(*one)))


def replace_findings(connection: Connection, article_id: int, article: Article) -> None:
    """Store what the watches say of the newest text, and its facts, in place of what they said."""
    connection.execute(_DROP_JUDGEMENTS, {"which": article_id})
    drop_facts(connection, article_id)
    add_findings(connection, [(article_id, article)])
