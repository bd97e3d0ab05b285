"""A near miss says what it lacked: the words that did not count and why, and how weakly it is told."""

import pytest

from pipeline.judging.loading import load_watch
from pipeline.judging.plain import article_from_text
from pipeline.judging.watch import Explanation, explain
from tests.pipeline.judging.test_evidence import explained

PEOPLE = {"Rolf Brandt": {"names": ["Rolf Brandt"], "beside": ["The Baker"]}}


def by_query(query: str, text: str) -> Explanation:
    return explain(
        article_from_text(title="", text=text, language="en"), load_watch("q", {"query": query}, "t")
    )


def test_an_article_that_belongs_lacks_nothing() -> None:
    assert explained("A prisoner was sent to Avaria. Smuggling.").lacks == ()
    assert by_query("rain", "Rain again.").lacks == ()


def test_a_word_of_moving_says_what_its_sentence_needs() -> None:
    (lack,) = explained("A parcel was sent to Avaria. Smuggling.").lacks

    assert lack == (
        '"sent" (sentence 1) does not count: its sentence needs somebody in custody or known as a criminal'
    )


def test_a_day_in_court_says_that_no_transfer_is_told() -> None:
    mechanisms = {"hearing": {"weight": 0.9, "needs": [], "aftermath": True, "en": ["pleaded"]}}

    (lack,) = explained("The prisoner pleaded. Smuggling.", mechanisms=mechanisms).lacks

    assert lack == '"pleaded" (sentence 1) does not count: no other sentence shows a transfer'


def test_a_false_friend_that_rules_its_sentence_out_is_said() -> None:
    against = {"sport": {"weight": 1, "en": ["league"]}}

    lacks = explained("The league sent a prisoner. Smuggling.", against=against).lacks

    assert lacks == (
        '"sent" (sentence 1) does not count: a false friend stands in its sentence',
        "words of another kind of story take 1.00 of it away",
    )


def test_a_name_of_many_says_that_nothing_tells_who_is_meant() -> None:
    (lack,) = explained("The Baker bakes bread.", people=PEOPLE).lacks

    assert lack == (
        '"The Baker" (sentence 1) does not count as Rolf Brandt: '
        "no word of crime beside it, and the whole name nowhere"
    )
    assert explained("Rolf Brandt bakes. The Baker is Rolf Brandt.", people=PEOPLE).lacks == ()


def test_a_transfer_told_far_down_is_said_to_be_below_the_lead() -> None:
    text = "It rained. It snowed. A prisoner was sent. Laundering."

    assert explained(text).lacks == ("the transfer is told in sentence 3 only, below the lead",)


@pytest.mark.parametrize(
    ("query", "lacks"),
    [
        ("rain (snow* OR hail) -storm", ("not found: snow* OR hail", "ruled out by: storm")),
        ('"heavy rain"', ('not found: "heavy rain"',)),
        ("title:rain lang:es", ("not found: title:rain", "not found: lang:es")),
        ("snow OR (hail sleet)", ("not found: snow OR (hail sleet)",)),
        ("rain -(storm OR snow)", ("ruled out by: storm OR snow",)),
    ],
)
def test_a_query_names_the_parts_that_fail(query: str, lacks: tuple[str, ...]) -> None:
    explanation = by_query(query, "Rain and storm.")

    assert not explanation.judgement.relevant
    assert explanation.lacks == lacks


def test_a_near_miss_of_a_query_shows_the_words_that_were_found() -> None:
    explanation = by_query("rain snow", "Rain and storm.")

    assert [found.text for found in explanation.sentences[0].found] == ["Rain"]
    assert explanation.judgement.reasons == ()
