"""Who belongs together, when a person says so or says otherwise."""

import itertools

import pytest

from pipeline.linking.groups import Strength, Tie, grouped


def said(one: int, other: int) -> Tie:
    return Tie(one, other, Strength.SAID)


def like(one: int, other: int, score: float = 0.9) -> Tie:
    return Tie(one, other, Strength.LIKE, score)


def test_what_is_tied_belongs_together_and_what_is_not_stands_alone() -> None:
    assert grouped([1, 2, 3, 4], [like(2, 1), said(4, 2)], []) == ((1, 2, 4), (3,))


def test_the_parted_article_leaves_and_what_hangs_on_both_sides_stays() -> None:
    assert grouped([1, 2, 3], [like(2, 1), like(3, 1), like(3, 2)], [(3, 1)]) == ((1, 2), (3,))


def test_what_is_tied_to_the_parted_article_alone_goes_along() -> None:
    assert grouped([1, 2, 3], [like(2, 1), like(3, 2)], [(2, 1)]) == ((1,), (2, 3))


def test_an_article_that_says_the_same_word_for_word_leaves_with_it() -> None:
    ties = [like(2, 1), Tie(3, 2, Strength.SAME_WORDS)]

    assert grouped([1, 2, 3], ties, [(3, 1)]) == ((1,), (2, 3))


def test_of_three_said_to_be_the_same_the_one_that_is_parted_leaves_whoever_it_was_compared_with() -> None:
    ties = [said(1, 2), said(2, 3)]

    assert grouped([1, 2, 3], ties, [(3, 1)]) == ((1, 2), (3,))
    assert grouped([1, 2, 3], ties, [(1, 3)]) == ((1,), (2, 3))
    assert grouped([1, 2, 3], ties, [(2, 1)]) == ((1,), (2, 3))


def test_what_a_person_said_holds_against_any_likeness() -> None:
    ties = [like(2, 1, 1.0), said(2, 3)]

    assert grouped([1, 2, 3], ties, [(3, 1)]) == ((1,), (2, 3))


@pytest.mark.parametrize("parted", list(itertools.permutations([(3, 1), (4, 2), (1, 4)])))
def test_no_order_of_decisions_changes_the_outcome(parted: tuple[tuple[int, int], ...]) -> None:
    ties = [like(2, 1, 0.8), like(3, 2, 0.7), like(4, 3, 0.6)]

    assert grouped([1, 2, 3, 4], ties, parted) == grouped([1, 2, 3, 4], ties, sorted(parted))
