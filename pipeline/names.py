"""What a byline's name is made of, for those who sort by surname: a person's parts, or a body's name."""

import re
import unicodedata
from dataclasses import dataclass

from pipeline.words import words

__all__ = ["Name", "name_from"]

_SUFFIX = re.compile(r"(?i)(?:jr|sr|ph\.?d|m\.?d)\.?|[IVX]{2,4}|hijo")
# Words by which a desk, an agency or an office signs, without accents.
_OF_BODIES = frozenset(
    """
    agence agencia agencias and agency agentur asociacion association authority ayuntamiento bureau channel
    comision comite commission committee corporation correspondents council court department desk diario
    editorial editors embassy equipo fiscalia foundation fundacion gobierno government group grupo institute
    instituto ltd magazine media ministerio ministry news newsroom newspaper noticias office organization
    periodico police policia prensa press presse radio redaccion redaktion redaction redazione reporters
    secretaria service services servicio servicios society staff team times und university universidad
    """.split()
)
_ARTICLES = frozenset("the el los las die das il".split())
# Scripts in which the surname stands first, or that have no case to tell a particle by.
_EASTERN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Who signed. A body, and whoever has one name only, has no given name."""

    family: str
    given: str = ""
    suffix: str = ""


def name_from(text: str) -> Name:
    """Return the parts of a name as written: the last word, with the small ones before it, is the surname.

    So BibTeX and its kin take an unparted name too. Two surnames cannot be told from two given names.

    >>> name_from("Ana de la Cruz")
    Name(family='de la Cruz', given='Ana', suffix='')
    >>> name_from("Redacción El Faro")
    Name(family='Redacción El Faro', given='', suffix='')
    """
    name = " ".join(text.split())
    if "," in name:
        return _from_parts([part.strip() for part in name.split(",")])
    parts = name.split(" ")
    if len(parts) < 2 or _is_body(name, parts):
        return Name(family=name)
    suffix = parts.pop() if len(parts) > 2 and _SUFFIX.fullmatch(parts[-1]) else ""
    start = len(parts) - 1
    while start > 1 and parts[start - 1][:1].islower():
        start -= 1
    return Name(family=" ".join(parts[start:]), given=" ".join(parts[:start]), suffix=suffix)


def _from_parts(parts: list[str]) -> Name:
    """Read a name with commas: surname first, or a suffix behind; else it is no person's."""
    match [part for part in parts if part]:
        case [name, suffix] if _SUFFIX.fullmatch(suffix) and " " in name:
            found = name_from(name)
            return Name(family=found.family, given=found.given, suffix=suffix)
        case [family, given] if not _is_body(f"{given} {family}", [*given.split(), *family.split()]):
            return Name(family=family, given=given)
        case given_parts:
            return Name(family=", ".join(given_parts))


def _is_body(name: str, parts: list[str]) -> bool:
    said = words(name)
    return (
        not _OF_BODIES.isdisjoint(said)
        or parts[0].casefold() in _ARTICLES
        or any(sign in name for sign in "&@/0123456789")
        or _has_acronym(name, parts)
        or any(unicodedata.name(sign, "").startswith(_EASTERN) for sign in name)
    )


def _has_acronym(name: str, parts: list[str]) -> bool:
    """Say whether some word stands in capitals among others: BBC Mundo; not JD Vance, nor ANA RUIZ."""
    return name != name.upper() and any(
        len(part) > 2 and part.isalpha() and part.isupper() and not _SUFFIX.fullmatch(part) for part in parts
    )
