"""Stores what hangs on one text of an article: its receipt, its facts, what the watches say of it."""

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.engine import Connection

from pipeline.items import Article
from storage.article_rows import judgement_rows
from storage.facts import add_facts, drop_facts, facts_told
from storage.tables import JUDGEMENT, RECEIPT

__all__ = ["add_findings", "add_receipt", "replace_findings"]

_NEW_RECEIPT, _NEW_JUDGEMENT = insert(RECEIPT), insert(JUDGEMENT)
_DROP_JUDGEMENTS = delete(JUDGEMENT).where(JUDGEMENT.c.article_id == bindparam("which"))


def add_receipt(connection: Connection, article_id: int, number: int, article: Article) -> None:
    """Store every line cut from one revision."""
    if article.removed:
        lines = [[removed.line, removed.rule, removed.text] for removed in article.removed]
        connection.execute(_NEW_RECEIPT, {"article_id": article_id, "number": number, "lines": lines})


def add_findings(connection: Connection, article_id: int, article: Article) -> None:
    """Store what the watches say of the newest text, and its facts, where nothing is stored of them."""
    if facts := facts_told(connection, article_id, article):
        add_facts(connection, article_id, facts)
    if judgements := judgement_rows(article_id, article):
        connection.execute(_NEW_JUDGEMENT, judgements)


def replace_findings(connection: Connection, article_id: int, article: Article) -> None:
    """Store what the watches say of the newest text, and its facts, in place of what they said."""
    connection.execute(_DROP_JUDGEMENTS, {"which": article_id})
    drop_facts(connection, article_id)
    add_findings(connection, article_id, article)
