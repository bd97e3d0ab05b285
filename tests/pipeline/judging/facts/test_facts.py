"""What an article says of one move. People and groups here are made up unless they say more."""

import json
import pickle
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.facts import Facts, Mechanism, Stage
from pipeline.items import Article
from pipeline.judging.facts import facts_of
from pipeline.judging.facts.world import codes
from pipeline.judging.loading import builtin_watches, load_watch
from pipeline.judging.plain import article_from_text
from pipeline.judging.watch import verdicts
from pipeline.steps import judged
from pipeline.words import fold

(WATCH,) = builtin_watches()


def facts(language: str, title: str, text: str = "") -> Facts:
    article = article_from_text(title=title, text=text, language=language)
    (verdict,) = verdicts(article, [WATCH])
    assert verdict.finding is not None
    return facts_of(verdict.finding, language)


def values(found: Facts) -> tuple[Any, ...]:
    said = (found.mechanism, found.stage, found.from_country, found.to_country, found.count)
    return tuple(fact.value if fact else None for fact in said)


@pytest.mark.parametrize(
    ("language", "title", "text", "expected"),
    [
        (
            "en",
            "Paraguay extradites alleged cocaine kingpin to Belgium",
            "The man was put on a plane to Brussels.",
            (Mechanism.EXTRADITION, Stage.CARRIED_OUT, "PY", "BE", 1),
        ),
        (
            "es",
            "Bolivia expulsa a dos capos brasileños",
            "Los detenidos fueron entregados a la policía de Brasil en la frontera.",
            (Mechanism.EXPULSION, Stage.CARRIED_OUT, "BO", "BR", 2),
        ),
        (
            "en",
            "Judge in Lima blocks extradition of drug boss to Italy",
            "The court said that he had not been heard.",
            (Mechanism.EXTRADITION, Stage.BLOCKED, "PE", "IT", 1),
        ),
        (
            "es",
            "La Corte avala la extradición de un narcotraficante a Estados Unidos",
            "El hombre está preso en Bogotá.",
            (Mechanism.EXTRADITION, Stage.GRANTED, "CO", "US", 1),
        ),
        (
            "es",
            "Estados Unidos pide a España la extradición de un cabecilla",
            "",
            (Mechanism.EXTRADITION, Stage.REQUESTED, "ES", "US", 1),
        ),
        (
            "en",
            "Fentanyl suspect agrees to be extradited from Spain to the US",
            "",
            (Mechanism.EXTRADITION, Stage.CONSENTED, "ES", "US", 1),
        ),
        (
            "en",
            "Trafficker deported from Turkey to Ireland",
            "He was handed to gardai at the airport.",
            (Mechanism.DEPORTATION, Stage.CARRIED_OUT, "TR", "IE", 1),
        ),
        (
            "es",
            "México traslada a doce reos a Texas",
            "Fueron enviados con base en la Ley de Seguridad Nacional y no hubo extradición, dijo la fiscalía.",
            (Mechanism.TRANSFER, Stage.CARRIED_OUT, "MX", "US", 12),
        ),
        (
            "en",
            "Clan chief pleads not guilty in Miami after extradition from Panama",
            "",
            (Mechanism.EXTRADITION, Stage.IN_COURT, "PA", "US", 1),
        ),
        (
            "es",
            "Condenan en Texas a capo extraditado de Guatemala",
            "Pasará 30 años en prisión.",
            (Mechanism.EXTRADITION, Stage.SENTENCED, "GT", "US", 1),
        ),
    ],
)
def test_a_headline_and_a_sentence_tell_the_move(
    language: str, title: str, text: str, expected: tuple[Any, ...]
) -> None:
    assert values(facts(language, title, text)) == expected


@pytest.mark.parametrize(
    "dateline",
    ["WASHINGTON - ", "WASHINGTON, Sept 15 — ", "Washington, 13 sep.- ", "WASHINGTON (Estuary) — "],
)
def test_where_a_report_was_written_is_not_where_somebody_comes_from(dateline: str) -> None:
    found = facts("en", "", dateline + "Peru extradited a drug boss to Spain on Monday.")

    assert values(found)[2:4] == ("PE", "ES")


