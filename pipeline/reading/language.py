"""Which language a text is in, among those that may be expected of its page."""

from collections.abc import Iterable
from functools import cache

from lxml.html import HtmlElement
from py3langid.langid import MODEL_FILE, LanguageIdentifier

__all__ = ["declared_language", "language_of"]

# The languages this topic is told in. A short text is told apart best among few (titles: .89 right among all
# languages, .99 among the expected ones).
_ALWAYS_EXPECTED = frozenset({"en", "es"})
# Beyond this length every language is told apart, and a page that declares none may be in any.
_LONG_TEXT = 400
_SAMPLE = 500


def declared_language(tree: HtmlElement) -> str:
    """Return the two-letter language of the html element, "" if it has none."""
    declared = (tree.get("lang") or tree.get("xml:lang") or "").strip().lower()
    return declared[:2] if declared[:2].isalpha() and declared[2:3] in {"", "-", "_"} else ""


def language_of(text: str, *, hints: Iterable[str]) -> str:
    """Return the ISO 639-1 code of a text; "" when there is no text. Hints widen what is expected."""
    if not text.strip():
        return ""
    named = frozenset(hint for hint in hints if hint)
    ranked = _identifier().rank(text[:_SAMPLE])
    if not named and len(text) > _LONG_TEXT:
        return str(ranked[0][0])
    return next(str(language) for language, _ in ranked if language in named | _ALWAYS_EXPECTED)


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE)
