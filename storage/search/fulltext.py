"""Conditions on an article that SQLite and PostgreSQL write each in their own way."""

from typing import Any, Self

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.sql.visitors import InternalTraversal

from pipeline.syntax import Exact, Near, Node
from storage.dialect import dialect_named
from storage.tables import ARTICLE

__all__ = ["AuthorContains", "Found", "Holds", "Includes", "IsNone"]


class Found(ColumnElement[bool]):
    """A tree of words (Text, Exact, Near, And, Or, Not) finds the article."""

    type = Boolean()
    # A statement is written once for all questions with the same words.
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012  # as in every element of SQLAlchemy
        ("tree", InternalTraversal.dp_plain_obj),
        ("article_id", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, tree: Node) -> None:
        self.tree = tree
        self.article_id: ColumnElement[int] = ARTICLE.c.id

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Stay as it is: ``(...) = 1``, which any other truth would become, SQLite answers row by row."""
        return self


class Holds(ColumnElement[bool]):
    """A text that the index finds has exact words, or words near each other, as they are asked for."""

    type = Boolean()
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012  # as in every element of SQLAlchemy
        ("text", InternalTraversal.dp_clauseelement),
        ("sought", InternalTraversal.dp_plain_obj),
    ]

    def __init__(self, text: ColumnElement[str], sought: Exact | Near) -> None:
        self.text = text
        self.sought = sought


class IsNone(FunctionElement[bool]):
    """A number is NULL, where that is so of nearly every one."""

    type = Boolean()
    inherit_cache = True
    name = "is_none"


class Includes(FunctionElement[bool]):
    """The first argument contains the second."""

    type = Boolean()
    inherit_cache = True
    name = "includes"


class AuthorContains(FunctionElement[bool]):
    """One of the names in a JSON list, folded, contains the second argument, which is folded."""

    type = Boolean()
    inherit_cache = True
    name = "author_contains"


@compiles(Found)
def _found(element: Found, compiler: SQLCompiler, **options: Any) -> str:
    condition = dialect_named(compiler.dialect.name).found_by(element.tree, element.article_id)
    return f"({compiler.process(condition, **options)})"


@compiles(Holds)
def _holds(element: Holds, compiler: SQLCompiler, **options: Any) -> str:
    dialect, sought = dialect_named(compiler.dialect.name), element.sought
    if isinstance(sought, Exact):
        condition = dialect.holds_exactly(element.text, sought.words)
    else:
        condition = dialect.holds_near(element.text, sought)
    return f"({compiler.process(condition, **options)})"


@compiles(IsNone)
def _is_none(element: IsNone, compiler: SQLCompiler, **options: Any) -> str:
    (number,) = (compiler.process(clause, **options) for clause in element.clauses)
    # Said so that no index is taken for it.
    return f"(coalesce({number}, 0) = 0)"


@compiles(IsNone, "postgresql")
def _is_none_in_postgres(element: IsNone, compiler: SQLCompiler, **options: Any) -> str:
    (number,) = (compiler.process(clause, **options) for clause in element.clauses)
    # PostgreSQL has counted how many that are, and knows by itself that no index helps.
    return f"({number} IS NULL)"


@compiles(Includes)
def _includes(element: Includes, compiler: SQLCompiler, **options: Any) -> str:
    text, value = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(instr({text}, {value}) > 0)"


@compiles(Includes, "postgresql")
def _includes_in_postgres(element: Includes, compiler: SQLCompiler, **options: Any) -> str:
    text, value = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(strpos({text}, {value}) > 0)"


@compiles(AuthorContains)
def _author(element: AuthorContains, compiler: SQLCompiler, **options: Any) -> str:
    names, value = (compiler.process(clause, **options) for clause in element.clauses)
    every = f"json_each({names}) AS each"
    return f"EXISTS (SELECT 1 FROM {every} WHERE instr(fold(each.value), {value}) > 0)"  # noqa: S608


@compiles(AuthorContains, "postgresql")
def _author_in_postgres(element: AuthorContains, compiler: SQLCompiler, **options: Any) -> str:
    names, value = (compiler.process(clause, **options) for clause in element.clauses)
    every = f"json_array_elements_text({names}) AS each(name)"
    return f"EXISTS (SELECT 1 FROM {every} WHERE strpos(fold(each.name), {value}) > 0)"  # noqa: S608