def test_what_is_not_said_stays_unknown() -> None:
    assert values(facts("en", "Gang leader extradited")) == (
        Mechanism.EXTRADITION,
        Stage.CARRIED_OUT,
        None,
        None,
        1,
    )
    assert facts("es", "Sequía en la sierra", "Las presas están bajas.") == Facts()


def test_each_fact_comes_with_its_words_and_its_sentence() -> None:
    found = facts("es", "Capo, a Chicago", "Llegó el lunes. Lo entregó Perú a agentes de la DEA.")

    assert found.from_country is not None
    assert (found.from_country.words, found.from_country.sentence) == (
        "Perú",
        "Lo entregó Perú a agentes de la DEA.",
    )
    said = [found.mechanism, found.stage, found.to_country, found.count, *found.names, *found.groups]
    assert all(fact is None or fact.words in fact.sentence for fact in said)


@pytest.mark.parametrize(
    "title",
    [
        "Drug boss will be sent to the US",
        "Spain to send drug boss to the US",
        "Podría ser extraditado el capo",
    ],
)
def test_a_plan_is_not_carried_out(title: str) -> None:
    stage = facts("es" if "capo" in title else "en", title).stage

    assert stage is None or stage.value is not Stage.CARRIED_OUT


def test_a_sentence_passed_is_the_stage_only_where_the_headline_tells_it() -> None:
    stage = facts(
        "en", "Drug boss in Miami", "He was sentenced in 2010 in Peru, which sent him to the US."
    ).stage

    assert stage is not None
    assert stage.value is Stage.CARRIED_OUT


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "Mexico sent 26 prisoners to Texas on seven aircraft.", 26),
        ("en", "Mexico sent twelve alleged gang members north.", 12),
        ("en", "The 54-year-old man faces seven counts after Spain handed him to the US.", 1),
        ("en", "He was one of 29 prisoners that Mexico delivered to the United States.", 29),
        ("es", "Fue llevado a Nueva York junto con otros 28 reos.", 29),
        (
            "es",
            "Entregan a nueve requeridos por cortes de Florida; suman 66 las personas enviadas en el año.",
            9,
        ),
        ("es", "El jefe del frente 33, presos aparte, fue enviado a Texas.", None),
        (
            "es",
            "Suman 92 los presos. Otra cosa. Hoy 26 reos durmieron mal. Perú envió a 12 reos a Texas.",
            12,
        ),
        ("en", "He was one of the last of 40 men when Peru sent him north.", 40),
        ("es", "Se aplicó el artículo 5 para enviar a los internos a Texas.", None),
    ],
)
def test_the_number_is_that_of_the_people_moved(language: str, text: str, count: int | None) -> None:
    found = facts(language, "", text).count

    assert (found.value if found else None) == count


def test_an_old_extradition_that_was_barred_is_not_how_somebody_came() -> None:
    text = (
        "Mexico delivered him to the US{}. It is hot. All is well. A judge had barred his extradition in May."
    )

    without_law = facts("en", "Drug lord in New York", text.format("")).mechanism
    by_other_law = facts("en", "Drug lord in New York", text.format(" under a security law")).mechanism

    assert without_law is None
    assert by_other_law is not None
    assert (by_other_law.value, by_other_law.words) == (Mechanism.TRANSFER, "delivered")


def test_a_handover_of_one_names_no_law_and_one_of_many_is_a_transfer() -> None:
    assert facts("es", "Perú entrega a Chile a dos capos").mechanism is None
    assert values(facts("es", "Perú entrega a Chile a 26 capos"))[0] is Mechanism.TRANSFER


