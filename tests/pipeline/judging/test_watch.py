"""What the built-in watch wants, what it leaves, and why. People and groups here are made up unless they say more."""

import json
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from pipeline.items import Judgement
from pipeline.judging.lexicon import Concept
from pipeline.judging.loading import builtin_watches, load_watch
from pipeline.judging.plain import article_from_text
from pipeline.judging.scoring import Labelled, evaluate
from pipeline.judging.watch import explain, judge

(WATCH,) = builtin_watches()
LABELLED = Path(__file__).parents[2] / "labelled"


def judged(language: str, title: str, text: str) -> Judgement:
    (judgement,) = judge(article_from_text(title=title, text=text, language=language), [WATCH])
    return judgement


WANTED = {
    "an unknown trafficker extradited, in English": (
        "en",
        "Paraguay extradites alleged cocaine kingpin to Belgium",
        "Ramiro Olmedo was put on a plane to Brussels on Tuesday. Prosecutors in Antwerp accuse him of running a"
        " network that shipped cocaine in soy. He lost his last appeal in May.",
    ),
    "an unknown trafficker extradited, in Spanish": (
        "es",
        "Perú extradita a Italia a presunto jefe narco",
        "Ramiro Olmedo salió esposado de Lima rumbo a Roma. La fiscalía de Reggio Calabria lo acusa de enviar"
        " cocaína en contenedores. El acusado perdió en mayo su último recurso.",
    ),
    "a handover in no such words, in English": (
        "en",
        "Two gang leaders handed to US marshals in Honduras",
        "Honduran police took the prisoners to the air base, where a jet waited to fly them to Miami. Both are"
        " wanted for drug trafficking.",
    ),
    "a handover in no such words, in Spanish": (
        "es",
        "Entregan a doce presos a Estados Unidos",
        "Los internos, señalados como operadores de una organización criminal, fueron trasladados a Houston en un"
        " avión militar. Los reclamaban cortes de ese país por tráfico de drogas.",
    ),
    "an expulsion, in Spanish": (
        "es",
        "Bolivia expulsa a un capo brasileño",
        "El detenido, acusado de narcotráfico, fue entregado a la policía de Brasil en la frontera.",
    ),
    "the first hearings of men who were handed over, in English": (
        "en",
        "Hearings set for nine men handed over by Peru",
        "Magistrates in Houston will hear the nine prisoners whom Peru handed over this week. One is accused of"
        " laundering money for a cocaine clan. His lawyer asked for a separate day.",
    ),
    "prisoners sent north in a paper that calls the United States EU": (
        "es",
        "Entrega Honduras a EU a tres integrantes de un clan",
        "Los tres fueron puestos en manos de agentes de la DEA en una base aérea. Están acusados de mover droga.",
    ),
    "a sentence on somebody who was surrendered, in English": (
        "en",
        "Smuggler of cocaine gets life in Washington",
        "Ramiro Olmedo, who was surrendered to the United States by Peru in 2020, was sentenced on Friday. A jury"
        " found him guilty of leading a drug gang.",
    ),
    "a handover stopped by a judge, in English": (
        "en",
        "Spanish court halts extradition of clan chief to Morocco",
        "Judges in Madrid said the accused, who denies trafficking hashish and cocaine, had not been heard. The"
        " Moroccan request stands.",
    ),
}

