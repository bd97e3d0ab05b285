"""Stores what ties an article to others, and lets the right one stand for its cluster."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, null, select, text, update
from sqlalchemy.engine import Connection

from pipeline.items import Article, Decision, Fate
from pipeline.linking.fingerprints import fingerprints
from pipeline.linking.head import Member, head_of
from pipeline.linking.ties import Bridge, Links
from storage.neighbours import packed, unpacked
from storage.numbers import ROWS, Numbers
from storage.postings import add_postings, block_of, remove_postings
from storage.prepared import Prepared
from storage.tables import ARTICLE, FINGERPRINT, LINK, MENTION, SKETCH

__all__ = ["choose_head", "keep_links", "renew_links", "unlink"]

# A larger cluster has its head; choosing among so many for each newcomer would cost more than it tells.
_MOST_MEMBERS = 200

_NEW_SKETCH = Prepared(insert(SKETCH))
_NEW_LINK = Prepared(
    insert(LINK)
    .inline()
    .values({column.name: bindparam(column.name) for column in LINK.c if column.name != "id"})
)
# SQLite and PostgreSQL read these alike.
_COUNT_PARAGRAPHS = {
    dialect: Prepared(
        text(
            "INSERT INTO paragraph (mark, articles, block)"  # noqa: S608
            f" SELECT value, 1, :block FROM {rows}(:marks) AS value WHERE true"
            " ON CONFLICT (mark) DO UPDATE SET articles = paragraph.articles + 1, block = excluded.block"
        ).bindparams(bindparam("marks", type_=Numbers()))
    )
    for dialect, rows in ROWS.items()
}
_COUNT_ARTICLE = Prepared(
    text(
        "INSERT INTO block (block, articles) VALUES (:block, 1)"
        " ON CONFLICT (block) DO UPDATE SET articles = block.articles + 1"
    )
)
_CLUSTER = Prepared(select(ARTICLE.c.duplicate_cluster).where(ARTICLE.c.id == bindparam("which")))
_LED_BY = Prepared(
    update(ARTICLE)
    .where(ARTICLE.c.duplicate_cluster == bindparam("cluster"), ARTICLE.c.id != bindparam("head"))
    .values(duplicate_of=bindparam("head"))
)
_LEADS = Prepared(update(ARTICLE).where(ARTICLE.c.id == bindparam("head")).values(duplicate_of=null()))
_MEMBERS = Prepared(
    select(
        ARTICLE.c.id,
        ARTICLE.c.source,
        ARTICLE.c.first_seen_at,
        ARTICLE.c.hidden,
        ARTICLE.c.duplicate_of,
        SKETCH.c.credit,
        SKETCH.c.length,
    )
    .join(SKETCH, SKETCH.c.article_id == ARTICLE.c.id, isouter=True)
    .where(ARTICLE.c.duplicate_cluster == bindparam("cluster"))
    .order_by(ARTICLE.c.id)
    .limit(_MOST_MEMBERS + 1)
)


class _Row(NamedTuple):
    """A member of a cluster, as it is stored."""

    id: int
    source: str
    first_seen_at: datetime
    hidden: bool
    duplicate_of: int | None
    credit: str | None
    length: int | None


def keep_links(connection: Connection, article_id: int, article: Article, decision: Decision) -> None:
    """Store the links of an article that was just added, so that later ones find it."""
    links = decision.links
    if links is None:
        return
    block = block_of(article.seen_at)
    _COUNT_ARTICLE.run(connection, {"block": block})
    _NEW_SKETCH.run(connection, _sketch(article_id, article, links, block))
    _index(connection, article_id, links, block)
    if links.paragraphs:
        values = {"marks": links.paragraphs, "block": block}
        _COUNT_PARAGRAPHS[connection.dialect.name].run(connection, values)
    tied = [_link(article_id, bridge.article_id, "bridge", bridge.score, article) for bridge in links.bridges]
    if links.copy_of is not None:
        kind = "copy" if decision.fate is Fate.COPY else "near_copy"
        tied.insert(0, _link(article_id, links.copy_of, kind, links.score, article))
    elif links.same_story_as is not None:
        tied.append(_link(article_id, links.same_story_as, "story", links.score, article))
    elif links.follows is not None:
        tied.append(_link(article_id, links.follows, "follows", links.score, article))
    for tie in tied:
        _NEW_LINK.run(connection, tie)
    if links.copy_of is not None:
        cluster = _joined(connection, article_id, links.bridges)
        choose_head(connection, cluster)


def renew_links(connection: Connection, article_id: int, article: Article, decision: Decision) -> None:
    """Store a revision's words in place of the old; it stays in its cluster, and is found by both."""
    links = decision.links
    if links is None:
        return
    first_seen = connection.execute(select(ARTICLE.c.first_seen_at).where(ARTICLE.c.id == article_id))
    block = block_of(first_seen.scalar_one())
    sketch = _sketch(article_id, article, links, block)
    query = select(SKETCH.c.weight, SKETCH.c.words).where(SKETCH.c.article_id == article_id)
    old = connection.execute(query).one_or_none()
    sketch["weight"] = old.weight if old else 0.0
    connection.execute(delete(SKETCH).where(SKETCH.c.article_id == article_id))
    _NEW_SKETCH.run(connection, sketch)
    former = fingerprints(unpacked(old.words)) if old and old.words else ()
    marks = (*former, *links.fingerprints)
    remove_postings(connection, FINGERPRINT, article_id, block=block, marks=marks)
    _index(connection, article_id, links, block)


