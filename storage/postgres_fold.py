"""The function ``fold`` in PostgreSQL: what ``pipeline.words.fold`` does, one character for one."""

import sys
from collections.abc import Iterable

from pipeline.words import fold

__all__ = ["fold_function"]

# Up to here is what most newspapers write: a table for it alone is gone through in no time.
_LAST_OF_LATIN = 0x17F


def fold_function() -> str:
    """Return the statement that makes it; names and addresses are folded by it, not texts.

    The server's own ``lower`` knows the letters of another year, and of one language more or less.
    """
    latin, every = _translated(range(_LAST_OF_LATIN + 1)), _translated(range(sys.maxunicode + 1))
    return f"""
        CREATE OR REPLACE FUNCTION fold(text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
        $fold$
            SELECT CASE
                WHEN octet_length($1) = length($1) THEN lower($1 COLLATE "C")
                WHEN $1 COLLATE "C" ~ '^[\x01-{chr(_LAST_OF_LATIN)}]*$' THEN {latin}
                ELSE {every}
            END
        $fold$
    """


def _translated(codes: Iterable[int]) -> str:
    """Return the expression that replaces or drops each of these characters that does not stay as it is."""
    # ASCII is done before: it is most of every text, and each table is gone through from its beginning.
    folded = {chr(code): fold(chr(code)) for code in codes if code > 0x7F and not 0xD800 <= code <= 0xDFFF}
    replaced = {char: plain for char, plain in folded.items() if plain and plain != char}
    dropped = "".join(char for char, plain in folded.items() if not plain)
    return (
        f"translate(lower($1 COLLATE \"C\"), '{''.join(replaced)}{dropped}', '{''.join(replaced.values())}')"
    )
