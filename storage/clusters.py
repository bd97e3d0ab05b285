"""Forms clusters anew, from all that ties their articles and what people said of two of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from pipeline.items import ChannelKind, Fate
from pipeline.linking.groups import Strength, Tie, grouped
from storage.linking import choose_head
from storage.tables import ARTICLE, JUDGEMENT, LINK, PAIRING

__all__ = ["form_clusters", "hand_on_ties", "keep_ties"]

# The links that make one cluster of two.
_TYING = ("copy", "near_copy", "bridge")
_COPIES = (Fate.COPY.value, Fate.NEAR_COPY.value)
_IS_WANTED = exists().where(JUDGEMENT.c.article_id == ARTICLE.c.id, JUDGEMENT.c.relevant)
_MEMBER = select(
    ARTICLE.c.id,
    ARTICLE.c.duplicate_cluster,
    ARTICLE.c.story,
    ARTICLE.c.fate,
    ARTICLE.c.revision,
    ARTICLE.c.hidden,
    ARTICLE.c.first_seen_at,
    (_IS_WANTED | (ARTICLE.c.channel == ChannelKind.IMPORT.value)).label("is_wanted"),
)


def form_clusters(connection: Connection, article_ids: Iterable[int]) -> None:
    """Let the articles, and all that anything ties to them, be in the clusters in which they belong now."""
    members = _tied(connection, article_ids)
    ids = list(members)
    of_both = PAIRING.c.article_id.in_(ids), PAIRING.c.other_id.in_(ids)
    parted = select(PAIRING.c.article_id, PAIRING.c.other_id).where(
        *of_both, PAIRING.c.verdict == "different"
    )
    links = _links(connection, ids)
    pairs = [(row.article_id, row.other_id) for row in connection.execute(parted)]
    groups = [
        [members[each] for each in group] for group in grouped(ids, _ties(connection, ids, links), pairs)
    ]
    changed = [group for group in groups if not _is_cluster(group, members.values())]
    for group in changed:
        _place(connection, group, _story(connection, group, links))
    for group in changed:  # once no other group is in its cluster
        choose_head(connection, group[0].id)


def keep_ties(connection: Connection, article_ids: Iterable[int]) -> None:
    """Write down what ties those that are in one cluster without a tie; older versions kept none.

    To be called before anything is taken back: afterwards nothing tells why they were together.
    """
    members = _tied(connection, article_ids)
    ids = list(members)
    first_of: dict[int, int] = {}
    for group in grouped(ids, _ties(connection, ids, _links(connection, ids)), ()):
        for cluster, member in {members[each].duplicate_cluster: each for each in reversed(group)}.items():
            first = first_of.setdefault(cluster, member)
            if first != member:
                later, earlier = max(first, member), min(first, member)
                tie = {"article_id": later, "other_id": earlier, "kind": "near_copy", "score": 1.0}
                connection.execute(insert(LINK), tie | {"decided_at": members[later].first_seen_at})


def hand_on_ties(connection: Connection, article_id: int, heir: int) -> None:
    """Tie to another of its cluster what was tied to an article that is forgotten."""
    links = _links(connection, [article_id])
    of_heir = {
        row.other_id if row.article_id == heir else row.article_id for row in _links(connection, [heir])
    }
    for row in links:
        other = row.other_id if row.article_id == article_id else row.article_id
        if other not in (heir, *of_heir):
            tie = {"article_id": max(other, heir), "other_id": min(other, heir), "kind": "near_copy"}
            connection.execute(insert(LINK), tie | {"score": row.score, "decided_at": row.decided_at})


def _tied(connection: Connection, article_ids: Iterable[int]) -> dict[int, Row[Any]]:
    """Return all articles that may belong together with some, by number."""
    members: dict[int, Row[Any]] = {}
    found = set(article_ids)
    while found:
        clusters = select(ARTICLE.c.duplicate_cluster).where(ARTICLE.c.id.in_(found))
        rows = connection.execute(_MEMBER.where(ARTICLE.c.duplicate_cluster.in_(clusters))).all()
        members |= {row.id: row for row in rows}
        ids = list(members)
        pairs = [*_links(connection, ids), *_said_same(connection, ids)]
        found = {number for row in pairs for number in (row.article_id, row.other_id)} - members.keys()
    return dict(sorted(members.items()))


def _links(connection: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    is_theirs = or_(LINK.c.article_id.in_(ids), LINK.c.other_id.in_(ids))
    return connection.execute(
        select(LINK).where(is_theirs, LINK.c.kind.in_(_TYING)).order_by(LINK.c.id)
    ).all()


def _said_same(connection: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    is_theirs = or_(PAIRING.c.article_id.in_(ids), PAIRING.c.other_id.in_(ids))
    return connection.execute(select(PAIRING).where(is_theirs, PAIRING.c.verdict == "same")).all()


def _ties(connection: Connection, ids: Sequence[int], links: Iterable[Row[Any]]) -> list[Tie]:
    """Return what ties the articles: what people said, and what the rules found."""
    said = _said_same(connection, ids)
    return [
        *(Tie(row.article_id, row.other_id, Strength.SAID) for row in said),
        *(Tie(row.article_id, row.other_id, _strength(row), row.score) for row in links),
    ]


def _strength(row: Row[Any]) -> Strength:
    return Strength.SAME_WORDS if row.kind == "copy" else Strength.LIKE


def _is_cluster(rows: Sequence[Row[Any]], members: Iterable[Row[Any]]) -> bool:
    """Tell whether the articles are a cluster as it is."""
    clusters = {row.duplicate_cluster for row in rows}
    return len(clusters) == 1 and len(rows) == sum(row.duplicate_cluster in clusters for row in members)


def _place(connection: Connection, group: Sequence[Row[Any]], story: int) -> None:
    """Make one cluster of the articles of a group, shown or hidden together."""
    ids = [row.id for row in group]
    is_theirs = ARTICLE.c.id.in_(ids)
    is_hidden = not any(_is_kept(row) for row in group)
    values = {"duplicate_cluster": ids[0], "story": story, "hidden": is_hidden, "duplicate_of": ids[0]}
    connection.execute(update(ARTICLE).where(is_theirs).values(**values))
    connection.execute(update(ARTICLE).where(ARTICLE.c.id == ids[0]).values(duplicate_of=None))


def _story(connection: Connection, group: Sequence[Row[Any]], links: Iterable[Row[Any]]) -> int:
    """Return the story of a group: the oldest of those that its articles would have by themselves."""
    ids = {row.id for row in group}
    tied = {row.article_id: row.other_id for row in links}
    stories = []
    for row in group:
        if (other := tied.get(row.id)) is None:
            stories.append(_opened(connection, row.id))
        elif other not in ids:
            stories.append(row.story)
    return min(stories)


def _opened(connection: Connection, article_id: int) -> int:
    """Return the story that an article which is no copy told when it came: that of another, or its own."""
    query = (
        select(ARTICLE.c.story)
        .join(LINK, LINK.c.other_id == ARTICLE.c.id)
        .where(LINK.c.article_id == article_id, LINK.c.kind == "story")
    )
    return connection.execute(query.limit(1)).scalar() or article_id


def _is_kept(row: Row[Any]) -> bool:
    """Tell whether an article is shown by itself, not as a copy of one that is."""
    is_own = row.fate not in (*_COPIES, Fate.OFF_TOPIC.value) or row.revision > 1
    return bool(row.is_wanted or (is_own and not row.hidden))