LEFT = {
    "extradition for fraud, in English": (
        "en",
        "Banker extradited from Spain to Mexico over fraud",
        "The former director of a savings bank was flown from Madrid and handed to Mexican prosecutors. He is"
        " charged with taking the deposits of 4,000 clients. He denies the charges in court.",
    ),
    "extradition for fraud, in Spanish": (
        "es",
        "Extraditan de España a un banquero acusado de fraude",
        "El exdirector de una caja de ahorro fue entregado a la Fiscalía en México. Se le acusa de quedarse con los"
        " depósitos de cuatro mil clientes.",
    ),
    "extradition for war crimes, in English": (
        "en",
        "Argentina extradites former officer to face war crimes charges",
        "The accused was flown from Buenos Aires to The Hague, where judges of the tribunal want to try him for the"
        " killing of prisoners in 1993.",
    ),
    "extradition for war crimes, in Spanish": (
        "es",
        "Conceden la extradición de un exmilitar por crímenes de guerra",
        "Un juez de Santiago resolvió entregar al acusado a un tribunal de La Haya, que lo reclama por la matanza de"
        " presos en 1993.",
    ),
    "extradition for bribes and the laundering of them, in English": (
        "en",
        "Former minister extradited from Panama over bribery",
        "The former minister was flown to Guatemala to face charges of bribery and money laundering. He is accused"
        " of running a network that took millions from contractors.",
    ),
    "captives handed over to be free, in Spanish": (
        "es",
        "Guerrilla libera a dos policías en la frontera",
        "El grupo, financiado por el narcotráfico, entregó a los dos detenidos a la Cruz Roja en la frontera de"
        " Colombia con Venezuela. Viajaron en helicóptero a Bogotá.",
    ),
    "drugs on their way from one country to another, in English": (
        "en",
        "Coast guard brings 20 tons of cocaine to Florida",
        "The cutter unloaded bales seized in the Pacific and handed 31 suspected smugglers to prosecutors in Miami."
        " The boats had left Ecuador for Mexico, where a cartel was waiting.",
    ),
    "drugs on their way from one country to another, in Spanish": (
        "es",
        "Decomisan 1,7 toneladas de cocaína y capturan a cinco ecuatorianos",
        "Los cinco se dirigían con la droga a México para ser entregada a un cártel, informó la policía de Colombia."
        " La operación contó con el apoyo de la DEA.",
    ),
    "a ruler carried off by soldiers, in English": (
        "en",
        "Special forces seize president in night raid",
        "US troops captured the president of Bolivia and flew him against his will to New York, where he is charged"
        " with trafficking cocaine. His government called it a kidnapping.",
    ),
    "a cartel without a transfer, in English": (
        "en",
        "Cartel gunmen block highway in Michoacán",
        "Members of a drug gang burned trucks for a second day after the arrest of a local boss. Mexico's army sent"
        " 200 soldiers. The United States embassy told travellers to stay away.",
    ),
    "a cartel without a transfer, in Spanish": (
        "es",
        "Decomisan dos toneladas de cocaína de un cártel en Colombia",
        "La Armada halló la droga en una lancha que iba hacia México. Tres detenidos quedaron a disposición de un"
        " juez en Cartagena.",
    ),
    "prisoners moved inside a country, in Spanish": (
        "es",
        "Trasladan a 30 reos de un cártel a un penal de Durango",
        "El convoy de la Guardia Nacional llevó a los internos desde Sonora. México refuerza sus prisiones.",
    ),
    "a suspect moved between states of one country, in English": (
        "en",
        "Fentanyl suspect extradited from Ohio to Kentucky",
        "The man was arrested in Ohio and is charged in Kentucky with drug trafficking, the sheriff said.",
    ),
    "migrants deported, in English": (
        "en",
        "United States deports 300 migrants to Guatemala",
        "The flights landed on Monday. Most of the migrants had been detained at work. Shelters in the capital are"
        " full. A priest said some had fled gangs.",
    ),
    "migrants deported, in Spanish": (
        "es",
        "Llegan a Guatemala 300 migrantes deportados de Estados Unidos",
        "Los migrantes fueron detenidos en sus trabajos. Los albergues están llenos. Algunos huían de las pandillas.",
    ),
    "the oil cartel, in English": (
        "en",
        "OPEC cartel agrees to cut output",
        "The cartel, which delivers a third of the world's oil, met in Vienna. Russia and Saudi Arabia sent their"
        " ministers. The United States criticised the move.",
    ),
    "the oil cartel, in Spanish": (
        "es",
        "El cartel de la OPEP acuerda recortar la producción",
        "El cartel entrega un tercio del petróleo del mundo. Rusia y Arabia Saudita enviaron a sus ministros.",
    ),
    "a bill of bullfighters, in Spanish": (
        "es",
        "Presentan el cartel de la feria taurina",
        "El torero español llegó en un vuelo desde Madrid a México y el cartel se entregó a los abonados.",
    ),
    "a series about the trade, in English": (
        "en",
        "Review: a cartel drama loses its way in season two",
        "The series follows a kingpin from prison in Mexico to a court in New York. The extradition episode is the"
        " best of the season.",
    ),
    "one passing mention in a story about something else, in English": (
        "en",
        "Peso gains after inflation figure",
        "The currency rose half a percent. Traders waited for the central bank. Exports grew in May. Car makers hired"
        " more people. Mexico last year extradited dozens of cartel figures to the United States. Shares were flat.",
    ),
}


