"""A text -> the words by which linking compares it: no slots, no counters, no garbled letters."""

import html
import re

from pipeline.words import words

__all__ = ["lines_of", "prose_of"]

# A line of fewer words that does not end like a sentence is a slot, a link or a heading.
_SENTENCE_WORDS = 15
_ENDS_LIKE_A_SENTENCE = re.compile(r"[.!?…:\"”»’)\]]['\"”»’)\]]*\s*$")
# The size of an ad slot, or what a machine calls one that was never filled: [ad_slot_2]
_SLOT = re.compile(r"\s*(?:\d{2,4}\s*[x×]\s*\d{2,4}|\[(?=\w*[\d_])\w{1,40}\])\s*$")
_LETTER = re.compile(r"\w")
# UTF-8 read as a single-byte encoding: crÃ³nica, â€œcitaâ€
_GARBLED = re.compile("[ÃÂâ](?:(?<!â)[\x80-\xbfŒœŠšŸŽžƒˆ˜–-›€™]|(?<=â)€)")
_TIMES = r"(?:segundos?|minutos?|min|horas?|h|d[ií]as?)"
_TIMES_AGO = r"(?:seconds?|minutes?|mins?|hours?|days?) ago"
_COUNTED = r"(?:comentarios?|comments?|vistas|views|compartidos|shares|reacciones|likes|lecturas)"
_END = r"(?=\s*(?:[.|·•]|$))"
# What a page says of itself while the article stays as it is: "Hace 2 horas.", "5 min ago", "120 comments"
_COUNTER = re.compile(
    r"\b(?:(?:actualizado|publicado|updated|posted|published)[ :]{1,3})?"
    rf"(?:hace \d{{1,3}} {_TIMES}|\d{{1,3}} {_TIMES_AGO}|\d[\d.,]{{0,8}} {_COUNTED}){_END}",
    re.IGNORECASE | re.MULTILINE,
)
# How each of them ends: few texts have any, and this says so five times as fast.
_ENDS_A_COUNTER = re.compile(
    rf"[\d.,] (?:{_TIMES}|{_TIMES_AGO}|{_COUNTED}){_END}", re.IGNORECASE | re.MULTILINE
)


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines of a text, letters mended, without sizes of ad slots, counters and relative times.

    >>> lines_of("El juez lo dijo.\\n\\n970x125\\n\\nHace 2 horas. 120 comentarios.")
    ('El juez lo dijo.',)
    """
    mended = _mended(text)
    if _ENDS_A_COUNTER.search(mended):
        mended = _COUNTER.sub(" ", mended)
    return tuple(line for line in mended.split("\n") if _LETTER.search(line) and not _SLOT.match(line))


def prose_of(text: str) -> tuple[str, ...]:
    """Return the folded words of each line that is prose, joined by spaces.

    Lines that are no sentences are left out, unless little else would remain.
    """
    lines = lines_of(text)
    sentences = [line for line in lines if _is_prose(line)]
    if 2 * sum(map(len, sentences)) < sum(map(len, lines)):
        sentences = list(lines)
    return tuple(said for line in sentences if (said := " ".join(words(line))))


def _mended(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    if not _GARBLED.search(text):
        return text
    # Seldom needed, and slow to import for a command that reads no text.
    import ftfy

    return ftfy.fix_encoding(text)


def _is_prose(line: str) -> bool:
    return line.count(" ") >= _SENTENCE_WORDS - 1 or _ENDS_LIKE_A_SENTENCE.search(line) is not None
