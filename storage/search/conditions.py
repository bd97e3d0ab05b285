"""Syntax tree -> SQL conditions on the article table; what is only text becomes one full-text condition."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import CTE, Select, and_, func, not_, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from pipeline.syntax import (
    And,
    Bound,
    Everything,
    Exact,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Published,
    Sought,
    Text,
)
from storage.search.fulltext import AuthorContains, Found, Includes
from storage.search.marked import wanted
from storage.search.verified import verified
from storage.tables import ARTICLE, FACT

__all__ = ["Conditions", "conditions", "positive_texts", "some_of"]


@dataclass(frozen=True, slots=True)
class Conditions:
    """A tree taken apart: an article must be found by ``match``, if there is one, and meet ``others``."""

    match: Node | None
    """A tree of words: Text, Or, and And of which at least one part is not a Not."""
    others: tuple[ColumnElement[bool], ...]

    @property
    def all(self) -> tuple[ColumnElement[bool], ...]:
        """Every condition, the full-text one first."""
        return self.others if self.match is None else (Found(self.match), *self.others)

    def narrowed(self, *more: ColumnElement[bool]) -> "Conditions":
        """The same with more that an article must meet."""
        return Conditions(self.match, (*self.others, *more))


def conditions(node: Node) -> Conditions:
    """Take a tree apart."""
    return _together(_parts(node.parts if isinstance(node, And) else (node,)))


def positive_texts(node: Node) -> tuple[Sought, ...]:
    """Return the texts by which the tree finds, those under a NOT left out."""
    return tuple(dict.fromkeys(_positive(node)))


def some_of(texts: Iterable[Sought]) -> Node:
    """Return the tree that finds any of the texts."""
    return _joined(Or, tuple(texts))


def _positive(node: Node) -> Iterator[Sought]:
    match node:
        case Text() | Exact() | Near():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from _positive(part)


@dataclass(frozen=True, slots=True)
class _Part:
    """One node: what must be found as text, or must not be, or any other condition; exactly one is there."""

    present: Node | None = None
    absent: Node | None = None
    other: ColumnElement[bool] | None = None

    @classmethod
    def of(cls, node: Node) -> "_Part":
        match node:
            case Text() | Exact() | Near():
                return _every(_together(_parts([node])))
            case Not(part):
                return cls.of(part).opposite
            case And(parts):
                return _every(_together(_parts(parts)))
            case Or(parts):
                return _either([cls.of(part) for part in parts])
            case Published(bound, at):
                dated = ARTICLE.c.dated_at
                return cls(other=dated >= at if bound is Bound.AFTER else dated < at)
            case Field(name, value):
                return cls(other=_field(name, value))
            case Everything():
                return cls(other=true())

    @property
    def opposite(self) -> "_Part":
        other = None if self.other is None else not_(self.other)
        return _Part(present=self.absent, absent=self.present, other=other)

    @property
    def condition(self) -> ColumnElement[bool]:
        if self.present is not None:
            return Found(self.present)
        if self.absent is not None:
            return not_(Found(self.absent))
        return true() if self.other is None else self.other


def _parts(nodes: Iterable[Node]) -> Iterator[_Part]:
    """Yield what each node asks for; where the index finds too much, what else must hold of what it found."""
    for node in nodes:
        if not isinstance(node, Sought):
            yield _Part.of(node)
            continue
        yield _Part(present=node)
        if (condition := verified(node)) is not None:
            yield _Part(other=condition)


def _together(parts: Iterable[_Part]) -> Conditions:
    """Return what meets every part: one tree for all that is text, and the rest."""
    parts = tuple(parts)
    present = [part.present for part in parts if part.present is not None]
    absent = [part.absent for part in parts if part.absent is not None]
    if not present:
        return Conditions(None, tuple(part.condition for part in parts))
    match = _joined(And, present)
    if absent:
        match = And((match, Not(_joined(Or, absent))))
    return Conditions(match, tuple(part.other for part in parts if part.other is not None))


def _every(found: Conditions) -> _Part:
    if found.match is not None and not found.others:
        return _Part(present=found.match)
    return _Part(other=and_(true(), *found.all))


def _either(parts: Sequence[_Part]) -> _Part:
    present = [part.present for part in parts if part.present is not None]
    rest = [part.condition for part in parts if part.present is None]
    if not rest:
        return _Part(present=_joined(Or, present))
    return _Part(other=or_(*([Found(_joined(Or, present))] if present else []), *rest))


def _joined(kind: type[And] | type[Or], trees: Sequence[Node]) -> Node:
    return trees[0] if len(trees) == 1 else kind(tuple(trees))


def _field(name: FieldName, value: str) -> ColumnElement[bool]:
    match name:
        case FieldName.SOURCE:
            return ARTICLE.c.source.in_(_alike(_sources(), value))
        case FieldName.LANG:
            return ARTICLE.c.language.in_(_alike(_languages(), value))
        case FieldName.WATCH:
            by_watch = wanted()
            return ARTICLE.c.id.in_(select(by_watch.c.article_id).where(func.fold(by_watch.c.watch) == value))
        case FieldName.AUTHOR:
            return AuthorContains(ARTICLE.c.authors, value)
        case FieldName.URL:
            return Includes(func.fold(ARTICLE.c.url), value)
        case FieldName.STORY:
            return ARTICLE.c.story == int(value)
        case FieldName.FATE:
            return ARTICLE.c.fate == value
        case FieldName.GROUP | FieldName.PERSON:
            return _said(name, Includes(FACT.c.folded, value))
        case FieldName.MECHANISM | FieldName.STAGE:
            return _said(name, FACT.c.folded == value)


def _said(name: FieldName, value: ColumnElement[bool]) -> ColumnElement[bool]:
    return ARTICLE.c.id.in_(select(FACT.c.article_id).where(FACT.c.name == name.value, value))


def _alike(names: CTE, value: str) -> Select[tuple[str]]:
    """Return which of the few names that there are, each folded once, not in each row, equal the value."""
    return select(names.c.name).where(func.fold(names.c.name) == value)


def _languages() -> CTE:
    # Unless it is told, the database folds each row.
    return select(ARTICLE.c.language.label("name")).distinct().cte().prefix_with("MATERIALIZED")


def _sources() -> CTE:
    """Return the names of the sources by going from one to the next in their index, past all articles."""
    every = ARTICLE.alias().c.source
    names = select(func.min(every).label("name")).cte(recursive=True)
    following = select(func.min(every)).where(every > names.c.name).scalar_subquery()
    return names.union_all(select(following).where(names.c.name.is_not(None)))