@pytest.mark.parametrize("story", WANTED.values(), ids=WANTED)
def test_the_built_in_watch_wants(story: tuple[str, str, str]) -> None:
    judgement = judged(*story)

    assert judgement.relevant, judgement
    assert any(reason.startswith("mechanism: ") for reason in judgement.reasons)


@pytest.mark.parametrize("story", LEFT.values(), ids=LEFT)
def test_the_built_in_watch_leaves(story: tuple[str, str, str]) -> None:
    judgement = judged(*story)

    assert not judgement.relevant, judgement


@pytest.mark.parametrize("language", ["", "pt"])
def test_an_article_of_unknown_or_other_language_is_searched_for_the_terms_of_all(language: str) -> None:
    for _, title, text in WANTED.values():
        assert judged(language, title, text).score > 0


def test_reasons_name_the_concept_the_words_and_the_place() -> None:
    judgement = judged(
        "es",
        "Extraditado: llega a Miami",
        "La DEA lo recibió. Era jefe del Cártel de Sinaloa, según la acusación.",
    )

    assert 'mechanism: extradition "Extraditado" (headline)' in judgement.reasons
    assert 'group: Sinaloa Cartel "Cártel de Sinaloa" (sentence 2)' in judgement.reasons
    assert len(judgement.reasons) <= 12


@pytest.mark.parametrize(
    ("title", "missing"),
    [
        ("Cocaine found in Spain", "missing: no sentence shows a transfer"),
        ("Banker extradited from Spain", "missing: no word of organised crime"),
        ("Drug suspect extradited to Ohio", "missing: no border (countries named: United States)"),
    ],
)
def test_a_near_miss_says_what_is_missing(title: str, missing: str) -> None:
    assert missing in judged("en", title, "").reasons


def test_an_ambiguous_name_does_not_count_alone() -> None:
    alone = judged("es", "Los Lobos llegan a Nueva York", "El grupo tocó anoche. La Familia aplaudió.")
    beside = judged("es", "Los Lobos", "Extraditan de España al cabecilla de Los Lobos a Estados Unidos.")

    assert not any("group:" in reason for reason in alone.reasons)
    assert any(reason.startswith("group: Los Lobos") for reason in beside.reasons)


def test_a_nickname_counts_in_the_headline_once_the_text_shows_who_is_meant() -> None:
    text = "Dairo Antonio Úsuga David fue extraditado de Colombia a Estados Unidos."

    assert 'person: Dairo Antonio Úsuga David "Otoniel" (headline)' in judged("es", "Otoniel", text).reasons
    assert judged("es", "Otoniel, poeta, en Lima", "").reasons[-1] == "missing: no word of organised crime"


def test_the_standfirst_is_judged_too() -> None:
    _, title, text = WANTED["an expulsion, in Spanish"]
    article = replace(
        article_from_text(title="Frontera", text="Nada más.", language="es"), standfirst=f"{title}. {text}"
    )

    assert judge(article, [WATCH])[0].relevant


