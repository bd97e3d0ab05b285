"""Text from outside -> text that every database, terminal and file can take."""

import re

__all__ = ["storable"]

# NUL ends a string for half of SQLite's functions and for PostgreSQL altogether; escape sequences and C1
# controls move a terminal's cursor; half of a surrogate pair cannot be encoded.
_CONTROLS, _HALF_PAIRS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f", r"\ud800-\udfff"
_CONTROL, _HALF_PAIR = re.compile(f"[{_CONTROLS}]"), re.compile(f"[{_HALF_PAIRS}]")
_STORABLE = re.compile(f"[^{_CONTROLS}{_HALF_PAIRS}]*+")


def storable(text: str) -> str:
    r"""Return the text without control characters, halves of surrogate pairs replaced.

    >>> storable("antes\x00después \ud83d")
    'antesdespués \ufffd'
    """
    # Nearly every text is, and is looked through once.
    if _STORABLE.fullmatch(text):
        return text
    return _HALF_PAIR.sub("\N{REPLACEMENT CHARACTER}", _CONTROL.sub("", text))