OF_THINGS = [
    ("en", "An indictment counts 212 transfers through 31 companies, none of which owned a pump."),
    ("en", "Agents traced the transfers of more than 40 million dollars."),
    ("en", "Investigators listed 212 money transfers."),
    ("en", "The gang sent about three tons of cocaine on boats."),
    ("en", "He transferred shares to his firm."),
    ("en", "The funds were sound, and he sent money from Peru to accounts in Panama."),
    ("en", "The club has transferred its goalkeeper."),
    ("es", "La acusación cuenta 212 transferencias a través de 31 empresas fachada."),
    ("es", "Hubo transferencias bancarias."),
    ("es", "La red transfirió 40 millones de pesos a cuentas en Panamá."),
    ("es", "Enviaron varias toneladas de cocaína en lanchas."),
    ("es", "El traslado de armas fue de noche."),
    ("es", "El club transfirió al delantero."),
]


@pytest.mark.parametrize(("language", "text"), OF_THINGS)
def test_money_goods_and_players_that_are_moved_are_no_move_of_people(language: str, text: str) -> None:
    of_people = {"en": "Peru sent 26 prisoners to Texas.", "es": "Perú envió a 26 reos a Texas."}[language]

    alone = facts(language, "The pumps", text)
    beside = facts(language, "The pumps", f"{text} {of_people}")

    assert (alone.mechanism, alone.stage, alone.count) == (None, None, None)
    assert beside.mechanism is not None
    assert beside.mechanism.sentence == of_people
    assert beside.count is not None
    assert (beside.count.value, beside.count.sentence) == (26, of_people)


@pytest.mark.parametrize(("language", "headline"), OF_THINGS)
def test_nor_are_they_in_a_headline(language: str, headline: str) -> None:
    found = facts(language, headline)

    assert (found.mechanism, found.stage, found.count) == (None, None, None)


@pytest.mark.parametrize(
    ("language", "headline", "count"),
    [
        ("en", "212 transfers through 31 companies, prosecutors say", None),
        ("en", "31 companies and an extradited boss", 1),
        ("es", "212 transferencias a través de 31 empresas", None),
        ("en", "Nine flown to Texas", 9),
        ("en", "Peru sends nine to Texas", 9),
    ],
)
def test_a_number_of_things_is_no_number_of_people(language: str, headline: str, count: int | None) -> None:
    found = facts(language, headline).count

    assert (found.value if found else None) == count


@pytest.mark.parametrize(
    ("language", "title", "text", "count"),
    [
        ("es", "Familiares piden saber dónde están", "Cuarenta personas, familiares de los 18 presos que fueron"
         " trasladados a Texas, cerraron la calle.", 18),
        ("en", "Families ask where they are", "Some 40 people, relatives of the 18 inmates who were flown to Texas,"
         " stood outside.", 18),
        ("en", "Third batch leaves, bringing total to 92", "Another 37 inmates were moved to Texas on Tuesday. Peru"
         " has now handed over 92 people.", 37),
        ("es", "Van 37 más; suman 92", "Otros 37 reos fueron trasladados a Texas. Con ellos suman 92.", 37),
        ("es", "Perú entrega a treinta y siete reos", "", 37),
        ("en", "Spain extradites a chemist to Texas", "He was caught in a raid with 38 suspects.", 1),
        ("en", "Baker extradited from Peru", "He left at noon. It rained. The agency extradited 213 people to 30 countries.", 1),
        ("es", "Un panadero acepta ser extraditado", "Perú extraditó el año pasado a 213 personas.", 1),
        ("en", "Peru hands pair to Spain", "", 2),
        ("en", "Boss extradited with others", "Peru extradited the boss with eight others to Spain.", None),
        ("es", "Perú entrega al hijo de un capo y a otro", "", None),
        ("en", "What Peru's extraditions tell", "Peru extradited 12 people in 1999, 115 in 2012 and 54 in 2019.", None),
    ],
)  # fmt: skip
def test_the_number_is_of_those_who_are_moved(
    language: str, title: str, text: str, count: int | None
) -> None:
    found = facts(language, title, text).count

    assert (found.value if found else None) == count


