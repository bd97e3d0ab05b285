"""What a byline's name is made of, for those who sort by surname: a person's parts, or a body's name."""

import re
import unicodedata
from dataclasses import dataclass

from pipeline.words import fold, words

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
# Given names that stand second, without accents: in Spanish a second word that is none begins two surnames.
_SECOND_GIVEN = frozenset(
    """
    adrian alberto alejandra alejandro alfonso alfredo alicia amparo ana andrea andres angel angela
    angeles antonia antonio armando arturo asuncion augusto beatriz belen camila camilo carlos carmen
    carolina catalina cecilia cesar christian clara claudia concepcion consuelo cristian cristina daniel
    daniela david diego dolores eduardo elena elias elisa emilia emilio enrique ernesto esperanza esther
    eugenia eugenio eva federico felipe felix fernanda fernando francisca francisco gabriel gabriela
    gerardo gloria gonzalo graciela guadalupe guillermo gustavo hector helena hugo humberto ignacio ines
    irene isabel isidro ivan jaime javier jesus joaquin jorge jose josefa josefina juan juana julia julian
    julio laura leonor leticia lorena lorenzo lourdes lucia luis luisa luz magdalena manuel manuela
    marcela marcelo marco margarita maria mariana mariano mario marta martha mateo matias mauricio maximo
    mercedes miguel milagros monica nicolas noelia olga omar oscar pablo paloma patricia paula paulina
    pedro pilar rafael ramiro ramon raquel raul rebeca ricardo roberto rocio rodolfo rodrigo rogelio rosa
    rosario ruben sandra sara sebastian sergio silvia sofia soledad sonia susana teresa tomas valentina
    valeria veronica victor victoria virginia ximena yolanda
    """.split()
)
_TWO_SURNAMES = frozenset(("es", "ca", "gl", "eu"))
_ARTICLES = frozenset("the el los las die das il".split())
# Scripts in which the surname stands first, or that have no case to tell a particle by.
_EASTERN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Who signed. A body, and whoever has one name only, has no given name."""

    family: str
    given: str = ""
    suffix: str = ""


def name_from(text: str, *, language: str = "") -> Name:
    """Return the parts of a name as written in a text of some language (its code).

    The last word, with the small ones before it, is the surname, as BibTeX and its kin take an unparted name.
    In Spanish and its neighbours there are two, after one given name or two frequent ones.

    >>> name_from("Ana de la Cruz")
    Name(family='de la Cruz', given='Ana', suffix='')
    >>> name_from("Gabriel García Márquez", language="es")
    Name(family='García Márquez', given='Gabriel', suffix='')
    >>> name_from("Redacción El Faro")
    Name(family='Redacción El Faro', given='', suffix='')
    """
    name = " ".join(text.split())
    if "," in name:
        return _from_parts([part.strip() for part in name.split(",")], language)
    parts = name.split(" ")
    if len(parts) < 2 or _is_body(name, parts):
        return Name(family=name)
    suffix = parts.pop() if len(parts) > 2 and _SUFFIX.fullmatch(parts[-1]) else ""
    start = _surname_before(parts, len(parts))
    if language in _TWO_SURNAMES and start > 1 and not _is_given(parts[start - 1]):
        start = _surname_before(parts, start)
    return Name(family=" ".join(parts[start:]), given=" ".join(parts[:start]), suffix=suffix)


def _surname_before(parts: list[str], end: int) -> int:
    """Return where the surname begins that ends before some part; the first part is always a given name."""
    start = end - 1
    while start > 1 and parts[start - 1][:1].islower():
        start -= 1
    return start


def _is_given(part: str) -> bool:
    """Say whether a part within a name is a given name, or an initial."""
    return part.endswith(".") or len(part) == 1 or fold(part) in _SECOND_GIVEN


def _from_parts(parts: list[str], language: str) -> Name:
    """Read a name with commas: surname first, or a suffix behind; else it is no person's."""
    match [part for part in parts if part]:
        case [name, suffix] if _SUFFIX.fullmatch(suffix) and " " in name:
            found = name_from(name, language=language)
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