def unlink(connection: Connection, article_id: int) -> None:
    """Remove all by which an article is found as a neighbour, and what ties it to others."""
    block = connection.execute(select(SKETCH.c.block).where(SKETCH.c.article_id == article_id)).scalar()
    if block is not None:
        for index in (FINGERPRINT, MENTION):
            remove_postings(connection, index, article_id, block=block)
    connection.execute(delete(SKETCH).where(SKETCH.c.article_id == article_id))
    connection.execute(
        delete(LINK).where((LINK.c.article_id == article_id) | (LINK.c.other_id == article_id))
    )


def choose_head(connection: Connection, cluster: int) -> None:
    """Let the article stand for its cluster that should, of those that are shown."""
    rows = [_Row(*row) for row in _MEMBERS.rows(connection, {"cluster": cluster})]
    shown = [row for row in rows if not row.hidden] or rows
    if not shown or len(rows) > _MOST_MEMBERS:
        return
    head = head_of(
        [
            Member(
                article_id=row.id,
                source=row.source,
                credit=row.credit or "",
                length=row.length or 0,
                first_seen_at=row.first_seen_at,
            )
            for row in shown
        ]
    )
    if all(row.duplicate_of == (None if row.id == head else head) for row in rows):
        return
    _LED_BY.run(connection, {"cluster": cluster, "head": head})
    _LEADS.run(connection, {"head": head})


def _sketch(article_id: int, article: Article, links: Links, block: int) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "block": block,
        "words": packed(links.words) if links.words else None,
        "length": len(article.text),
        "weight": links.weight,
        "credit": links.credit,
    }


def _link(article_id: int, other_id: int, kind: str, score: float, article: Article) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "other_id": other_id,
        "kind": kind,
        "score": score,
        "decided_at": article.seen_at,
    }


def _index(connection: Connection, article_id: int, links: Links, block: int) -> None:
    for index, marks in ((FINGERPRINT, links.fingerprints), (MENTION, links.mentions)):
        add_postings(connection, index, marks, block=block, article_id=article_id)


def _joined(connection: Connection, article_id: int, bridges: tuple[Bridge, ...]) -> int:
    """Make one cluster of the article's and those it is a bridge to; the oldest number stays."""
    mine = _CLUSTER.rows(connection, {"which": article_id})[0][0]
    if not bridges:
        return int(mine)
    clusters = {mine, *(bridge.cluster for bridge in bridges)}
    is_one = ARTICLE.c.duplicate_cluster.in_(clusters)
    story = connection.execute(select(func.min(ARTICLE.c.story)).where(is_one)).scalar_one()
    cluster = int(min(clusters))
    connection.execute(update(ARTICLE).where(is_one).values(duplicate_cluster=cluster, story=story))
    return cluster
