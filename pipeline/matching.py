"""A syntax tree applied to one article, with the answer a search of the corpus would give."""

from collections.abc import Iterator
from functools import cached_property

from pipeline.items import Article
from pipeline.syntax import And, Bound, Everything, Field, FieldName, Node, Not, Or, Published, Scope, Text
from pipeline.words import fold, words

__all__ = ["Matcher", "found", "matches"]


class Matcher:
    """One article against any number of trees: its words are split once, when first needed."""

    def __init__(self, article: Article) -> None:
        self._article = article

    @cached_property
    def _title(self) -> str:
        return _spaced(self._article.title)

    @cached_property
    def _everywhere(self) -> tuple[str, ...]:
        # Apart, as the columns of an index are: no phrase runs from the title into the text.
        return self._title, _spaced(self._article.standfirst), _spaced(self._article.text)

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
            case Text():
                return self._word_found(node) is not None
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
            case Text():
                yield self._word_found(node) or ""
            case Field(name, value):
                yield f"{name}:{value}"
            case Published(bound, at):
                yield f"{bound}:{at:%Y-%m-%d}"

    def _word_found(self, node: Text) -> str | None:
        texts = (self._title,) if node.scope is Scope.TITLE else self._everywhere
        sought = " " + " ".join(node.words) + ("" if node.prefix else " ")
        for text in texts:
            start = text.find(sought)
            if start >= 0:
                return text[start + 1 : text.index(" ", start + len(sought) - 1)]
        return None

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
        return any(fold(each.watch) == node.value for each in article.judgements if each.relevant)


def _spaced(text: str) -> str:
    """Return the folded words with a space around each, so that a phrase is a substring."""
    return " " + "".join(word + " " for word in words(text))


def matches(node: Node, article: Article) -> bool:
    """Return whether the tree finds the article."""
    return Matcher(article).matches(node)


def found(node: Node, article: Article) -> tuple[str, ...]:
    """Return the words and values by which the tree finds the article, folded; none when it does not."""
    return Matcher(article).found(node)
