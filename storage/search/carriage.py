"""Who carries a text, and from how many independent origins it comes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from pipeline.linking.origins import Carrier, origins_of
from storage.numbers import is_among
from storage.tables import ARTICLE, SKETCH

__all__ = ["Carriage", "carriages"]


_GROUPED = (
    ARTICLE.c.duplicate_cluster,
    ARTICLE.c.source,
    SKETCH.c.credit,
    ARTICLE.c.duplicate_of.is_(None),
)
# Built once: to build one takes longer than to execute it.
_CARRIERS = (
    select(*_GROUPED, func.count())
    .join_from(ARTICLE, SKETCH, SKETCH.c.article_id == ARTICLE.c.id, isouter=True)
    .where(is_among(ARTICLE.c.duplicate_cluster, "clusters"))
    .group_by(*_GROUPED)
)


@dataclass(frozen=True, slots=True)
class Carriage:
    """How far one text went."""

    articles: int
    """That carry it, the one that stands for it among them."""
    sources: int
    """In which they stand."""
    origins: tuple[str, ...]
    """Agencies, offices or sources, by name (pipeline.linking.origins)."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"articles": self.articles, "sources": self.sources, "origins": list(self.origins)}


def carriages(connection: Connection, clusters: Iterable[int]) -> dict[int, Carriage]:
    """Return for each cluster who carries its text, by its number."""
    carriers: defaultdict[int, list[Carrier]] = defaultdict(list)
    numbers: defaultdict[int, int] = defaultdict(int)
    rows = connection.execute(_CARRIERS, {"clusters": list(clusters)})
    for cluster, source, credited, heads, number in rows:
        carriers[cluster].append(Carrier(source, credited or "", bool(heads)))
        numbers[cluster] += number
    return {
        cluster: Carriage(numbers[cluster], len({each.source for each in of_it}), origins_of(of_it))
        for cluster, of_it in carriers.items()
    }
