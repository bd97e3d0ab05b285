"""Tables of tearsheet.toml as watches."""

import pickle
from typing import Any

import pytest

from pipeline.errors import WatchError
from pipeline.judging.loading import builtin_watches, load_watch, watches_from
from pipeline.judging.plain import article_from_text
from pipeline.judging.watch import judge

BUILTIN = "cartel-extraditions"


def concepts(**changes: Any) -> dict[str, object]:
    places = {"headline": 1, "standfirst": 1, "lead": 1, "body": 1}
    table: dict[str, object] = {
        "threshold": 0.5,
        "positions": {"transfer": places, "crime": places, "against": places},
        "company": {"place": 0.5, "border": 0, "someone": 0, "crime": 0},
        "weights": {"crime": 1, "criminal": 1, "group": 1, "person": 1, "no_border": 1},
        "mechanisms": {"strike": {"weight": 0.5, "needs": ["place"], "en": ["walk* out"]}},
        "crime": {"en": ["wage theft"]},
        "places": {"Spain": ["Spain"]},
    }
    return table | changes


def test_a_query_watch_finds_what_its_query_finds() -> None:
    watch = load_watch("capos", {"query": '"handed over" -film'}, "tearsheet.toml")

    (wanted,) = judge(article_from_text(title="Two men handed over", text=""), [watch])
    (unwanted,) = judge(article_from_text(title="Handed over: a film", text=""), [watch])

    assert (wanted.watch, wanted.score, wanted.relevant) == ("capos", 1.0, True)
    assert wanted.reasons == ('query: "handed over"',)
    assert (unwanted.score, unwanted.relevant, unwanted.reasons) == (0.0, False, ())


def test_a_users_watch_may_have_concepts_of_its_own() -> None:
    watch = load_watch("strikes", concepts(home={"en": []}), "tearsheet.toml")

    (wanted,) = judge(
        article_from_text(title="Cooks walk out in Spain over wage theft", text="", language="en"), [watch]
    )

    assert wanted.relevant
    assert wanted.reasons == (
        'mechanism: strike "walk out" (headline)',
        'crime: "wage theft" (headline)',
        'place: Spain "Spain" (headline)',
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"qeury": "a"}, "unknown key qeury; did you mean query?"),
        ({"zzz": 1}, "known are enabled, query"),
        ({}, "needs either a query or concepts"),
        ({"query": "a", "threshold": 0.5}, "not both"),
        ({"query": 3}, "query must be a text in quotes, not 3"),
        ({"query": " ... "}, "query holds no word"),
        ({"query": "a AND"}, "AND needs something after it"),
        ({"query": "a -watch:b"}, "may use the fields title: source: lang: author: url:;"),
        ({"query": "a (b OR after:2025)"}, "not known yet of an article that comes in"),
        ({"query": "after:7d"}, "a time ago has no meaning here"),
        ({"query": "a", "enabled": "yes"}, "enabled must be true or false"),
        (concepts(threshold=2), "threshold must be a number from 0 to 1, not 2"),
        (concepts(threshold=True), "threshold must be a number"),
        (concepts(positions={"transfer": {"headlin": 1}}), "positions: transfer: has an unknown key headlin"),
        (concepts(company={}), "company: place is missing: a number"),
        (concepts(weights={"crimes": 1}), "did you mean crime?"),
        (concepts(crime=["a"]), "crime must be a table"),
        (concepts(crime={"english": ["a"]}), "unknown key english"),
        (concepts(crime={"en": "a"}), "en must be a list of terms"),
        (concepts(crime={"en": ["--"]}), "must hold terms with letters or digits, not '--'"),
        (concepts(crime={"en": ["ab*"]}), "3 letters or more before a star"),
        (concepts(crime={"en": ["a*bcd"]}), "3 letters or more before a star"),
        (concepts(groups={"X": {"name": ["X"]}}), "did you mean names?"),
        (
            concepts(mechanisms={"x": {"weight": 1, "needs": ["plane"]}}),
            "needs holds an unknown plane; did you mean place?",
        ),
        (
            concepts(mechanisms={"x": {"weight": 1, "needs": "place"}}),
            "needs must be a list of some of place",
        ),
        (concepts(agencies={"X": {"country": 1}}), "country must be a text in quotes"),
        (concepts(home={"en": ["Spian"]}), "home: en holds an unknown Spian; did you mean Spain?"),
    ],
)
def test_a_wrong_table_is_refused_in_one_line_that_names_it(table: dict[str, object], message: str) -> None:
    with pytest.raises(WatchError) as refused:
        load_watch("capos", table, "tearsheet.toml")

    assert str(refused.value).startswith("tearsheet.toml: [watches.capos]")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_without_tables_the_built_in_watch_applies() -> None:
    (watch,) = watches_from({}, "tearsheet.toml")

    assert (watch.name, watch.enabled) == (BUILTIN, True)


def test_a_table_of_the_same_name_replaces_the_built_in_watch() -> None:
    (watch,) = watches_from({BUILTIN: {"query": "extradit*"}}, "tearsheet.toml")

    assert watch.question != builtin_watches()[0].question


def test_a_table_of_another_name_adds_a_watch() -> None:
    watches = watches_from({"water": {"query": "sequía"}}, "tearsheet.toml")

    assert [watch.name for watch in watches] == [BUILTIN, "water"]


def test_a_watch_switched_off_gives_no_judgement() -> None:
    watches = watches_from({BUILTIN: {"enabled": False}}, "tearsheet.toml")

    assert judge(article_from_text(title="Capo extradited to Spain", text=""), watches) == ()
    assert watches[0].question is builtin_watches()[0].question


def test_an_unknown_watch_cannot_be_switched() -> None:
    with pytest.raises(WatchError, match="needs either a query or concepts"):
        watches_from({"cartels": {"enabled": False}}, "tearsheet.toml")


def test_a_watch_can_be_sent_to_another_process() -> None:
    article = article_from_text(title="Capo extradited from Spain to Peru", text="", language="en")

    assert judge(article, pickle.loads(pickle.dumps(builtin_watches()))) == judge(article, builtin_watches())  # noqa: S301
