"""Makes articles by number: texts of 3 KB in English and Spanish with a Zipf vocabulary, sources, dates."""

import random
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from itertools import accumulate

from pipeline.items import Article, ChannelKind, Decision, Fate, Judgement, Origin, Precision, Stamp
from pipeline.urls import url_key

__all__ = ["SOUGHT", "Placed", "articles", "everyday_words", "sources"]

SOUGHT = {
    "cartel": 0.16,
    "extradición": 0.01,
    "fiscalía": 0.05,
    "Zambada": 0.001,
    "Guaymas": 0.00007,
    "juez de control": 0.005,
    "handed over": 0.01,
    "Sinaloa": 0.03,
    "deported": 0.004,
    "extraditado": 0.006,
}
"""Words put into the texts beside the vocabulary, and in which share of them."""

_WATCHES = ("extraditions", "money", "courts")
_WORDS_PER_LANGUAGE = 60_000
_SENTENCES, _WORDS_PER_SENTENCE = 1_500, 14
_MEDIAN_SENTENCES = 3.35
"""Of an article, as a logarithm: most have 17 to 47, which makes 3 KB in the mean."""
_FIRST_DAY = datetime(2022, 11, 1, tzinfo=UTC)
_DAYS = 1096
_COPIED, _OFF_TOPIC = 0.12, 0.05
_CHUNK = 1000
_APART = 200
"""So many articles at least lie between a text and its copy: they are never in one batch."""
_CHUNKS_AHEAD = 4
_VOWELS = {"en": "aeiou", "es": "aeiouáéíóú"}
_CONSONANTS = {"en": "bcdfghklmnprstvw", "es": "bcdfghjlmnñprstvz"}
_EVERYDAY = {
    "en": "the of to and in a that for on was with as by at he from it said his be",
    "es": "de la que el en y a los se del las un por con no una su para al lo",
}
_PLACES = "Sonora Sinaloa Jalisco Durango Chihuahua Nuevo-León Veracruz Oaxaca Texas Arizona".split()
_NAMES = "Diario Heraldo Gaceta Correo Tribuna Courier Ledger Monitor Post Chronicle".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An article, and where it goes; a copy names the place of what it copies in the order made."""

    number: int
    article: Article
    decision: Decision
    copy_of: int | None


@cache
def sources() -> list[str]:
    """Return the names of the sources, the largest first."""
    return [
        f"{name}-{place}{number or ''}".lower() for number in range(2) for name in _NAMES for place in _PLACES
    ]


def everyday_words() -> list[str]:
    """Return the words that stand in nearly every article of a language."""
    return [word for words in _EVERYDAY.values() for word in words.split()]


def articles(count: int, *, seed: int = 1) -> Iterator[Placed]:
    """Make articles roughly in the order of their dates: as a crawl meets them, with stragglers.

    They are made in a process of their own, some thousands ahead.
    """
    ahead: deque[Future[list[Placed]]] = deque()
    with ProcessPoolExecutor(1) as pool:
        for first in range(0, count, _CHUNK):
            ahead.append(pool.submit(_chunk, first, min(first + _CHUNK, count), count, seed))
            if len(ahead) > _CHUNKS_AHEAD:
                yield from ahead.popleft().result()
        for chunk in ahead:
            yield from chunk.result()


def _chunk(first: int, last: int, count: int, seed: int) -> list[Placed]:
    rng, made = random.Random(f"{seed} {first}"), []  # the same ones each time
    sentences = {language: _language(language, seed).sentences(rng) for language in _VOWELS}
    originals: list[tuple[int, Article]] = []
    for number in range(first, last):
        at = _FIRST_DAY + timedelta(days=_DAYS * number / count, seconds=rng.randrange(3600))
        (source,) = rng.choices(sources(), cum_weights=_zipf(len(sources()), 0.8))
        is_copy = len(originals) > _APART and rng.random() < _COPIED
        place, twin = rng.choice(originals[:-_APART]) if is_copy else (None, None)
        language = twin.language if twin else rng.choice(("en", "es", "es"))
        words = (twin.title, twin.text) if twin else _text(sentences[language], rng)
        article = _article(number, source, words, language, at=at, rng=rng)
        if not is_copy:
            originals.append((number, article))
        fate = Fate.COPY if is_copy else Fate.OFF_TOPIC if rng.random() < _OFF_TOPIC else Fate.NEW
        made.append(Placed(number=number, article=article, decision=_decision(fate), copy_of=place))
    return made


def _decision(fate: Fate) -> Decision:
    return Decision(fate=fate, rule="invented", keep=True)


def _article(
    number: int, source: str, words: tuple[str, str], language: str, *, at: datetime, rng: random.Random
) -> Article:
    title, text = words
    url = f"https://www.{source}.example/{at:%Y/%m/%d}/{title.lower().replace(' ', '-')[:60]}-{number}"
    return Article(
        url=url,
        url_key=url_key(url),
        canonical_url=url,
        source=source,
        channel=ChannelKind.FEED,
        title=title,
        text=text,
        text_hash=blake2b(text.encode(), digest_size=16).hexdigest(),
        language=language,
        authors=(f"{title.split()[0].title()} {rng.choice(_PLACES)}",),
        published=_published(at, rng),
        seen_at=at + timedelta(minutes=rng.randrange(90)),
        judgements=tuple(_judgements(rng)),
    )


def _published(at: datetime, rng: random.Random) -> Stamp:
    """Most are from the hour they are found in; some have no date, some are found years late."""
    chance = rng.random()
    if chance < 0.02:
        return Stamp()
    stamp = Stamp(at=at, precision=Precision.MINUTE, origin=Origin.JSON_LD, raw=at.isoformat())
    return replace(stamp, at=at - timedelta(days=rng.randrange(700))) if chance < 0.05 else stamp


def _judgements(rng: random.Random) -> Iterator[Judgement]:
    for watch in _WATCHES:
        if rng.random() < 0.1:
            score = round(0.5 + rng.random() / 2, 2)
            yield Judgement(watch=watch, score=score, relevant=True, reasons=("move: handed over",))


@cache
def _language(language: str, seed: int) -> "_Language":
    return _Language(language, random.Random(f"{seed} {language}"))


class _Language:
    """The vocabulary of one language: everyday words first, then invented ones, ever rarer."""

    def __init__(self, language: str, rng: random.Random) -> None:
        vowels, consonants = _VOWELS[language], _CONSONANTS[language]
        known = dict.fromkeys(_EVERYDAY[language].split())
        while len(known) < _WORDS_PER_LANGUAGE:
            syllables = rng.choice((2, 2, 3, 3, 4))
            known["".join(rng.choice(consonants) + rng.choice(vowels) for _ in range(syllables))] = None
        self._words = list(known)
        self._weights = _zipf(len(known), 1.0)

    def sentences(self, rng: random.Random) -> list[list[str]]:
        """Return what the articles of some days are put together from."""
        words = rng.choices(self._words, cum_weights=self._weights, k=_SENTENCES * _WORDS_PER_SENTENCE)
        return [words[at : at + _WORDS_PER_SENTENCE] for at in range(0, len(words), _WORDS_PER_SENTENCE)]


def _text(sentences: Sequence[list[str]], rng: random.Random) -> tuple[str, str]:
    """Return a headline and a text in which each word sought stands as often as it should."""
    length = max(int(rng.lognormvariate(_MEDIAN_SENTENCES, 0.5)), 4)
    said = [list(sentence) for sentence in rng.choices(sentences, k=length)]
    for sought, share in SOUGHT.items():
        if rng.random() < share:
            for _ in range(rng.choice((1, 1, 2, 4))):
                said[rng.randrange(len(said))][rng.randrange(_WORDS_PER_SENTENCE)] = sought
    first, *others = (" ".join(sentence).capitalize() for sentence in said)
    lines = [f"{sentence}." for sentence in others]
    return first, "\n\n".join(" ".join(lines[at : at + 4]) for at in range(0, len(lines), 4))


@cache
def _zipf(number: int, exponent: float) -> list[float]:
    return list(accumulate(1 / (rank + 2) ** exponent for rank in range(number)))
