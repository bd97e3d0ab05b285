"""Conditions on an article that SQLite and PostgreSQL write each in their own way."""

from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal

from pipeline.syntax import Node
from storage.dialect import dialect_named
from storage.tables import ARTICLE

__all__ = ["AuthorContains", "Contains", "Found"]


class Found(ColumnElement[bool]):
    """A tree of words (Text, And, Or, Not) finds the article."""

    type = Boolean()
    # A statement is written once for all questions with the same words.
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012  # as in every element of SQLAlchemy
        ("tree", InternalTraversal.dp_plain_obj)
    ]

    def __init__(self, tree: Node) -> None:
        self.tree = tree


class Contains(FunctionElement[bool]):
    """The folded first argument contains the second, which is folded."""

    type = Boolean()
    inherit_cache = True
    name = "contains"


class AuthorContains(FunctionElement[bool]):
    """One of the names in a JSON list, folded, contains the second argument, which is folded."""

    type = Boolean()
    inherit_cache = True
    name = "author_contains"


@compiles(Found)
def _found(element: Found, compiler: SQLCompiler, **options: Any) -> str:
    condition = dialect_named(compiler.dialect.name).found_by(element.tree, ARTICLE.c.id)
    return f"({compiler.process(condition, **options)})"


@compiles(Contains)
def _contains(element: Contains, compiler: SQLCompiler, **options: Any) -> str:
    text, value = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(instr(fold({text}), {value}) > 0)"


@compiles(Contains, "postgresql")
def _contains_in_postgres(element: Contains, compiler: SQLCompiler, **options: Any) -> str:
    text, value = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(strpos(fold({text}), {value}) > 0)"


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
