"""Two texts of one article -> what the paper itself says of the change: a correction, an update."""

import re
from collections.abc import Iterator

from pipeline.words import words

__all__ = ["new_notice"]

_MOST = 400
_TEXT = r"(?:article|story|post|report|piece|headline|version|item|page|caption)"
_TEXTO = (
    r"(?:art[ií]culo|nota|noticia|informaci[oó]n|texto|cr[oó]nica|reportaje|publicaci[oó]n|titular|versi[oó]n"
    r"|pieza)"
)
_MONTH = r"[^\W\d_]{3,10}\.?"
# , Aug. 12, 2025 / (12 de agosto) / 3:15 p.m. ET / on Tuesday / at 10:30
_WHEN = (
    r"(?:[ ,]*(?:\(?(?:(?:on|at|el|a las|del?|of|to)\s)?"
    r"(?:\d[\d:./h-]*(?:\s?[ap]\.?\s?m\.?)?(?:\s[A-Z]{2,4})?"
    rf"|{_MONTH}\s\d{{1,2}}|\d{{1,2}}\s(?:de\s)?{_MONTH}|\d{{4}})\)?))*"
)
_LABEL = (
    r"(?:corrections?|corrected|clarifications?|clarified|updated?|editor['’]?s['’]? notes?|errat(?:um|a)"
    r"|editors['’] notes?|retraction|correcci[oó]n(?:es)?|corregid[oa]|fe de (?:erratas|errores|error)"
    r"|rectificaci[oó]n|rectifica|actualizaci[oó]n|actualizad[oa]|aclaraci[oó]n|nota aclaratoria"
    r"|nota del? (?:la )?(?:editora?|redacci[oó]n))"
)
_OF_WHAT = (
    rf"(?:\s(?:to|of|on|in)\s(?:this|the|an earlier|a previous)\s{_TEXT}"
    rf"|\s(?:de|del|a|al|en)\s(?:est[ea]|la|el|una)?\s?{_TEXTO})?"
)
# Correction: ... ; CORRECTION (Aug. 12): ... ; Fe de erratas.- ... ; UPDATE 2-Mexico ... ; a label alone.
_LABELLED = re.compile(
    rf"^[\W_]*{_LABEL}(?:\s(?:no\.?\s)?\d{{1,2}}(?=\s?[-–—:]))?{_OF_WHAT}{_WHEN}[*_)\]\s]*"
    rf"(?::|[.]?\s?[-–—|]|\.$|$)|^[(\[]{_LABEL}[)\]]",
    re.IGNORECASE,
)
# This article was updated ...; An earlier version of this story ...; Esta nota ha sido corregida ...
_TOLD = re.compile(
    rf"^[\W_]*(?:(?:this {_TEXT}|the (?:article|story|headline))(?: \w+)? (?:was|has been|is|have been)"
    r" (?:\w+ )?(?:updated|corrected|amended|clarified|edited|revised|modified)\b"
    r"|(?:an|a|the) (?:earlier|previous|prior|original|initial) (?:version|headline) (?:of|on|to)"
    rf" (?:this|the) {_TEXT}"
    r"|(?:en )?una (?:primera )?versi[oó]n (?:anterior|previa|inicial|original) (?:de|del) (?:est[ea] )?"
    rf"{_TEXTO}|est[ea] {_TEXTO} (?:ha sido|fue|se ha) (?:\w+ )?"
    r"(?:actualizad|corregid|modificad|rectificad|editad)[oa])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?…)])\s+")


def new_notice(before: str, after: str) -> str:
    """Return the first notice of a change that stands in the later text and not in the earlier; "" for none.

    The titles may be the first paragraphs. A label counts only where it opens a paragraph and is set off.

    >>> new_notice("A.", "A.\\n\\nCorrection: An earlier version said 20.")
    'Correction: An earlier version said 20.'
    >>> new_notice("A.", "Correction officers moved the men.\\n\\nUpdated figures are due.")
    ''
    """
    known = {tuple(words(notice)) for notice in _notices(before)}
    return next((notice for notice in _notices(after) if tuple(words(notice)) not in known), "")


def _notices(text: str) -> Iterator[str]:
    paragraphs = text.split("\n\n")
    for place, paragraph in enumerate(paragraphs):
        if found := _LABELLED.match(paragraph):
            is_alone = not words(paragraph[found.end() :])
            yield _quoted(" ".join(paragraphs[place : place + 2]) if is_alone else paragraph)
            continue
        for sentence in _SENTENCE.split(paragraph):
            if _TOLD.match(sentence):
                yield _quoted(sentence)


def _quoted(said: str) -> str:
    said = " ".join(said.split())
    return said if len(said) <= _MOST else f"{said[:_MOST].rpartition(' ')[0]} …"