@pytest.mark.parametrize(
    ("language", "title", "stage"),
    [
        ("en", "Minister orders dealer surrendered to Spain", Stage.GRANTED),
        ("en", "Peru court rejects his appeal against extradition", Stage.GRANTED),
        ("en", "Peru court rejects Spain's request for his extradition", Stage.BLOCKED),
        ("en", "Judges approve dealer's return to Peru", Stage.GRANTED),
        ("es", "Le conceden amparo contra la extradición a España", Stage.BLOCKED),
        ("es", "La Audiencia entrega a Perú a un narco", Stage.GRANTED),
        ("es", "Capturan a un ganadero pedido por España", Stage.REQUESTED),
        ("en", "Spain sends Peru a request for a dealer's extradition", Stage.REQUESTED),
        ("en", "Dealer extradited from Spain gets 12 years", Stage.SENTENCED),
        ("es", "Doce años para un narco extraditado por España", Stage.SENTENCED),
        ("es", "Se llevó a cabo la extradición de un narco", Stage.CARRIED_OUT),
        ("es", "Perú trasladó a un narco a España", Stage.CARRIED_OUT),
        ("es", "El traslado de un narco a España", None),
        ("en", "Nobody was extradited to Spain", None),
        ("en", "Peru has not handed him over yet", None),
        ("en", "Extradition debate returns to congress", None),
        ("en", "Spain's drug boss sent back money in return", None),
    ],
)
def test_the_stage_is_that_of_the_move(language: str, title: str, stage: Stage | None) -> None:
    found = facts(language, title).stage

    assert (found.value if found else None) == stage


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        (
            "en",
            "Fact check: Peru has extradited no baker",
            "A video claims that Peru extradited a baker to Spain.",
        ),
        ("en", "No, the baker is not back in Peru", "Spain extradited him, posts claim. They are untrue."),
        ("es", "Es falso que Perú extraditara a un narco", "Un video asegura que fue entregado a España."),
        ("es", "Ministerio niega que un narco haya sido extraditado", "Está en Perú y no en España."),
        ("en", "Timeline: Peru, Spain and extradition", "1995: A baker is extradited from Peru to Spain."),
        (
            "es",
            "¿Qué dice el tratado de extradición?",
            "Quien ha sido extraditado de Perú a España tiene derechos.",
        ),
    ],
)
def test_a_move_that_is_denied_or_that_is_none_in_particular_has_no_facts(
    language: str, title: str, text: str
) -> None:
    assert values(facts(language, title, text))[1:] == (None, None, None, None)


@pytest.mark.parametrize(
    ("language", "title", "text", "route"),
    [
        ("en", "Peru's papers on a dealer", "Spain has sent Peru a request for the extradition of a dealer.", ("PE", "ES")),
        ("en", "Dealer gives up", "LIMA - A dealer who sold cocaine from Bolivia was extradited to Spain.", ("PE", "ES")),
        ("en", "Dealer extradited by Peru to Spain", "Italy had also asked for him.", ("PE", "ES")),
        ("en", "Peru extradites three to Spain", "It has this year sent 12 people to Chile.", ("PE", "ES")),
        ("en", "Dealer extradited", "A dealer accused by prosecutors in Spain was extradited from Peru.", ("PE", "ES")),
        ("es", "Un narco, en Madrid", "Un narco fue extraditado ayer desde Perú y quedó detenido en España.", ("PE", "ES")),
    ],
)  # fmt: skip
def test_the_journey_is_of_those_who_are_moved(
    language: str, title: str, text: str, route: tuple[str, str]
) -> None:
    assert values(facts(language, title, text))[2:4] == route


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Peru sends money launderer to Texas"),
        ("en", "Peru transfers drug boss to the US"),
        ("en", "Peru hands over the cocaine king to Spain"),
        ("en", "Peru sends fentanyl suspects to the US"),
        ("en", "Man accused over cocaine sent to the US"),
        ("en", "Peru sends 26 to Texas by bank of the river"),
        ("en", "Peru hands over the company’s founder to Spain"),
        ("en", "Peru hands over documents and two men to Spain"),
        ("es", "Perú envía a lavador de dinero a Texas"),
        ("es", "Perú entregó al rey de la cocaína a España"),
        ("es", "Perú trasladó a 26 reos con dinero a Texas"),
    ],
)
def test_who_is_named_by_things_is_moved_all_the_same(language: str, title: str) -> None:
    stage = facts(language, title).stage

    assert stage is not None
    assert stage.value is Stage.CARRIED_OUT


