"""What a person typed -> tokens of the query language (its grammar is in pipeline.query)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import NoReturn

from pipeline.errors import QueryError
from pipeline.syntax import Bound, FieldName
from pipeline.words import fold, words

__all__ = ["ADDRESS", "TITLE", "Kind", "Token", "tokens"]

TITLE = "title"
_FIELDS = (TITLE, *(name.value for name in FieldName), *(bound.value for bound in Bound))

# Any double quote opens and any closes: people mix the straight and the typographic ones.
_QUOTES = '"“”„‟«»＂'
_PIECE = re.compile(
    rf"[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<paren>[()])|(?P<chunk>[^\s(){_QUOTES}]+)"
)
ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://(?=.)", re.IGNORECASE)
# A field is letters only, so that 12:30 and C-4:x are words.
_FIELD = re.compile(r"(?P<name>[^\W\d_]+):(?P<value>.*)", re.DOTALL)


class Kind(Enum):
    """What a token is."""

    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"
    OPEN = "("
    CLOSE = ")"
    EXACT = "="
    FIELD = "field"
    TEXT = "text"
    END = "end"


_OPERATORS = {kind.value: kind for kind in (Kind.AND, Kind.OR, Kind.NOT, Kind.NEAR)}


@dataclass(frozen=True, slots=True)
class Token:
    """A token; the text of a FIELD is its name, of a TEXT what to look for, of a NEAR ``NEAR/5`` as typed."""

    kind: Kind
    text: str
    position: int


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens in order, END last; raise QueryError for a field that does not exist."""
    for piece in _PIECE.finditer(query):
        start = piece.start()
        if piece["chunk"] is not None:
            following = query[piece.end() : piece.end() + 1]
            is_glued = following != "" and following in _QUOTES + "("
            yield from _chunk_tokens(query, piece["chunk"], start, is_glued=is_glued)
        elif piece["paren"] is not None:
            yield Token(Kind(piece["paren"]), piece["paren"], start)
        else:
            yield Token(Kind.TEXT, piece["phrase"], start)
    yield Token(Kind.END, "", len(query))


def _chunk_tokens(query: str, chunk: str, position: int, *, is_glued: bool) -> Iterator[Token]:
    """Yield the tokens of a run without space, quote or parenthesis; glued to what opens behind it or not."""
    if chunk in _OPERATORS or chunk.startswith("NEAR/"):
        yield Token(_OPERATORS.get(chunk, Kind.NEAR), chunk, position)
        return
    if chunk[0] == "-" and chunk[1:2] != "-" and (words(chunk) or (chunk in ("-", "-=") and is_glued)):
        yield Token(Kind.NOT, "-", position)
        chunk, position = chunk[1:], position + 1
    if ADDRESS.match(chunk):
        yield Token(Kind.FIELD, FieldName.URL, position)
    elif field := _FIELD.fullmatch(chunk):
        name, value = fold(field["name"]), field["value"]
        if name in _FIELDS:
            yield Token(Kind.FIELD, name, position)
            chunk, position = value, position + field.start("value")
        elif words(value) or is_glued:
            _refuse_field(query, name, position)
    if chunk[:1] == "=" and (words(chunk) or (chunk == "=" and is_glued)):
        yield Token(Kind.EXACT, "=", position)
        chunk, position = chunk[1:], position + 1
    if chunk:
        yield Token(Kind.TEXT, chunk, position)


def _refuse_field(query: str, name: str, position: int) -> NoReturn:
    nearest = get_close_matches(name, _FIELDS, n=1)
    hint = f"did you mean {nearest[0]}:?" if nearest else f"the fields are {' '.join(_FIELDS)}."
    message = f"no field {name}: {hint} To search for the text, put it in quotes"
    raise QueryError(message, query=query, position=position)
