"""A syntax tree applied to one article, with the answer a search of the corpus would give."""

from collections.abc import Iterator

from pipeline.items import Article, Fate
from pipeline.passages import Passages
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
    Text,
)
from pipeline.words import fold

__all__ = ["Matcher", "found", "matches"]


class Matcher:
    """One article against any number of trees: its words are split once, when first needed.

    ``story`` and ``fate`` are its place in a corpus, where it has one.
    """

    def __init__(self, article: Article, *, story: int | None = None, fate: Fate | None = None) -> None:
        self._article = article
        self._place = {FieldName.STORY: str(story or ""), FieldName.FATE: fate or ""}
        self._passages = Passages(article.title, article.standfirst, article.text)

    def matches(self, node: Node) -> bool:
        """Return whether the tree finds the article."""
        match node:
            case Everything():
                return True
            case Not(part):
                return not self.matches(part)
            case And(parts):
                return all(map(self.matches, parts))
            case Or(parts):
                return any(map(self.matches, parts))
            case Published():
                return self._is_published(node)
            case Text() | Exact() | Near():
                return self._passages.found(node) is not None
        return self._has_value(node)

    def found(self, node: Node) -> tuple[str, ...]:
        """Return the words and values by which the tree finds the article, folded; none when it does not."""
        if not self.matches(node):
            return ()
        return tuple(dict.fromkeys(self._found(node)))

    def found_of_parts(self, node: Node) -> tuple[str, ...]:
        """Return the words and values of those parts that find the article, whatever the others do."""
        parts = node.parts if isinstance(node, And) else ()
        return tuple(dict.fromkeys(words for part in parts for words in self.found(part)))

    def _found(self, node: Node) -> Iterator[str]:
        match node:
            case And(parts) | Or(parts):
                for part in filter(self.matches, parts):
                    yield from self._found(part)
            case Text() | Exact() | Near():
                yield self._passages.found(node) or ""
            case Field(name, value):
                yield f"{name}:{value}"
            case Published(bound, at):
                yield f"{bound}:{at:%Y-%m-%d}"

    def _is_published(self, node: Published) -> bool:
        at = self._article.published.at or self._article.seen_at
        return at >= node.at if node.bound is Bound.AFTER else at < node.at

    def _has_value(self, node: Field) -> bool:
        article = self._article
        match node.name:
            case FieldName.SOURCE:
                return fold(article.source) == node.value
            case FieldName.LANG:
                return fold(article.language) == node.value
            case FieldName.AUTHOR:
                return any(node.value in fold(author) for author in article.authors)
            case FieldName.URL:
                return node.value in fold(article.url)
            case FieldName.WATCH:
                return any(fold(each.watch) == node.value for each in article.judgements if each.relevant)
            case FieldName.STORY | FieldName.FATE:
                return self._place[node.name] == node.value
        return self._says(node)

    def _says(self, node: Field) -> bool:
        said = self._article.facts.named() if self._article.facts else ()
        values = (fold(str(fact.value)) for name, fact in said if name == node.name)
        if node.name in (FieldName.GROUP, FieldName.PERSON):
            return any(node.value in value for value in values)
        return node.value in values


def matches(node: Node, article: Article) -> bool:
    """Return whether the tree finds the article, which has no place in a corpus."""
    return Matcher(article).matches(node)


def found(node: Node, article: Article) -> tuple[str, ...]:
    """Return the words and values by which the tree finds the article, folded; none when it does not."""
    return Matcher(article).found(node)