def test_people_and_groups_are_given_by_the_names_of_the_watch() -> None:
    found = facts(
        "es",
        "El Menchito, extraditado",
        "Rubén Oseguera fue entregado a Estados Unidos. Es hijo de El Chapo, según nadie. Operaba para el CJNG.",
    )

    assert [fact.value for fact in found.names] == ["Rubén Oseguera González"]
    assert [fact.value for fact in found.groups] == ["Jalisco New Generation Cartel"]


def test_a_name_on_no_list_is_known_by_its_alias_or_age() -> None:
    found = facts(
        "en", "Two flown to Miami", "Peru sent Ramiro Olmedo, 41, and Julio de la Peña alias Compás to Miami."
    )

    assert [fact.value for fact in found.names] == ["Ramiro Olmedo", "Julio de la Peña"]


@pytest.mark.parametrize("language", ["", "pt"])
def test_an_article_of_unknown_or_other_language_is_read_with_the_words_of_all(language: str) -> None:
    assert values(facts(language, "Spain extradites capo to Peru"))[:4] == (
        Mechanism.EXTRADITION,
        Stage.CARRIED_OUT,
        "ES",
        "PE",
    )


def test_the_facts_know_every_country_of_the_built_in_watch() -> None:
    file = Path(__file__).parents[4] / "pipeline/judging/watches" / f"{WATCH.name}.toml"
    countries = tomllib.loads(file.read_text(encoding="utf-8"))["places"]
    countries.pop("es")

    found = {country: codes().get(fold(country)) for country in countries}

    assert None not in found.values()
    assert len(set(found.values())) == len(countries)


@pytest.mark.parametrize(
    ("language", "title", "text", "ends"),
    [
        ("es", "Ruanda extradita a Islandia a un capo", "", ("RW", "IS")),
        ("en", "Prague sends a smuggler to Perth", "", ("CZ", "AU")),
        ("en", "Oman extradites Danish dealer", "He landed in Copenhagen.", ("OM", "DK")),
        ("es", "Perú extradita a \"El Turco\" a Italia", "", ("PE", "IT")),
        ("es", "Extraditan a capo", "El capo Juan Lima fue extraditado por Panamá a España.", ("PA", "ES")),
        ("en", "Court lets a Dublin man go to Spain", "DUBLIN - A court ordered the extradition of a Dublin man to"
         " Spain.", ("IE", "ES")),
        ("es", "Expulsan a un capo", "Un ruso fue expulsado de Bali y entregado a la policía de su país.",
         ("ID", "RU")),
        ("es", "La Audiencia concede la entrega de tres", "España entregará a tres capos a Francia, a Bélgica y a"
         " Perú.", ("ES", None)),
    ],
)  # fmt: skip
def test_the_ends_are_read_from_places_that_the_watch_does_not_know(
    language: str, title: str, text: str, ends: tuple[str | None, str | None]
) -> None:
    assert values(facts(language, title, text))[2:4] == ends


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("en", "Spain's extraditions, by the numbers", "Spain has extradited 2,300 people to Peru."),
        ("es", "Perú bate récord: 305 extraditados a España", ""),
        ("es", "¿Puede Bolivia entregar a un capo a Perú?", "Responden tres juristas."),
        ("en", "Three extraditions and a refusal", "Spain sent a capo to Peru."),
        ("en", "Where the capo is", "The minister denied that Peru had delivered the capo to Spain."),
    ],
)
def test_totals_questions_denials_and_several_cases_tell_of_no_one_move(
    language: str, title: str, text: str
) -> None:
    assert values(facts(language, title, text))[1:] == (None, None, None, None)


