"""Syntax tree -> SQL conditions on the article table; what is only text becomes one full-text expression."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, not_, or_, select, true
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
    Scope,
    Sought,
    Text,
)
from storage.search.marked import wanted
from storage.search.verified import verified
from storage.sqlite import author_contains, found_by
from storage.tables import ARTICLE, FACT

__all__ = ["Conditions", "Label", "conditions", "positive_texts", "some_of"]


@dataclass(frozen=True, slots=True)
class Label(Text):
    """A word by which the index tells of an article what is not in its texts."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """A tree taken apart: an article must be found by ``match``, if there is one, and meet ``others``."""

    match: str | None
    """A full-text expression; every word in it is quoted."""
    others: tuple[ColumnElement[bool], ...]

    @property
    def all(self) -> tuple[ColumnElement[bool], ...]:
        """Every condition, the full-text one first."""
        return self.others if self.match is None else (_found(self.match), *self.others)


def conditions(node: Node) -> Conditions:
    """Take a tree apart."""
    return _together(_parts(node.parts if isinstance(node, And) else (node,)))


def positive_texts(node: Node) -> tuple[Sought, ...]:
    """Return the texts by which the tree finds, those under a NOT left out."""
    return tuple(dict.fromkeys(_positive(node)))


def some_of(texts: Iterable[Sought]) -> str:
    """Return the full-text expression that finds any of the texts."""
    return _joined("OR", [_term(text) for text in texts])


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

    present: str | None = None
    absent: str | None = None
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
            return _found(self.present)
        if self.absent is not None:
            return not_(_found(self.absent))
        return true() if self.other is None else self.other


def _parts(nodes: Iterable[Node]) -> Iterator[_Part]:
    """Yield what each node asks for; where the index finds too much, what else must hold of what it found."""
    for node in nodes:
        if not isinstance(node, Sought):
            yield _Part.of(node)
            continue
        yield _Part(present=_term(node))
        if (condition := verified(node)) is not None:
            yield _Part(other=condition)


def _together(parts: Iterable[_Part]) -> Conditions:
    """Return what meets every part: one expression for all that is text, and the rest."""
    parts = tuple(parts)
    present = [part.present for part in parts if part.present is not None]
    absent = [part.absent for part in parts if part.absent is not None]
    if not present:
        return Conditions(None, tuple(part.condition for part in parts))
    match = _joined("AND", present)
    if absent:
        match = f"({match} NOT {_joined('OR', absent)})"
    return Conditions(match, tuple(part.other for part in parts if part.other is not None))


def _every(found: Conditions) -> _Part:
    if found.match is not None and not found.others:
        return _Part(present=found.match)
    return _Part(other=and_(true(), *found.all))


def _either(parts: Sequence[_Part]) -> _Part:
    present = [part.present for part in parts if part.present is not None]
    rest = [part.condition for part in parts if part.present is None]
    if not rest:
        return _Part(present=_joined("OR", present))
    return _Part(other=or_(*([_found(_joined("OR", present))] if present else []), *rest))


def _joined(operator: str, matches: Sequence[str]) -> str:
    return matches[0] if len(matches) == 1 else f"({f' {operator} '.join(matches)})"


def _term(sought: Sought) -> str:
    """Return what finds it, and perhaps more, as full-text syntax.

    >>> _term(Text(("cartel", "sinal"), Scope.TITLE, prefix=True))
    'title : "cartel sinal" *'
    >>> _term(Near(Text(("cartel",)), Text(("sinal",), prefix=True), 5))
    'NEAR("cartel" "sinal" *, 5)'
    """
    column = "title : " if sought.scope is Scope.TITLE else ""
    if isinstance(sought, Label):
        return f"labels : {_phrase(sought)}"
    if isinstance(sought, Near):
        return f"{column}NEAR({_phrase(sought.left)} {_phrase(sought.right)}, {sought.between})"
    return column + _phrase(sought.folded if isinstance(sought, Exact) else sought)


def _phrase(text: Text) -> str:
    return '"' + " ".join(text.words).replace('"', '""') + '"' + (" *" if text.prefix else "")


def _found(match: str) -> ColumnElement[bool]:
    return found_by(match, ARTICLE.c.id)


def _field(name: FieldName, value: str) -> ColumnElement[bool]:
    match name:
        case FieldName.SOURCE:
            return _equals(ARTICLE.c.source, value)
        case FieldName.LANG:
            return _equals(ARTICLE.c.language, value)
        case FieldName.WATCH:
            by_watch = wanted()
            return ARTICLE.c.id.in_(select(by_watch.c.article_id).where(func.fold(by_watch.c.watch) == value))
        case FieldName.AUTHOR:
            return author_contains(ARTICLE.c.authors, value)
        case FieldName.URL:
            return func.instr(func.fold(ARTICLE.c.url), value) > 0
        case FieldName.STORY:
            return ARTICLE.c.story == int(value)
        case FieldName.FATE:
            return ARTICLE.c.fate == value
        case FieldName.GROUP | FieldName.PERSON:
            return _said(name, func.instr(FACT.c.folded, value) > 0)
        case FieldName.MECHANISM | FieldName.STAGE:
            return _said(name, FACT.c.folded == value)


def _said(name: FieldName, value: ColumnElement[bool]) -> ColumnElement[bool]:
    return ARTICLE.c.id.in_(select(FACT.c.article_id).where(FACT.c.name == name.value, value))


def _equals(column: ColumnElement[str], value: str) -> ColumnElement[bool]:
    # Folding each of the few names once, not each row; unless it is told, the database folds each row.
    names = select(column.label("name")).distinct().cte().prefix_with("MATERIALIZED")
    return column.in_(select(names.c.name).where(func.fold(names.c.name) == value))
