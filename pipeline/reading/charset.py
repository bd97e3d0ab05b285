"""Bytes -> text: which encoding a page is in, and no character that a corpus cannot hold."""

import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

from pipeline.characters import storable

__all__ = ["decode", "without_double_encoding"]

_CONTROL_BYTES = bytes({*range(32), 127} - set(b"\t\n\r"))
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
# A declared charset stands near the top (HTML Standard, 13.2.3.2: the first 1024 bytes; publishers stray).
_HEAD_BYTES = 8192
# What the first byte of a letter of Western Europe, or of a curly quote, looks like when read alone.
_SIGNS = ("Ã", "â€", "Â")
_FEWEST_SIGNS = 2
_CP1252 = frozenset(bytes(set(range(128, 256)) - {0x81, 0x8D, 0x8F, 0x90, 0x9D}).decode("cp1252"))
_CONTINUATION = "".join(
    sorted(set(bytes(set(range(128, 192)) - {0x81, 0x8D, 0x8F, 0x90, 0x9D}).decode("cp1252")))
)
_TWICE = re.compile(
    f"[\u00c2-\u00df][\x80-\xbf{re.escape(_CONTINUATION)}]|[\u00e0-\u00ef][\x80-\xbf{re.escape(_CONTINUATION)}]{{2}}"
)
_UTF8_DAMAGE_ALLOWED = 0.001


def decode(body: bytes, content_type: str = "") -> str:
    """Return the text of a page.

    In order: a byte-order mark; UTF-8 when the bytes are UTF-8 (up to one bad byte in a thousand), whatever
    is declared; the encoding declared in the header or the markup; Windows-1252, which is what undeclared and
    mislabelled Latin pages are.
    """
    bom_encoding, bom = read_bom(body)
    if bom_encoding is not None and bom is not None:
        return storable(body[len(bom) :].decode(bom_encoding, errors="replace"))
    # In an encoding without a mark a control character is one byte: dropped here, it costs next to nothing.
    body = body.translate(None, _CONTROL_BYTES)
    text = _utf8_text(body)
    if text is not None:
        return without_double_encoding(text)
    declared = http_content_type_encoding(content_type) or _declared_in_markup(body)
    return body.decode(declared or "cp1252", errors="replace")


def without_double_encoding(text: str) -> str:
    """Return the text with letters that were encoded to UTF-8 twice set right.

    One such pair may be meant; where two are found the text is taken for damaged.

    >>> without_double_encoding("extradiciÃ³n de MÃ©xico, niño")
    'extradición de México, niño'
    """
    if sum(map(text.count, _SIGNS)) < _FEWEST_SIGNS:
        return text
    return _TWICE.sub(lambda found: _once(found.group()), text)


def _once(pair: str) -> str:
    # Windows-1252 leaves five bytes without a letter; they stand for themselves then.
    raw = b"".join(char.encode("cp1252") if char in _CP1252 else char.encode("latin-1") for char in pair)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return pair


def _declared_in_markup(body: bytes) -> str | None:
    """The encoding declared in the head, outside comments; UTF-8 was tried already and does not fit."""
    declared = html_body_declared_encoding(_COMMENT.sub(b"", body[:_HEAD_BYTES]))
    return None if declared is None or resolve_encoding(declared) == "utf-8" else declared


def _utf8_text(body: bytes) -> str | None:
    """The text, if the bytes are UTF-8 with hardly a bad one; None if they are something else."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", errors="replace")
    is_hardly_damaged = text.count("\ufffd") <= len(body) * _UTF8_DAMAGE_ALLOWED
    # A page of plain ASCII with one stray byte may be in any encoding.
    has_letters = any(ord(char) > 0x7F and char != "\ufffd" for char in text)
    return text if is_hardly_damaged and has_letters else None