@pytest.mark.parametrize(
    ("language", "title", "text", "stage"),
    [
        ("es", "La Corte confirmó la extradición de un capo a Perú", "", Stage.GRANTED),
        (
            "es",
            "Apresan a un capo",
            "Un capo solicitado en extradición por Perú fue detenido.",
            Stage.REQUESTED,
        ),
        ("es", "Capo se irá a Perú", "Renunció ayer a oponerse a su extradición a Perú.", Stage.CONSENTED),
        ("en", "Capo to go", "He agreed before a judge in Madrid to be extradited to Peru.", Stage.CONSENTED),
        ("en", "Court backs sending capo to Peru", "", Stage.GRANTED),
        ("en", "Spain and Peru sign extradition treaty", "They signed a treaty on Monday.", None),
    ],
)
def test_a_step_is_told_from_what_only_sounds_like_it(
    language: str, title: str, text: str, stage: Stage | None
) -> None:
    found = facts(language, title, text).stage

    assert (found.value if found else None) == stage


def test_a_page_that_is_one_endless_sentence_is_not_read_for_facts() -> None:
    endless = "Mexico sent two prisoners from Spain to Texas and " * 20_000

    assert facts("en", "Capo extradited", endless).from_country is None


def article(title: str) -> Article:
    return article_from_text(title=title, text="", language="en")


def test_an_article_that_a_watch_of_concepts_wants_gets_its_facts() -> None:
    wanted = judged(article("Spain extradites drug boss to Peru"), [WATCH])

    assert wanted.facts is not None
    assert wanted.facts.to_country is not None
    assert wanted.facts.to_country.value == "PE"
    assert pickle.loads(pickle.dumps(wanted)) == wanted  # noqa: S301


def test_facts_come_back_from_their_names_as_they_were() -> None:
    found = facts("es", "Perú extradita a El Menchito a Texas", "Era del CJNG.")

    assert Facts.from_named(found.named()) == found
    assert Facts.from_named(Facts().named()) == Facts()


def test_facts_become_json_with_the_words_and_the_sentence_of_each() -> None:
    headline = "Perú extradita a El Menchito a Texas"

    told = json.loads(json.dumps(facts("es", headline, "Era del CJNG.").as_dict()))

    assert told["mechanism"] == {"value": "extradition", "words": "extradita", "sentence": headline}
    assert told["to"] == {"value": "US", "words": "Texas", "sentence": headline}
    assert [group["value"] for group in told["groups"]] == ["Jalisco New Generation Cartel"]
    assert json.loads(json.dumps(Facts().as_dict()))["mechanism"] is None


def test_an_article_that_only_a_query_wants_has_no_facts() -> None:
    query = load_watch("spain", {"query": "Spain"}, "tearsheet.toml")

    assert judged(replace(article("Rain in Spain"), facts=Facts()), [WATCH, query]).facts is None


def test_an_article_that_no_watch_wants_has_the_facts_it_would_have() -> None:
    unwanted = judged(article("Spain extradites fisherman to Peru"), [WATCH])

    assert not unwanted.is_relevant
    assert unwanted.facts is not None
    assert values(unwanted.facts)[:4] == (Mechanism.EXTRADITION, Stage.CARRIED_OUT, "ES", "PE")


