"""What a question selects: its tree, narrowed by the filters beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

from sqlalchemy.sql.elements import ColumnElement

from pipeline.items import Fate
from pipeline.query import parse
from pipeline.syntax import And, Bound, Everything, Field, FieldName, Node, Or, Published
from pipeline.words import fold
from storage.search.conditions import Conditions, conditions
from storage.search.fulltext import IsNone
from storage.search.marked import is_shown
from storage.tables import ARTICLE

__all__ = ["Filters", "Selection", "selection"]

_COPIES = {Fate.COPY, Fate.NEAR_COPY}


class Filters(TypedDict, total=False):
    """What narrows a question beside its query."""

    since: datetime | None
    """Published (or, where that is unknown, first seen) at or after this; aware."""
    until: datetime | None
    """Before this; aware."""
    source: str | None
    lang: str | None
    watch: str | None
    """Only what this watch wants."""
    include_copies: bool
    include_off_topic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles a question is about."""

    text: str
    """The query as it was asked."""
    tree: Node
    is_blank: bool
    """It asks for nothing in particular."""
    include_copies: bool
    include_off_topic: bool

    @property
    def conditions(self) -> Conditions:
        """The tree as SQL, and what is left out unless asked for."""
        return self.narrowed(())

    def narrowed(self, labels: Sequence[Node], *, is_any_marked: bool = True) -> Conditions:
        """The same, with labels that make the index find less of what it does not ask for.

        Where nothing is marked it may be said more simply what the marks leave out.
        """
        own = self.tree.parts if isinstance(self.tree, And) else (self.tree,)
        found = conditions(And((*own, *labels)))
        return Conditions(found.match, (*found.others, *self.kept(is_any_marked=is_any_marked)))

    def kept(self, *, is_any_marked: bool = True) -> Iterator[ColumnElement[bool]]:
        """Yield what an article must meet not to be left out, whatever the tree says."""
        if not self.include_copies:
            yield IsNone(ARTICLE.c.duplicate_of)
        if not self.include_off_topic:
            yield is_shown() if is_any_marked else ARTICLE.c.hidden.is_(False)


def selection(query: str | Node, filters: Filters, *, now: datetime | None = None) -> Selection:
    """Return what is asked for; raises QueryError for text that cannot be understood.

    Times such as ``7d`` count from ``now``, by default this moment.
    """
    narrowing = tuple(_narrowing(filters))
    tree = parse(query, now=now or datetime.now(UTC)) if isinstance(query, str) else query
    is_blank = isinstance(query, str) and isinstance(tree, Everything) and not narrowing
    if narrowing:
        own = tree.parts if isinstance(tree, And) else (tree,)
        tree = And((*own, *narrowing))
    fates = set(_fates(tree))
    return Selection(
        text=query if isinstance(query, str) else "",
        tree=tree,
        is_blank=is_blank,
        include_copies=filters.get("include_copies", False) or not _COPIES.isdisjoint(fates),
        include_off_topic=filters.get("include_off_topic", False) or Fate.OFF_TOPIC in fates,
    )


def _fates(node: Node) -> Iterator[str]:
    """Yield the fates that are asked for; who asks for copies does not want them folded away."""
    match node:
        case Field(FieldName.FATE, value):
            yield value
        case And(parts) | Or(parts):
            for part in parts:
                yield from _fates(part)


def _narrowing(filters: Filters) -> list[Node]:
    parts: list[Node] = []
    if since := filters.get("since"):
        parts.append(Published(Bound.AFTER, since))
    if until := filters.get("until"):
        parts.append(Published(Bound.BEFORE, until))
    for name, value in (
        (FieldName.SOURCE, filters.get("source")),
        (FieldName.LANG, filters.get("lang")),
        (FieldName.WATCH, filters.get("watch")),
    ):
        if value:
            parts.append(Field(name, fold(value)))
    return parts
