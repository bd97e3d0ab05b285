"""Whom an article credits with its text: the agency or the office that wrote what others print."""

import re
from collections.abc import Sequence

from pipeline.words import words

__all__ = ["credit_name", "credit_of", "is_credited"]

# CIUDAD DE MÉXICO (AP) — ; WASHINGTON, 12 ago (Reuters) - ; (EFE).- ; MADRID, 12 (EUROPA PRESS)
_DATELINE = re.compile(r"^[^\n(]{0,60}\((?P<credit>[^()\n\d]{2,40})\)(?P<dash>\s*[.,:]?\s?[-–—])?")
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
    "fiscalia general de la nacion": "fiscalia",
    "u s attorney s office": "justice",
    "united states attorney s office": "justice",
}
_NAMES = {
    "associatedpress": "AP",
    "reuters": "Reuters",
    "efe": "EFE",
    "afp": "AFP",
    "europapress": "Europa Press",
    "notimex": "Notimex",
    "dpa": "dpa",
    "ansa": "ANSA",
    "upi": "UPI",
    "xinhua": "Xinhua",
    "bloomberg": "Bloomberg",
    "justice": "Department of Justice",
    "fgr": "FGR",
    "fiscalia": "Fiscalía General de la Nación",
}
# EFE / Madrid ; Ana Ruiz, Associated Press ; Redacción AFP ; Reuters Staff
_BYLINE_PARTS = re.compile(r"\s*[,/|·(]\s*|\s+[-–—]\s+")
_BESIDE_NAME = frozenset("by por de redaccion staff con informacion the".split())
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
    found = _DATELINE.match(text.lstrip())
    # A name may stand in brackets too: only a dash behind them, or an agency, makes them a dateline.
    if found and (found["dash"] or _agency(found["credit"])):
        return _letters(found["credit"])
    for author in authors:
        said = words(author)
        if agency := next(filter(None, map(_agency, (author, *_BYLINE_PARTS.split(author)))), ""):
            return agency
        if _DESK & set(said):
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


def credit_name(credit: str) -> str:
    """Return a credit as a reader knows it.

    >>> credit_name("associatedpress"), credit_name("agenciameridiano")
    ('AP', 'agenciameridiano')
    """
    return _NAMES.get(credit, credit)


def _agency(name: str) -> str:
    """Return the short name of a known agency or office; "" for any other name.

    >>> _agency("Redacción AFP"), _agency("Reuters Staff"), _agency("El Chapo")
    ('afp', 'reuters', '')
    """
    said = words(name)
    own = " ".join(word for word in said if word not in _BESIDE_NAME)
    return _AGENCIES.get(" ".join(said)) or _AGENCIES.get(own, "")


def _letters(name: str) -> str:
    said = " ".join(words(name))
    return _AGENCIES.get(said) or said.replace(" ", "")