def test_the_facts_of_the_open_texts_are_right_and_hardly_ever_wrong(shared: Path) -> None:
    lines = (shared / "bench" / "relevance" / "open.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {record["id"]: record for record in map(json.loads, lines)}
    ledger = json.loads((shared / "topic" / "ledger.json").read_text(encoding="utf-8"))["events"]
    events = {event["id"]: event for event in ledger}
    said = tomllib.loads(Path(__file__).with_name("open_events.toml").read_text(encoding="utf-8"))
    right = wrong = stated = 0

    for name, truth in said.items():
        event, text = events[truth["event"]], texts[name]
        route = [event["from_country"], event["to_country"]]
        if "from" in truth.get("unsaid", ()):
            route[0] = None
        expected = (truth["mechanism"] or None, truth["stage"], *route, event["count"])
        found = values(facts(text["lang"], text["title"], text["text"]))
        for is_, should in zip(found, expected, strict=True):
            stated += should is not None
            right += should is not None and is_ == should
            wrong += is_ is not None and is_ != should

    assert right / stated >= 0.97
    assert wrong / stated <= 0.03


def test_the_facts_of_the_texts_for_their_rules_are_right_and_hardly_ever_wrong() -> None:
    folder = Path(__file__).parents[3] / "labelled"
    lines = (folder / "fields.jsonl").read_text(encoding="utf-8").splitlines()[1::2]
    for name in ("leads", "moves-tuning", "others-tuning"):
        lines += (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()

    right, wrong = _scores([json.loads(line) for line in lines])

    assert right >= 0.93
    assert wrong <= 0.02


def test_the_facts_of_the_texts_for_tuning_are_right_and_hardly_ever_wrong() -> None:
    file = Path(__file__).parents[3] / "labelled" / "tuning.jsonl"

    right, wrong = _scores([json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()])

    assert right >= 0.9
    assert wrong <= 0.03


def _scores(records: list[dict[str, Any]]) -> tuple[float, float]:
    """Return the shares of the facts stated that are right, and that are wrong."""
    right = wrong = stated = 0
    for record in records:
        if truth := record.get("facts"):
            expected = [truth.get(key) or None for key in ("mechanism", "stage", "from", "to", "number")]
            found = values(facts(record["lang"], record["title"], record["text"]))
            for is_, should in zip(found, expected, strict=True):
                stated += should is not None
                right += should is not None and is_ == should
                wrong += is_ is not None and is_ != should
    return right / stated, wrong / stated


@pytest.mark.parametrize(
    ("language", "text", "stage"),
    [
        (
            "es",
            "Fiscalía pedirá a la corte que declare procedente la extradición de Luis Ota",
            Stage.REQUESTED,
        ),
        ("en", "The court will decide whether Luis Ota should be extradited to Spain.", Stage.REQUESTED),
        ("en", "Luis Ota would no longer resist being sent to Spain.", Stage.CONSENTED),
        ("en", "Luis Ota has exhausted his last appeal before the flight to Spain.", Stage.GRANTED),
        ("en", "Luis Ota loses his fight against extradition to Spain.", Stage.GRANTED),
        ("es", "La corte aceptó ayer el pedido de España para que le entreguen a Luis Ota.", Stage.GRANTED),
        ("en", "Ministers decided not to hand over Luis Ota to Spain.", Stage.BLOCKED),
        (
            "en",
            "A federal court in Miami sentenced Luis Ota, who was flown from Peru, to 12 years.",
            Stage.SENTENCED,
        ),
    ],
)
def test_the_step_is_the_one_that_is_told(language: str, text: str, stage: Stage) -> None:
    found = facts(language, "Luis Ota", text).stage

    assert found is not None
    assert found.value is stage


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Lawyers asked the court to stop the extradition of Luis Ota to Spain."),
        ("en", "Has anybody been extradited to Spain?"),
        ("es", "España pretendía que le entregaran a Luis Ota."),
        ("es", "Luis Ota llegó a dirigir una banda en España."),
        ("en", "Before his arrest Luis Ota came to a stop on a plane to Spain."),
    ],
)
def test_what_is_hoped_for_asked_or_said_in_passing_is_no_step(language: str, text: str) -> None:
    assert facts(language, "Luis Ota", text).stage is None


def test_where_and_by_whom_a_report_was_written_is_no_part_of_it() -> None:
    found = facts(
        "es", "Un largo viaje", "Lima.\n\nPor Ana Paz\n\nPerú extraditó a un capo a España. Fue ayer."
    )

    assert values(found) == (Mechanism.EXTRADITION, Stage.CARRIED_OUT, "PE", "ES", 1)


def test_a_country_of_papers_is_no_end() -> None:
    text = "A man with a false Slovenian passport was surrendered to Italy by Croatia."

    assert values(facts("en", "Man surrendered", text))[2:4] == ("HR", "IT")
