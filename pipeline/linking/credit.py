"""Whom an article credits with its text: the agency or the office that wrote what others print."""

import re
from collections.abc import Sequence

from pipeline.words import words

__all__ = ["credit_of", "is_credited"]

# CIUDAD DE MÉXICO (AP) — ; WASHINGTON, 12 ago (Reuters) - ; (EFE).- ; MADRID, 12 (EUROPA PRESS)
_DATELINE = re.compile(r"^[^\n(]{0,60}\((?P<credit>[^()\n\d]{2,40})\)(?=\s*(?:\.?\s?[-–—]|$|\.?\s))")
# El Universal / EFE ; Con información de AP ; Source: Reuters
_CREDIT_LINE = re.compile(
    r"^(?:con informaci[oó]n de|fuente|source|via|v[ií]a|agencias?|with information from|by)?[:\s]*"
    r"(?P<credit>[^\n.]{2,40})\.?$",
    re.IGNORECASE,
)
_AGENCIES = {
    "ap": "associatedpress",
    "associated press": "associatedpress",
    "the associated press": "associatedpress",
    "reuters": "reuters",
    "efe": "efe",
    "agencia efe": "efe",
    "afp": "afp",
    "agence france presse": "afp",
    "europa press": "europapress",
    "notimex": "notimex",
    "dpa": "dpa",
    "ansa": "ansa",
    "upi": "upi",
    "xinhua": "xinhua",
    "bloomberg": "bloomberg",
    "department of justice": "justice",
    "u s department of justice": "justice",
    "office of public affairs": "justice",
    "fiscalia general de la republica": "fgr",
    "fgr": "fgr",
}
# What makes a byline an organisation's, not a person's.
_DESK = frozenset(
    "agency agencies agencia agencias wire press prensa news noticias service services servicio office "
    "oficina notimex".split()
)
_LEAST_LETTERS = 3


def credit_of(text: str, *, authors: Sequence[str] = (), removed: Sequence[str] = ()) -> str:
    """Return whom a text credits: an agency's short name, or the letters of the credited name; "" for no one.

    The dateline comes first, then a byline that names no person, then a last line that names an agency,
    or one that was ``removed``.

    >>> credit_of("CIUDAD DE MÉXICO (AP) — Veintiséis presos fueron entregados.")
    'associatedpress'
    >>> credit_of("El juez lo dijo.", authors=["Agencia Meridiano"])
    'agenciameridiano'
    """
    if found := _DATELINE.match(text.lstrip()):
        return _letters(found["credit"])
    for author in authors:
        said = words(author)
        if " ".join(said) in _AGENCIES or _DESK & set(said):
            return _letters(author)
    for line in (text.rstrip().rpartition("\n")[2], *removed):
        found = _CREDIT_LINE.match(line.strip())
        if found and " ".join(words(found["credit"])) in _AGENCIES:
            return _letters(found["credit"])
    return ""


def is_credited(source: str, credit: str) -> bool:
    """Tell whether a credit names a source: ``apnews.com`` and AP, ``notisur.example`` and Notisur.

    >>> is_credited("notisur.example", "notisur"), is_credited("elsol.example", "notisur")
    (True, False)
    """
    if len(credit) < _LEAST_LETTERS:
        return False
    name = "".join(words(source))
    return credit in name or (credit == "associatedpress" and name.removeprefix("www").startswith("ap"))


def _letters(name: str) -> str:
    said = " ".join(words(name))
    return _AGENCIES.get(said) or said.replace(" ", "")
