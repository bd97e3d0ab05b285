"""Who wrote an article: the people that the page names as its authors, and nobody else."""

import re
from collections.abc import Iterable, Mapping

from lxml.html import HtmlElement
from trafilatura.metadata import extract_author

from pipeline.reading.structured import Structured
from pipeline.urls import site
from pipeline.words import words

__all__ = ["authors_of", "names_from_byline"]

_META_NAMES = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
)
_PREFIX = re.compile(
    r"^(?:by|written by|story by|reported by|por|texto(?: de)?|escrito por|redacción|de|par|von|di|af|door)"
    r"\s*:?\s+",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:;|,|\||\s(?:and|y|e|&|und|et|og|och)\s)\s*")
# "(obe)", "(AFP)": the initials of a desk behind a name.
_INITIALS = re.compile(r"\s*\([^()]{1,12}\)")
_NOBODY = re.compile(
    r"https?:|www\.|@|^\W*$"
    r"|^(?:admin|administrator|editor|editorial|editors?|staff|staff writer|author|null|none|unknown|guest"
    r"|web ?desk|news ?desk|newsroom|(?:la )?redacci[oó]n|agencias?|seguir|folgen|follow|share|compartir)$",
    re.IGNORECASE,
)
_LONGEST_NAME = 60


def authors_of(tree: HtmlElement, *, said: Structured, meta: Mapping[str, str], url: str) -> tuple[str, ...]:
    """Return JSON-LD's authors, else the head's, else those of the visible byline.

    The site itself counts only where its JSON-LD names it and the page names nobody.
    """
    own = {_folded(meta.get("og:site_name", "")), _folded(site(url).split(".")[0])}

    def people(told: Iterable[str]) -> tuple[str, ...]:
        names = (name for text in told for name in names_from_byline(text) if _folded(name) not in own)
        return tuple(dict.fromkeys(names))

    in_head = next((found for name in _META_NAMES if (found := people((meta.get(name, ""),)))), ())
    # The visible byline is the dearest to find, so it is looked for last.
    found = people(said.authors) or in_head or people((extract_author(tree) or "",))
    return found or tuple(said.authors)


def names_from_byline(text: str) -> list[str]:
    """Return the people a byline names, without its prefix, addresses, desks and roles.

    >>> names_from_byline("Por Ana Ruiz y Luis Cano (EFE)")
    ['Ana Ruiz', 'Luis Cano']
    """
    text = _PREFIX.sub("", _INITIALS.sub("", " ".join(text.split())))
    names = (name.strip(" .,-–|") for name in _SEPARATOR.split(text))
    return [name for name in names if len(name) <= _LONGEST_NAME and not _NOBODY.search(name)]


def _folded(name: str) -> str:
    return "".join(words(name))