def test_an_explanation_points_at_the_words_in_their_sentences() -> None:
    article = article_from_text(title="Capo extradited", text="Spain sent him to the US.", language="en")

    explanation = explain(article, WATCH)

    assert explanation.judgement == judge(article, [WATCH])[0]
    assert explanation.threshold == 0.28
    assert explanation.countries == ("Spain", "United States")
    assert [name for name, _ in explanation.parts] == ["transfer", "crime", "against"]
    assert [sentence.label for sentence in explanation.sentences] == ["headline", "sentence 1"]
    assert [(each.concept, each.text) for each in explanation.sentences[0].found] == [
        (Concept.CRIMINAL, "Capo"),
        (Concept.MECHANISM, "extradited"),
    ]
    for sentence in explanation.sentences:
        assert all(sentence.text[each.start : each.end] == each.text for each in sentence.found)


def test_the_explanation_of_a_query_points_at_its_words() -> None:
    watch = load_watch("c-4", {"query": "C-4 lang:es explo*"}, "tearsheet.toml")
    article = article_from_text(title="Hallan explosivo", text="Era C-4. Nada más.", language="es")

    explanation = explain(article, watch)

    assert explanation.judgement.reasons == ('query: "c 4"', 'query: "lang:es"', 'query: "explosivo"')
    assert [
        (sentence.label, [each.text for each in sentence.found]) for sentence in explanation.sentences
    ] == [
        ("headline", ["explosivo"]),
        ("sentence 1", ["C-4"]),
    ]


def test_an_article_without_words_is_not_relevant() -> None:
    assert judged("", "", "") == Judgement(
        watch=WATCH.name,
        version=WATCH.version,
        score=0.0,
        relevant=False,
        reasons=("missing: no sentence shows a transfer", "missing: no word of organised crime"),
    )


def _labelled(file: Path) -> list[Labelled]:
    fields = ("id", "lang", "title", "text", "label", "kind")
    lines = file.read_text(encoding="utf-8").splitlines()
    return [Labelled(**{field: record[field] for field in fields}) for record in map(json.loads, lines)]


def _open_set(shared: Path) -> list[Labelled]:
    return _labelled(shared / "bench" / "relevance" / "open.jsonl")


def test_the_open_labelled_set_is_judged_no_worse_than_before(shared: Path) -> None:
    evaluation = evaluate(_open_set(shared), WATCH)

    assert evaluation.precision >= 0.96
    assert evaluation.recall >= 0.96
    assert evaluation.f1 >= 0.97
    assert evaluation.average_precision >= 0.99
    assert all(scores.f1 >= 0.96 for scores in evaluation.by_language.values())


def test_the_labelled_texts_for_tuning_are_judged_no_worse_than_before() -> None:
    evaluation = evaluate(_labelled(LABELLED / "tuning.jsonl"), WATCH)

    assert evaluation.precision >= 0.95
    assert evaluation.recall >= 0.91
    assert evaluation.f1 >= 0.94
    assert evaluation.average_precision >= 0.98
    assert all(scores.f1 >= 0.91 for scores in evaluation.by_language.values())


def test_ordinary_news_raises_no_alarm() -> None:
    evaluation = evaluate(_labelled(LABELLED / "everyday.jsonl"), WATCH)

    assert evaluation.wrong == ()


def test_what_looks_like_it_and_is_not_is_left_and_what_has_neither_keyword_is_found(shared: Path) -> None:
    by_kind = evaluate(_open_set(shared), WATCH).by_kind
    hard = [by_kind["hn_cartel_no_extradition"], by_kind["hn_extradition_no_cartel"]]

    assert sum(each.count - each.right for each in hard) <= 1
    assert by_kind["pos_no_keyword"].right >= 3


def test_people_and_groups_on_no_list_are_found_by_what_is_said_of_them(shared: Path) -> None:
    file = resources.files("pipeline.judging").joinpath("watches", f"{WATCH.name}.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    nameless = load_watch(WATCH.name, table | {"groups": {}, "people": {}}, "test")

    evaluation = evaluate(_open_set(shared), nameless)

    assert evaluation.precision >= 0.96
    assert evaluation.f1 >= 0.93
