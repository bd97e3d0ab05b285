"""How evidence adds up, by watches small enough to reckon with. People and places here are made up."""

from typing import Any

import pytest

from pipeline.judging.evidence import Part
from pipeline.judging.loading import load_watch
from pipeline.judging.plain import article_from_text
from pipeline.judging.watch import Explanation, Watch, explain

EVERYWHERE = {"headline": 1, "standfirst": 1, "lead": 1, "body": 1}


def watch(**changes: Any) -> Watch:
    table: dict[str, object] = {
        "threshold": 0.5,
        "positions": {"transfer": EVERYWHERE, "crime": EVERYWHERE, "against": EVERYWHERE},
        "company": {"place": 0.1, "border": 0, "someone": 0.2, "crime": 0, "toward": 0.3},
        "weights": {"crime": 1, "criminal": 1, "group": 1, "person": 1, "no_border": 1},
        "mechanisms": {"move": {"weight": 0.4, "needs": ["someone"], "en": ["sent"]}},
        "custody": {"en": ["prisoner*"]},
        "crime": {"en": ["smuggling"], "money": {"weight": 0.25, "en": ["laundering"]}},
        "places": {"Avaria": ["Avaria"], "Borduria": ["Borduria"], "es": {"Avaria": ["AV"]}},
        "against": {"sport": {"weight": 0.5, "en": ["league"]}},
    }
    return load_watch("test", table | changes, "test")


def explained(text: str, title: str = "", language: str = "en", **changes: Any) -> Explanation:
    return explain(article_from_text(title=title, text=text, language=language), watch(**changes))


def shown(part: Part, text: str, title: str = "", **changes: Any) -> float:
    return dict(explained(text, title, **changes).parts)[part]


def transfer(text: str, title: str = "", **changes: Any) -> float:
    return shown(Part.TRANSFER, text, title, **changes)


def test_a_country_after_the_word_of_moving_and_a_word_that_leads_there_weighs_more_than_one_named() -> None:
    assert transfer("Avaria sent a prisoner.") == pytest.approx(0.7)
    assert transfer("A prisoner was sent to Avaria.") == pytest.approx(1.0)


def test_somebody_counts_for_less_with_each_sentence_after_and_is_forgotten_in_the_end() -> None:
    carried = {
        "weights": {"crime": 1, "criminal": 1, "group": 1, "person": 1, "no_border": 1, "carried": 0.5}
    }

    assert transfer("The prisoner wept. He was sent home.") == 0
    assert transfer("The prisoner wept. He was sent home.", **carried) == pytest.approx(0.5)
    assert transfer("The prisoner wept. It rained. He was sent home.", **carried) == pytest.approx(0.45)
    assert transfer("The prisoner wept." + " It rained." * 3 + " He was sent home.", **carried) == 0


def test_aftermath_counts_only_where_another_sentence_shows_a_transfer() -> None:
    mechanisms = {
        "move": {"weight": 0.4, "needs": ["someone"], "en": ["sent"]},
        "hearing": {"weight": 0.3, "needs": ["someone"], "aftermath": True, "en": ["pleaded"]},
    }

    alone = transfer("The prisoner pleaded.", mechanisms=mechanisms)
    after = transfer("The prisoner pleaded. The prisoner was sent.", mechanisms=mechanisms)

    assert alone == 0
    assert after == pytest.approx(1 - (1 - 0.5) * (1 - 0.6))


def test_a_false_friend_takes_away_from_its_sentence_and_from_the_whole() -> None:
    explanation = explained("The league sent a prisoner. Smuggling.")

    assert dict(explanation.parts) == pytest.approx({"transfer": 0.3, "crime": 1, "against": 0.5})
    assert explanation.judgement.score == pytest.approx(0.15)


def test_a_hint_of_crime_weighs_what_its_kind_weighs_and_is_named_as_a_hint() -> None:
    explanation = explained("A prisoner was sent to Avaria. He denies laundering.")

    assert dict(explanation.parts)["crime"] == pytest.approx(0.25)
    assert 'hint: money "laundering" (sentence 2)' in explanation.judgement.reasons


@pytest.mark.parametrize(
    ("title", "left"), [("Prisoner sent", 1), ("Prisoner ill", 0.8), ("Rain", 0.5), ("", 1)]
)
def test_a_headline_that_tells_of_something_else_takes_from_the_transfer(title: str, left: float) -> None:
    weights = {"crime": 1, "criminal": 1, "group": 1, "person": 1, "no_border": 1}
    telling = {"weights": weights | {"headline_other": 0.8, "headline_none": 0.5}}
    text = "A prisoner was sent to Avaria."

    assert transfer(text, title, **telling) == pytest.approx(left)


def test_in_a_long_text_a_sentence_of_the_body_says_less_of_what_it_is_about() -> None:
    positions = {"transfer": EVERYWHERE | {"body": 0.5}, "crime": EVERYWHERE, "against": EVERYWHERE}
    move = "One. Two. The prisoner was sent."

    assert transfer(move, positions=positions) == pytest.approx(0.3)
    assert transfer(move + " It rained." * 7, positions=positions) == pytest.approx(0.3)
    assert transfer(move + " It rained." * 31, positions=positions) == pytest.approx(0.15)


def test_a_name_of_a_place_may_belong_to_one_language() -> None:
    assert explained("AV", language="en").countries == ()
    assert explained("AV", language="es").countries == ("Avaria",)


def test_the_arithmetic_has_a_number_that_changes_with_it() -> None:
    """Whoever moves this score raises ARITHMETIC, so that the versions of all watches change."""
    text = "Borduria sent a prisoner. The league waits. He denies laundering."

    (score, version) = (explained(text, "A prisoner").judgement.score, watch().version)

    assert (score, version) == (0.088, "f0b5f7daa267")


def test_watches_that_say_the_same_have_one_version_and_others_another() -> None:
    assert watch().version == watch(enabled=False).version
    assert watch().version != watch(threshold=0.6).version
    assert explained("").judgement.version == watch().version
