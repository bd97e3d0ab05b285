"""Records as citations: BibLaTeX for LaTeX, RIS for Zotero, EndNote and their kin."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

from pipeline.items import Stamp
from pipeline.names import Name, name_from
from storage.search.records import Record

__all__ = ["write_bibtex", "write_ris"]

_NO_KEY = re.compile(r"[^A-Za-z0-9-]+")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_DAY = len("2025-08-12")

# By their names in babel, which BibLaTeX asks for.
_LANGUAGES = {
    "ar": "arabic", "bg": "bulgarian", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish",
    "fr": "french", "gl": "galician", "he": "hebrew", "hr": "croatian", "hu": "hungarian", "it": "italian",
    "ja": "japanese", "lt": "lithuanian", "lv": "latvian", "nb": "norsk", "nl": "dutch", "no": "norsk",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sk": "slovak",
    "sl": "slovene", "sr": "serbian", "sv": "swedish", "tr": "turkish", "uk": "ukrainian",
}  # fmt: skip

# In the form that Zotero too reads back.
_TEX = str.maketrans(
    {"\\": r"{\textbackslash}", "~": r"{\textasciitilde}", "^": r"{\textasciicircum}"}
    | {sign: f"\\{sign}" for sign in "#$%&_{}"}
)
# BibTeX counts braces whether a backslash stands before them or not: those without a partner must go.
_TEX_UNPAIRED = _TEX | {ord("{"): r"{\textbraceleft}", ord("}"): r"{\textbraceright}"}
# An address is taken as it is, but for what would end its field or is no address.
_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def write_bibtex(records: Iterable[Record], stream: TextIO) -> int:
    """Write an ``@online`` entry of BibLaTeX for each; return how many."""
    return _write(records, stream, _bibtex)


def write_ris(records: Iterable[Record], stream: TextIO) -> int:
    """Write a ``NEWS`` reference of RIS for each; return how many. Open the stream with ``newline=""``."""
    return _write(records, stream, _ris)


def _write(records: Iterable[Record], stream: TextIO, text: Callable[[Record], str]) -> int:
    number = 0
    for record in records:
        stream.write(text(record))
        number += 1
    return number


def _bibtex(record: Record) -> str:
    lines = "".join(f",\n  {name} = {{{value}}}" for name, value in _bibtex_fields(record) if value)
    return f"@online{{{_key(record)}{lines}\n}}\n\n"


def _bibtex_fields(record: Record) -> Iterator[tuple[str, str]]:
    yield "author", " and ".join(map(_tex_name, _names(record)))
    # In two pairs of braces its capitals stay.
    yield "title", f"{{{_tex(record.title)}}}" if record.title else ""
    yield "organization", _tex(record.source)
    yield "date", _published(record)
    yield "url", _address(record.url)
    yield "urldate", f"{record.first_seen_at:%Y-%m-%d}"
    yield "langid", _LANGUAGES.get(record.language, "")
    yield "abstract", _tex(record.standfirst)
    # Two braces, or a comma in a name would make two of it.
    yield "keywords", ", ".join(_tex(judgement.watch) for judgement in record.watches)


def _names(record: Record) -> list[Name]:
    return [name_from(author, language=record.language) for author in record.authors]


def _tex_name(name: Name) -> str:
    if not name.given:
        return f"{{{_tex(name.family)}}}"
    # What BibTeX parts names by, it leaves alone within braces.
    parts = (name.family, name.suffix, name.given) if name.suffix else (name.family, name.given)
    return ", ".join(f"{{{_tex(part)}}}" if _is_parted(part) else _tex(part) for part in parts)


def _is_parted(part: str) -> bool:
    return "," in part or "and" in part.casefold().split()


def _tex(text: str) -> str:
    return _line(text).translate(_TEX if _has_pairs(text) else _TEX_UNPAIRED)


def _has_pairs(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return False
    return depth == 0


def _ris(record: Record) -> str:
    lines = (f"{tag}  - {value}\r\n" for tag, value in _ris_fields(record) if value)
    return f"TY  - NEWS\r\n{''.join(lines)}ER  - \r\n\r\n"


def _ris_fields(record: Record) -> Iterator[tuple[str, str]]:
    published = _published(record)
    yield "ID", _key(record)
    for name in _names(record):
        yield "AU", _ris_name(name)
    yield "TI", _line(record.title)
    yield "T2", _line(record.source)
    yield "PY", published[:4]
    yield "DA", _ris_date(published)
    yield "UR", _address(record.url)
    yield "Y2", _ris_date(f"{record.first_seen_at:%Y-%m-%d}")
    yield "LA", record.language
    yield "AB", _line(record.standfirst)
    for judgement in record.watches:
        yield "KW", _line(judgement.watch)


def _ris_name(name: Name) -> str:
    """Surname first; a comma in a body's name would make a person of it."""
    if not name.given:
        return _line(name.family).replace(",", "")
    return ", ".join(_line(part) for part in (name.family, name.given, name.suffix) if part)


def _ris_date(day: str) -> str:
    """Return a date as RIS has it, what is unknown of it left empty: ``2025/08//``."""
    parts = day.split("-") if day else []
    return "/".join((*parts, "", "", "")[:3]) + "/" if parts else ""


def _key(record: Record) -> str:
    """Return a key that no later text or date of the article changes."""
    return f"{_NO_KEY.sub('-', record.source).strip('-') or 'article'}-{record.id}"


def _published(record: Record) -> str:
    """Return the day, or what is known of it; UTC."""
    said = Stamp(at=record.published_at, precision=record.published_precision).iso() or ""
    return said[:_DAY]


def _address(url: str) -> str:
    return _line(url).translate(_ADDRESS)


def _line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()
