"""By how many passages a text is found, and that a part of it is found by the same."""

import random
from itertools import pairwise

import pytest

from pipeline.linking.fingerprints import fingerprints


def said(length: int) -> list[str]:
    """Return so many words, most of them met more than once."""
    chance = random.Random(length)  # noqa: S311  # the same every time
    return [f"w{int(chance.paretovariate(0.7))}" for _ in range(length)]


def test_two_texts_that_share_fifteen_words_share_a_fingerprint() -> None:
    passage = said(15)

    for before, after in ((0, 0), (3, 200), (101, 4), (90, 90)):
        one = [*(f"one{at}" for at in range(before)), *passage, *(f"one{at}" for at in range(after))]
        other = [*(f"other{at}" for at in range(after)), *passage]
        assert set(fingerprints(one)) & set(fingerprints(other))


@pytest.mark.parametrize("length", [300, 700, 1_500, 3_000, 12_000])
def test_a_text_of_any_length_is_found_by_some_dozen_passages(length: int) -> None:
    assert 16 <= len(fingerprints(said(length))) <= 60


def test_what_a_long_text_keeps_of_a_passage_every_shorter_text_with_it_keeps_too() -> None:
    words = said(6_000)
    parts = [fingerprints(words[:length]) for length in (6_000, 3_000, 1_500, 700, 250)]

    for longer, shorter in pairwise(parts):
        shared = set(longer) & set(shorter)
        assert len(shared) >= len(longer) / 4
        # All that the longer one has of the common beginning: its first ones, in the same order.
        assert [mark for mark in longer if mark in shared][:-1] == list(longer)[: len(shared) - 1]
