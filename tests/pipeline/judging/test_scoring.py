"""Figures about a watch on labelled texts."""

from dataclasses import asdict

import pytest

from pipeline.judging.loading import load_watch
from pipeline.judging.scoring import Labelled, Wrong, evaluate

WATCH = load_watch("capos", {"query": "capo* OR reo*", "enabled": False}, "tearsheet.toml")


def labelled(number: int, text: str, label: str, lang: str = "es", kind: str = "plain") -> Labelled:
    return Labelled(id=f"t{number}", lang=lang, title="", text=text, label=label, kind=kind)


TEXTS = (
    labelled(1, "Tres capos", "relevant"),
    labelled(2, "Un reo", "relevant", kind="hard"),
    labelled(3, "Sequía", "relevant", kind="hard"),
    labelled(4, "Capotes y toros", "not"),
    labelled(5, "Rain", "not", lang="en"),
)


def test_precision_recall_and_f1_follow_from_right_and_wrong() -> None:
    evaluation = evaluate(TEXTS, WATCH)

    assert (evaluation.precision, evaluation.recall, evaluation.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert evaluation.by_language["es"].precision == pytest.approx(2 / 3)
    assert evaluation.by_language["en"].f1 == 0
    assert {kind: (each.count, each.relevant, each.right) for kind, each in evaluation.by_kind.items()} == {
        "hard": (2, 2, 1),
        "plain": (3, 1, 2),
    }


def test_the_wrong_ones_are_listed_with_their_reasons() -> None:
    assert evaluate(TEXTS, WATCH).wrong == (
        Wrong(id="t3", score=0.0, reasons=()),
        Wrong(id="t4", score=1.0, reasons=('query: "capotes"',)),
    )


def test_average_precision_takes_texts_of_one_score_together() -> None:
    # At score 1: 2 of 3 right, which reaches 2/3 of the wanted; at score 0: 3 of 5, the last third.
    assert evaluate(TEXTS, WATCH).average_precision == pytest.approx(2 / 3 * 2 / 3 + 1 / 3 * 3 / 5)


def test_average_precision_is_told_of_each_language_and_kind() -> None:
    evaluation = evaluate(TEXTS, WATCH)

    # Of the Spanish: at score 1, 2 of 3 right; at score 0, 3 of 4. Nothing English is wanted.
    spanish, english = evaluation.by_language["es"], evaluation.by_language["en"]
    assert spanish.average_precision == pytest.approx(2 / 3 * 2 / 3 + 1 / 3 * 3 / 4)
    assert english.average_precision == 0
    assert evaluation.by_kind["plain"].average_precision == pytest.approx(1 / 2)


def test_nothing_labelled_gives_zeros_and_not_an_error() -> None:
    evaluation = evaluate((), WATCH)

    assert (evaluation.precision, evaluation.recall, evaluation.average_precision) == (0, 0, 0)


def test_the_evaluation_has_the_keys_that_scripts_rely_on() -> None:
    assert list(asdict(evaluate(TEXTS, WATCH))) == [
        "precision",
        "recall",
        "f1",
        "average_precision",
        "by_language",
        "by_kind",
        "wrong",
    ]
