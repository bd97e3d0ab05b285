"""The articles of the sample newsroom: read from the files in ``articles/``, with their exact text."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from tearsheet.demo.blocks import Block, blocks_from_body

__all__ = ["DemoArticle", "Draft", "drafts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One table of an article file: an article before it has a time and an address."""

    publisher: str
    slug: str
    section: str
    title: str
    standfirst: str
    authors: tuple[str, ...]
    age: timedelta
    """How long before the newsroom's now it was published."""
    topic: str
    is_relevant: bool
    blocks: tuple[Block, ...]
    reprint_of: str
    edition: int
    """The first edition it is part of; it replaces what the slug stood for."""
    is_gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoArticle:
    """A published article and what a perfect reading of its page would give."""

    publisher: str
    """The source's name."""
    slug: str
    path: str
    url: str
    """Without tracking parameters."""
    section: str
    title: str
    standfirst: str
    authors: tuple[str, ...]
    published_at: datetime
    """UTC, whole minutes."""
    modified_at: datetime | None
    """Set where the second edition corrected it."""
    language: str
    topic: str
    """What it is about, in one word: transfer, extradition, follow-up, football..."""
    is_relevant: bool
    """It is about moving people in cartel cases from one state to another."""
    reprint_of: str
    """The key of the article whose text it carries."""
    is_gone: bool
    """It is announced, and its page answers 404."""
    blocks: tuple[Block, ...]

    @property
    def key(self) -> str:
        """``publisher/slug``."""
        return f"{self.publisher}/{self.slug}"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Its text in order: paragraphs, sub-headings, quotes and list items."""
        return tuple(block.text for block in self.blocks if block.form.is_text)

    @property
    def clutter(self) -> tuple[str, ...]:
        """The lines among its paragraphs that are no part of the text."""
        return tuple(block.line for block in self.blocks if not block.form.is_text)


def drafts(edition: int) -> tuple[Draft, ...]:
    """Return what is in print in this edition, in the order of the files."""
    printed: dict[tuple[str, str], Draft] = {}
    for draft in _drafts():
        if draft.edition <= edition:
            printed[draft.publisher, draft.slug] = draft
    return tuple(printed.values())


def _drafts() -> Iterator[Draft]:
    tables = list(_tables())
    bodies: dict[str, str] = {}
    for publisher, table in tables:
        bodies.setdefault(f"{publisher}/{table['slug']}", table["body"])
    for publisher, table in tables:
        reprint_of = table.get("reprint_of", "")
        reprinted = blocks_from_body(bodies[reprint_of]) if reprint_of else ()
        yield Draft(
            publisher=publisher,
            slug=table["slug"],
            section=table["section"],
            title=table["title"],
            standfirst=table["standfirst"],
            authors=tuple(table["authors"]),
            age=timedelta(hours=table["hours_ago"]),
            topic=table["topic"],
            is_relevant=table["is_relevant"],
            blocks=blocks_from_body(table["body"], reprinted=reprinted),
            reprint_of=reprint_of,
            edition=table.get("edition", 1),
            is_gone=table.get("is_gone", False),
        )


def _tables() -> Iterator[tuple[str, dict[str, Any]]]:
    folder = files("tearsheet.demo").joinpath("articles")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        for table in tomllib.loads(file.read_text(encoding="utf-8"))["article"]:
            yield file.name.removesuffix(".toml"), table
