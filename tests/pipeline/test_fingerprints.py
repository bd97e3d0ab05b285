"""By how many passages a text is found, and that a part of it is found by the same."""

import random
from itertools import pairwise

import pytest

from pipeline.linking.fingerprints import fingerprints


def said(length: int, seed: int = 0) -> list[str]:
    """Return so many words, most of them met more than once."""
    chance = random.Random(seed)  # noqa: S311  # the same every time
    return [f"w{int(chance.paretovariate(0.7))}" for _ in range(length)]


def test_two_texts_of_some_hundred_words_that_share_fifteen_share_a_fingerprint() -> None:
    for seed in range(100):
        passage = said(15, seed)
        one = [*said(seed, 1_000 + seed), *passage, *said(150 - seed, 2_000 + seed)]
        other = [*said(2 * seed % 90, 3_000 + seed), *passage, *said(seed % 40, 4_000 + seed)]

        assert set(fingerprints(one)) & set(fingerprints(other))


@pytest.mark.parametrize("length", [300, 700, 1_500, 3_000, 12_000])
def test_a_text_of_any_length_is_found_by_some_dozen_passages(length: int) -> None:
    assert 24 <= len(fingerprints(said(length))) <= 80


@pytest.mark.parametrize("words", [13, 14, 30])
def test_a_line_said_sixty_times_is_found_by_its_passages(words: int) -> None:
    assert fingerprints(said(words) * 60)


def test_what_a_long_text_keeps_of_a_passage_every_shorter_text_with_it_keeps_too() -> None:
    words = said(6_000)
    parts = [fingerprints(words[:length]) for length in (6_000, 3_000, 1_500, 700, 250)]

    for longer, shorter in pairwise(parts):
        shared = set(longer) & set(shorter)
        # All that the longer one has of their common beginning, but for where the shorter one ends.
        assert set(longer[: len(shared)]) == shared
        assert len(shared) >= 16 + (len(longer) - 16) / 5


@pytest.mark.parametrize("length", [60, 100, 200])
def test_the_head_of_a_long_text_is_found_by_nearly_all_its_passages(length: int) -> None:
    for seed in range(20):
        words = said(2_500, seed)

        head, whole = (fingerprints(words[:end]) for end in (length, len(words)))

        assert len(set(head) & set(whole)) >= min(len(head), 16) - 1
