"""Which words stand out in some texts, beside others."""

from collections import Counter
from collections.abc import Callable, Sequence
from math import log

from pipeline.stopwords import stop_words
from pipeline.words import fold, written

__all__ = ["Counted", "counted_words", "salient"]

Counted = dict[str, str]
"""The folded words of one text, each once, with the way in which it first stands there."""

_SHORTEST = 3
_LEAST_ARTICLES = 2


def counted_words(text: str, language: str) -> Counted:
    """Return the words of a text that may stand out: no stop words, numbers or scraps.

    >>> counted_words("El fiscal dijo que el Fiscal de 2025 no", "es")
    {'fiscal': 'fiscal', 'dijo': 'dijo'}
    """
    stop = stop_words(language)
    found: Counted = {}
    for word in written(text):
        folded = fold(word)
        if len(folded) >= _SHORTEST and folded not in stop and not folded.isdigit():
            found.setdefault(folded, word.lower())
    return found


def salient(
    texts: Sequence[Counted],
    others: Sequence[Counted],
    *,
    is_left_out: Callable[[str], bool] = lambda _: False,
) -> list[tuple[str, int]]:
    """Return the words that more of the texts have than of the others, each with its number; best first.

    >>> salient([{"capo": "capo", "hoy": "hoy"}] * 3, [{"hoy": "hoy"}] * 3)
    [('capo', 3)]
    """
    inside = Counter(word for text in texts for word in text)
    outside = Counter(word for text in others for word in text)
    forms: Counter[tuple[str, str]] = Counter(pair for text in texts for pair in text.items())
    best_form = {folded: form for (folded, form), _ in reversed(forms.most_common())}
    scored = []
    for word, number in inside.items():
        # Half an article more for each side, so that a word no other has does not stand out endlessly.
        share = (number + 0.5) / (len(texts) + 1)
        usual = (outside[word] + 0.5) / (len(others) + 1)
        if number >= _LEAST_ARTICLES and share > usual and not is_left_out(word):
            scored.append((-number * log(share / usual), best_form[word], number))
    return [(form, number) for _, form, number in sorted(scored)]
