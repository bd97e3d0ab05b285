"""Copies, updates, forms and stories, as the corpus ties them; clusters are told by the articles in them."""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from pipeline.items import Article, Decision, Fate
from pipeline.linking.place import place
from storage import Corpus
from storage.articles import Articles
from storage.forget import forget
from storage.postings import block_of
from storage.tables import ARTICLE, FINGERPRINT, LINK, MENTION, SKETCH
from storage.upkeep import keep_up
from tests.storage.builders import NOON, article

pytestmark = pytest.mark.both_databases

HANDOVER = """CIUDAD DE MÉXICO (Agencia Norte) - El gobierno mexicano entregó este martes a Estados Unidos a 26 \
presuntos integrantes de cárteles, entre ellos Abigael González Valencia y Servando Gómez Martínez, en el segundo \
traslado masivo del año.

Los detenidos salieron de varios penales federales antes del amanecer y viajaron en aviones militares hacia bases de \
Texas, California y Nueva York, de acuerdo con dos funcionarios que pidieron no ser citados.

El secretario Omar García Harfuch dijo en rueda de prensa que la medida se tomó a petición del Departamento de \
Justicia y que se obtuvo el compromiso de que no se pedirá la pena de muerte para ninguno de ellos.

Familiares de tres de los trasladados anunciaron en Culiacán que acudirán a los tribunales, porque afirman que había \
amparos vigentes cuando los sacaron de sus celdas y que nadie les avisó del viaje."""
ANOTHER_LEDE = """La familia de Abigael González se enteró por la radio: el martes por la mañana ya no estaba en \
su celda.

"""
RELEASE = """{city} - {name}, {age}, of {home}, made an initial appearance in federal court following extradition \
from Mexico on charges of {crime}, the United States Attorney's Office announced today.

According to court documents, from in or around {since}, {name} conspired with others to import and distribute {kilos} \
kilograms of {drug} into the United States. If convicted, the defendant faces a mandatory minimum penalty of {years} \
years in prison and a maximum penalty of life in prison.

A federal district court judge will determine any sentence after considering the guidelines and other statutory \
factors. The Office of International Affairs worked with partners in Mexico to secure the arrest and extradition. An \
indictment is merely an allegation, and all defendants are presumed innocent until proven guilty in a court of law."""
ONE = {"city": "PHOENIX", "name": "Gail Moreno", "age": 71, "home": "Sinaloa", "crime": "murder for hire"}
ONE |= {"since": "May 2019", "kilos": 539, "drug": "marijuana", "years": 14}
OTHER = {"city": "LAREDO", "name": "Ramón Tapia", "age": 38, "home": "Jalisco", "crime": "money laundering"}
OTHER |= {"since": "June 2021", "kilos": 120, "drug": "cocaine", "years": 10}
QUAKE = """PUEBLA - El sismo de la madrugada dejó {dead} muertos y {hurt} heridos en la sierra norte de Puebla, \
informó Protección Civil del estado.

Los equipos de rescate buscan a personas bajo los escombros de una escuela y de un mercado, y el gobernador pidió a la \
población que no vuelva a sus casas hasta que los ingenieros las hayan revisado una por una."""
LOTTERY = """The winning numbers in {day}'s draw {draw} were {a}, {b}, {c}, {d} and {e}. There was no winner of the \
main prize, which rolls over. Prizes may be claimed within sixty days at any authorised outlet."""


@pytest.fixture
def corpus(database: str, request: pytest.FixtureRequest) -> Iterator[Corpus]:
    url = "sqlite://" if database == "sqlite" else request.getfixturevalue("postgres_url")
    with Corpus.open(url, write=True) as opened:
        yield opened


def met(path: str, words: str, *, hours: float = 0, source: str = "", **more: Any) -> Article:
    """An article of a source of its own, unless one is given, seen so many hours after noon."""
    name = source or f"{path}.example"
    url = f"https://{name}/{path}"
    at = NOON + timedelta(hours=hours)
    made = article(url=url, text=words, source=name, seen_at=at, title=more.pop("title", f"Title {path}"))
    return replace(made, **more)


def put(corpus: Corpus, *articles: Article) -> list[Decision]:
    seen = Articles(corpus)
    decisions = []
    for each in articles:
        with corpus.write():
            decisions.append(place(each, seen=seen, keep_all=True))
            seen.store(each, decisions[-1])
    return decisions


def put_together(corpus: Corpus, *articles: Article) -> None:
    """Store all in one transaction."""
    seen = Articles(corpus)
    with corpus.write():
        for each in articles:
            seen.store(each, place(each, seen=seen, keep_all=True))


def fates(decisions: Iterable[Decision]) -> list[Fate]:
    return [decision.fate for decision in decisions]


def column(corpus: Corpus, name: str) -> list[Any]:
    with corpus.read() as connection:
        return list(connection.execute(select(ARTICLE.c[name]).order_by(ARTICLE.c.id)).scalars())


def truncated(words: str) -> str:
    return "\n\n".join(words.split("\n\n")[:2]) + "\n\nLea más en el sitio"


@pytest.mark.parametrize(
    "changed",
    [
        truncated(HANDOVER),
        ANOTHER_LEDE + HANDOVER.partition("\n\n")[2],
        HANDOVER.replace("\n\n", "\n\nPublicidad\n\n970x125\n\n"),
        HANDOVER.replace("mexicano", "rnexicano")
        .replace("militares", "mi1itares")
        .replace("Justicia", "Justlcia"),
        HANDOVER.encode().decode("cp1252", errors="ignore"),
    ],
    ids=["cut off", "another lede", "slots", "misread letters", "garbled"],
)
def test_a_changed_copy_is_linked_to_what_it_copies(corpus: Corpus, changed: str) -> None:
    first, second = put(corpus, met("a", HANDOVER), met("b", changed, hours=5))

    assert second.fate in (Fate.COPY, Fate.NEAR_COPY)
    assert second.compared_with == 1
    assert column(corpus, "duplicate_cluster") == [1, 1]
    assert column(corpus, "story") == [1, 1]
    assert first.fate is Fate.NEW


def test_press_releases_about_two_defendants_are_not_copies(corpus: Corpus) -> None:
    one, other = put(corpus, met("a", RELEASE.format(**ONE)), met("b", RELEASE.format(**OTHER), hours=3))

    assert fates([one, other]) == [Fate.NEW, Fate.NEW]
    assert other.reasons[0].startswith("no copy of 1: the same form, filled in differently")


def test_a_copy_of_a_press_release_is_one(corpus: Corpus) -> None:
    put(corpus, met("a", RELEASE.format(**ONE)), met("b", RELEASE.format(**OTHER), hours=1))

    (copy,) = put(corpus, met("c", "PHOENIX DAILY - " + RELEASE.format(**ONE), hours=2))

    assert (copy.fate, copy.compared_with) == (Fate.NEAR_COPY, 1)


@pytest.mark.parametrize(
    ("dead", "hurt"), [(15, 61), (12, 48)], ids=["both counts changed", "one count changed"]
)
def test_the_same_paper_with_new_casualty_counts_updates_its_story(
    corpus: Corpus, dead: int, hurt: int
) -> None:
    first = met("a", QUAKE.format(dead=12, hurt=45), source="diario.example")
    later = met("b", QUAKE.format(dead=dead, hurt=hurt), source="diario.example", hours=4)

    assert fates(put(corpus, first, later)) == [Fate.NEW, Fate.NEAR_COPY]


def test_a_count_of_prisoners_put_right_under_a_new_address_is_the_same_story(corpus: Corpus) -> None:
    first = met("a", HANDOVER, source="diario.example")
    later = met("b", HANDOVER.replace("26 presuntos", "29 presuntos"), source="diario.example", hours=2)

    assert fates(put(corpus, first, later)) == [Fate.NEW, Fate.NEAR_COPY]


def test_the_draw_of_another_day_is_not_a_copy(corpus: Corpus) -> None:
    draws = [
        LOTTERY.format(day="Thursday", draw=41960, a=35, b=11, c=37, d=18, e=50),
        LOTTERY.format(day="Friday", draw=41961, a=28, b=18, c=25, d=19, e=7),
        LOTTERY.format(day="Saturday", draw=41962, a=21, b=20, c=76, d=15, e=45),
    ]
    decisions = put(
        corpus,
        *(
            met(str(number), words, hours=24 * number, source="lotto.example")
            for number, words in enumerate(draws)
        ),
    )

    assert fates(decisions) == [Fate.NEW] * 3


def test_a_digest_of_several_stories_is_a_copy_of_none_and_bridges_none(corpus: Corpus) -> None:
    leads = [
        words.split("\n\n")[0] for words in (HANDOVER, QUAKE.format(dead=3, hurt=9), RELEASE.format(**ONE))
    ]
    put(
        corpus,
        met("a", HANDOVER),
        met("b", QUAKE.format(dead=3, hurt=9)),
        met("c", RELEASE.format(**ONE)),
    )

    (digest,) = put(corpus, met("d", "\n\n".join(leads), hours=5))

    assert digest.fate is Fate.NEW
    assert len(set(column(corpus, "duplicate_cluster"))) == 4


def test_the_furniture_of_a_source_makes_no_copies_of_its_articles(corpus: Corpus) -> None:
    furniture = """Derechos reservados 2025 El Diario. Prohibida la reproducción total o parcial sin autorización \
de El Diario, que pertenece a la red Norte y sigue el código de ética de la prensa; las correcciones se reciben en la \
redacción de lunes a viernes."""
    briefs = [
        "Un juez de Toluca dejó libre a un empresario acusado de fraude.",
        "La nueva línea del metro abrirá en marzo, según el ayuntamiento.",
        "Dos equipos de primera división empataron en un partido sin goles.",
        "El precio de la tortilla subió en todos los mercados de la capital.",
        "Una biblioteca de Oaxaca recibió cartas inéditas de un poeta.",
    ]
    decisions = put(
        corpus,
        *(
            met(str(number), f"{brief}\n\n{furniture}", source="diario.example", hours=number)
            for number, brief in enumerate(briefs)
        ),
    )

    assert fates(decisions) == [Fate.NEW] * 5


IMPRINT = """Derechos reservados 2025 {paper}. Prohibida la reproducción total o parcial sin autorización. {paper} \
pertenece a la red {network}; las correcciones se reciben en la redacción de {city} y se responden en {days} días."""
GAZETTE = {"paper": "La Gaceta", "network": "Norte", "city": "Culiacán", "days": 3}
TRIBUNE = {"paper": "El Tribuno", "network": "Pacífico", "city": "Hermosillo", "days": 7}


def test_papers_that_end_a_text_with_who_they_are_have_filled_in_no_form(corpus: Corpus) -> None:
    one, other = (f"{HANDOVER}\n\n{IMPRINT.format(**paper)}" for paper in (GAZETTE, TRIBUNE))

    decisions = put(corpus, met("a", one), met("b", other, hours=1))

    assert fates(decisions) == [Fate.NEW, Fate.NEAR_COPY]


def test_one_paper_that_fills_in_only_the_end_of_a_form_writes_no_copies(corpus: Corpus) -> None:
    end = "Mañana en la sala {}, a primera hora: el caso de {} contra {}, que verá el juez {}."
    cases = ("Morelos", "Ibáñez", "Zurita", "Peña"), ("Bravo", "Cuéllar", "Gómez", "Tobías")
    filled = [f"{HANDOVER}\n\n{end.format(*case)}" for case in cases]

    decisions = put(
        corpus,
        *(met(str(at), words, source="list.example", hours=at) for at, words in enumerate(filled)),
    )

    assert fates(decisions) == [Fate.NEW, Fate.NEW]


def test_a_paper_that_puts_two_of_its_own_texts_together_writes_a_digest(corpus: Corpus) -> None:
    one, other = truncated(HANDOVER), QUAKE.format(dead=3, hurt=9)
    put(
        corpus,
        met("a", one, source="gaceta.example"),
        met("b", other, source="gaceta.example", hours=1),
    )

    between = """Fue la noticia de una semana en la que también tembló la tierra, se cerraron escuelas y hubo que \
abrir albergues para quienes no quisieron dormir bajo techo."""
    (digest,) = put(corpus, met("d", f"{one}\n\n{between}\n\n{other}", source="gaceta.example", hours=2))

    assert digest.fate is Fate.NEW


def test_what_a_paper_says_of_itself_below_a_text_of_another_makes_no_digest(corpus: Corpus) -> None:
    imprint = IMPRINT.format(**GAZETTE)
    own = """La carretera a la sierra quedó cerrada toda la mañana y los camiones de verdura esperaron junto al río \
hasta que un tractor abrió paso; los vecinos llevaron café a los choferes y contaron que el deslave anterior tardó una \
semana en limpiarse porque nadie encontraba las llaves de la maquinaria."""
    put(corpus, met("g", f"{own}\n\n{imprint}", source="gaceta.example"), met("a", HANDOVER, hours=1))

    lines = HANDOVER.split("\n\n")
    more = [line.translate(str.maketrans("aeo", "oae")) for line in (lines[2], lines[3])]
    text = "\n\n".join([*lines[:2], *more, imprint])
    (copy,) = put(corpus, met("h", text, source="gaceta.example", hours=3))

    assert (copy.fate, copy.compared_with) == (Fate.NEAR_COPY, 2)


def test_two_words_over_the_furniture_of_a_source_are_no_copy_of_two_others(corpus: Corpus) -> None:
    furniture = "The harbor master said so on Monday, and the people of the town agreed with him."
    briefs = "Six boats came in.", "Two boats left.", "A boats race.", "Only nets.", "No wind."
    decisions = put(
        corpus,
        *(
            met(str(number), f"{brief}\n\n{furniture}", source="harbor.example", hours=number)
            for number, brief in enumerate(briefs)
        ),
    )

    assert fates(decisions) == [Fate.NEW] * 5


def test_what_a_source_prints_again_and_again_is_no_furniture_when_it_was_copied(corpus: Corpus) -> None:
    again = [f"Segunda, tercera o última edición: número {number} de este martes.\n\n" for number in range(4)]
    put(
        corpus,
        *(
            met(str(number), edition + HANDOVER, source="diario.example", hours=number)
            for number, edition in enumerate(again)
        ),
    )

    (copy,) = put(corpus, met("b", truncated(HANDOVER), hours=6))

    assert copy.fate is Fate.NEAR_COPY
    assert set(column(corpus, "duplicate_cluster")) == {1}


@pytest.mark.parametrize("sentences", [8, 12, 60, 200])
def test_the_beginning_of_a_very_long_report_is_a_copy_of_it(corpus: Corpus, sentences: int) -> None:
    for first in range(0, 20_000, 5_000):
        report = [
            f"{named(at)} declaró ante {named(at + 1_000)} que {named(at + 2_000)}."
            for at in range(first, first + 400)
        ]
        _, beginning = put(
            corpus,
            met(f"a{first}", " ".join(report)),
            met(f"b{first}", " ".join(report[:sentences]), hours=1),
        )

        assert beginning.fate is Fate.NEAR_COPY


def test_phrases_that_two_reports_have_in_common_make_no_copy(corpus: Corpus) -> None:
    phrases = [
        "the United States Attorney for the Southern District of Texas said on Monday",
        "if convicted the defendant faces a minimum of ten years in prison",
        "the Office of International Affairs of the Department of Justice helped",
        "an indictment is an allegation and he is presumed innocent until proven guilty",
    ]
    one = """A rancher from Durango lent his airstrip to pilots whom he never asked for names|His lawyer wants the \
trial moved because every juror in Laredo has seen the photographs|Customs men found the ledger under the seat of a \
burnt crop duster near Zapata|The sister of a murdered mechanic came to see him walk in"""
    other = """Divers raised eleven barrels from a reservoir where a retired chemist kept his boat|Nobody in the village \
of Cosalá would speak about the chemist, whose school still bears his name|An old recipe, typed on hotel paper, led \
the agents to a chicken farm in Nebraska|Two of his students have pleaded guilty and sold their houses"""

    first, second = put(
        corpus,
        met("a", "\n\n".join(f"{own}, {said}." for own, said in zip(one.split("|"), phrases, strict=True))),
        met(
            "b",
            "\n\n".join(f"{own}, {said}." for own, said in zip(other.split("|"), phrases, strict=True)),
            hours=2,
        ),
    )

    assert fates([first, second]) == [Fate.NEW, Fate.NEW]


def test_a_text_of_the_same_words_long_after_is_not_compared_passage_by_passage(corpus: Corpus) -> None:
    decisions = put(corpus, met("a", HANDOVER), met("b", truncated(HANDOVER), hours=24 * 30))

    assert fates(decisions) == [Fate.NEW, Fate.NEW]


def test_the_source_that_others_credit_stands_for_the_cluster(corpus: Corpus) -> None:
    put(
        corpus,
        met("a", HANDOVER, source="diario.example"),
        met("b", truncated(HANDOVER), hours=1, source="correo.example"),
    )
    assert column(corpus, "duplicate_of") == [None, 1]

    put(corpus, met("c", HANDOVER, hours=2, source="agencianorte.example"))

    assert column(corpus, "duplicate_of") == [3, 3, None]


def test_what_was_seen_first_stands_for_texts_that_credit_no_one(corpus: Corpus) -> None:
    plain = HANDOVER.replace("(Agencia Norte) ", "")
    put(corpus, met("late", plain, hours=3), met("early", plain, hours=1))

    assert column(corpus, "duplicate_of") == [2, None]


def test_a_text_is_counted_with_the_agencies_that_its_carriers_credit(corpus: Corpus) -> None:
    plain = HANDOVER.replace("(Agencia Norte) ", "")
    wired = [plain.replace("MÉXICO -", f"MÉXICO ({agency}) -") for agency in ("AP", "AP", "EFE")]
    put(corpus, *(met(f"p{number}", words, hours=number) for number, words in enumerate([*wired, plain])))

    (hit,) = corpus.search("after:1990").articles

    assert (hit.copies, hit.carriage.articles, hit.carriage.sources) == (3, 4, 4)
    assert hit.carriage.origins == ("AP", "EFE")
    assert hit.as_dict()["carried"] == {"articles": 4, "sources": 4, "origins": ["AP", "EFE"]}


def test_the_agency_that_carries_its_own_text_is_the_origin_that_others_credit(corpus: Corpus) -> None:
    put(
        corpus,
        met("a", HANDOVER, source="diario.example"),
        met("b", HANDOVER.replace("(Agencia Norte) ", ""), hours=1, source="agencianorte.example"),
    )

    assert corpus.carriage(1).origins == ("agencianorte.example",)


def test_a_text_that_nobody_signs_has_one_origin_however_many_print_it(corpus: Corpus) -> None:
    plain = HANDOVER.replace("(Agencia Norte) ", "")
    put(corpus, *(met(f"p{number}", plain, hours=number) for number in range(3)))

    assert corpus.carriage(1).origins == ("p0.example",)
    assert corpus.carriage(1).articles == 3


def test_two_papers_that_tell_one_event_in_their_own_words_share_its_story(corpus: Corpus) -> None:
    english = """Mexico sent 26 alleged cartel members to the United States on Tuesday, among them Abigael González \
Valencia and Servando Gómez Martínez, its second mass transfer this year. Omar García Harfuch, the security \
secretary, said none of them will face the death penalty. They were flown to Texas and to New York."""
    put(
        corpus,
        met("a", HANDOVER),
        met("b", QUAKE.format(dead=3, hurt=9)),
        met("c", RELEASE.format(**ONE)),
        met("d", english, hours=3),
    )

    assert column(corpus, "story") == [1, 2, 3, 1]
    assert column(corpus, "duplicate_cluster") == [1, 2, 3, 4]
    reports = corpus.reports(1)
    assert reports is not None
    assert [(each.article_id, each.follows) for each in reports[1]] == [(1, None), (4, 1)]


SYLLABLES = "ba dro fi gus jo ka lem mi nur pe quo ras ti vul xa zen".split()
COURT_LIST = """The hearing of {one} begins at nine in the morning, and whoever is called must be in the building an \
hour before; relatives wait in the hall on the ground floor. That of {two} begins when the first has ended, as the \
law on public hearings has it, with interpreters who are asked for in writing. That of {three} follows in the \
afternoon, and telephones are left at the entrance, where a receipt is given for each of them."""


def test_a_form_of_which_too_many_are_known_to_compare_tells_a_story_for_each_case(corpus: Corpus) -> None:
    def listed(number: int, **known: str) -> Article:
        names = {"one": named(number), "two": named(number + 200), "three": named(number + 400)} | known
        return met(f"l{number}", COURT_LIST.format(**names), hours=number, title="Before the judge today")

    put(corpus, *(listed(number) for number in range(40)))
    called_twice = "Wilfrido Ostos Aldana Beristáin"
    decisions = put(corpus, listed(40, one=called_twice), listed(41, three=called_twice))

    assert fates(decisions) == [Fate.NEW, Fate.NEW]
    assert column(corpus, "story")[-2:] == [41, 42]


def named(number: int) -> str:
    """Return two words that hardly any other number has."""
    sounds = random.Random(number)  # noqa: S311  # the same every time
    return " ".join("".join(sounds.sample(SYLLABLES, 3)).capitalize() for _ in range(2))


WEDDING = """Ana Belén Toral and Rogelio Casal, who met on the set of Mar Adentro, married on Saturday in the church \
of San Telmo in Oaxaca, with 120 guests and a band from Juchitán. The producer Pilar Undurraga gave the bride away."""
QUARREL = """Rogelio Casal left the set of Mar Adentro in anger, says Pilar Undurraga, who produces it: he wants \
a larger part than that of Irene Bautista. Canal Trece will decide in March whether the series goes on without him."""


def test_the_same_people_in_the_news_for_something_else_open_another_story_that_follows(
    corpus: Corpus,
) -> None:
    put(
        corpus,
        met("a", WEDDING, title="Stars of a series marry in Oaxaca"),
        met("b", QUARREL, hours=6, title="Actor walks out over his pay"),
        met(
            "c",
            WEDDING.replace("married on Saturday in", "said yes to each other on Saturday before"),
            hours=7,
            title="A wedding among actors",
        ),
    )

    assert column(corpus, "story") == [1, 2, 1]
    with corpus.read() as connection:
        ties = connection.execute(select(LINK.c.article_id, LINK.c.other_id).where(LINK.c.kind == "follows"))
        assert [tuple(tie) for tie in ties] == [(2, 1)]
    assert [[each.id for each in side] for side in corpus.stories_beside(1)] == [[], [2]]
    assert [[each.id for each in side] for side in corpus.stories_beside(2)] == [[1], []]


def test_two_reports_with_like_headlines_tell_one_story_in_a_corpus_of_two(corpus: Corpus) -> None:
    report = """On Saturday Ana Belén Toral said yes to Rogelio Casal at the altar of San Telmo. Half of Mar \
Adentro was there, and danced until dawn to the band that Pilar Undurraga had brought from Juchitán to Oaxaca."""

    put(
        corpus,
        met("a", WEDDING, title="Stars of Mar Adentro marry in Oaxaca"),
        met("b", report, hours=3, title="Oaxaca wedding: the stars of Mar Adentro are married"),
    )

    assert column(corpus, "story") == [1, 1]
    assert column(corpus, "duplicate_cluster") == [1, 2]


def test_every_tie_is_stored_with_its_kind_and_score(corpus: Corpus) -> None:
    put(corpus, met("a", HANDOVER), met("b", truncated(HANDOVER), hours=1), met("c", HANDOVER, hours=2))

    with corpus.read() as connection:
        ties = connection.execute(select(LINK).order_by(LINK.c.id)).all()
    assert [(tie.article_id, tie.other_id, tie.kind) for tie in ties] == [(2, 1, "near_copy"), (3, 1, "copy")]
    assert ties[0].score > 0.9
    assert ties[0].decided_at == NOON + timedelta(hours=1)


def test_a_revision_is_found_by_its_new_words(corpus: Corpus) -> None:
    put(corpus, met("a", QUAKE.format(dead=3, hurt=9)), met("a", HANDOVER, hours=1))

    (copy,) = put(corpus, met("b", truncated(HANDOVER), hours=2))

    assert (copy.fate, copy.compared_with) == (Fate.NEAR_COPY, 1)


def test_a_forgotten_article_leaves_no_trace_in_the_index(tmp_path: Path) -> None:
    with Corpus.open(f"sqlite:///{tmp_path}/c.db", write=True) as corpus:
        put(corpus, met("a", HANDOVER), met("b", truncated(HANDOVER), hours=1))

        forget(corpus, 1)

        with corpus.read() as connection:
            for index in (FINGERPRINT, MENTION):
                assert "1" not in "".join(connection.scalars(select(index.c.articles))).split(",")
            assert connection.execute(select(SKETCH).where(SKETCH.c.article_id == 1)).all() == []
            assert connection.execute(select(LINK)).all() == []
        assert column(corpus, "duplicate_of") == [None]


def test_the_order_within_hours_does_not_change_who_belongs_together(corpus: Corpus) -> None:
    texts = [HANDOVER, truncated(HANDOVER), ANOTHER_LEDE + HANDOVER.partition("\n\n")[2]]
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        with Corpus.open("sqlite://", write=True) as each:
            put(each, *(met(f"p{place}", texts[place], hours=at) for at, place in enumerate(order)))
            assert len(set(column(each, "duplicate_cluster"))) == 1, order


def test_a_corpus_reopened_after_any_article_makes_the_same_clusters(tmp_path: Path) -> None:
    texts = [HANDOVER, QUAKE.format(dead=1, hurt=2), truncated(HANDOVER), RELEASE.format(**ONE), HANDOVER]
    articles = [met(f"p{number}", words, hours=number) for number, words in enumerate(texts)]
    for each in articles:
        with Corpus.open(f"sqlite:///{tmp_path}/c.db", write=True) as corpus:
            put(corpus, each)
    with Corpus.open("sqlite://", write=True) as whole:
        put(whole, *articles)
        clusters = column(whole, "duplicate_cluster"), column(whole, "story"), column(whole, "duplicate_of")

    with Corpus.open(f"sqlite:///{tmp_path}/c.db") as corpus:
        read = column(corpus, "duplicate_cluster"), column(corpus, "story"), column(corpus, "duplicate_of")
    assert read == clusters
    assert clusters[0] == [1, 2, 1, 4, 1]


def test_articles_stored_in_one_transaction_are_linked_as_those_stored_one_by_one(corpus: Corpus) -> None:
    paragraphs = HANDOVER.split("\n\n")
    begin, end = "\n\n".join(paragraphs[:2]), "\n\n".join(paragraphs[2:])
    texts = [begin, end, QUAKE.format(dead=1, hurt=2), HANDOVER, end, truncated(HANDOVER), ANOTHER_LEDE + end]
    articles = [met(f"p{number}", words, hours=number) for number, words in enumerate(texts)]
    with Corpus.open("sqlite://", write=True) as each:
        put(each, *articles)
        one_by_one = [column(each, name) for name in ("duplicate_cluster", "story", "duplicate_of")]

    put_together(corpus, *articles)

    together = [column(corpus, name) for name in ("duplicate_cluster", "story", "duplicate_of")]
    assert together == one_by_one
    assert together[0] == [1, 1, 3, 1, 1, 1, 1]


def test_blocks_of_time_follow_each_other() -> None:
    assert block_of(NOON + timedelta(days=2, hours=12)) == block_of(NOON) + 1


GROUPED = ["dedup-numbers-differ", "dedup-lsh-false-positive", "dedup-recurring-headline"]


@pytest.mark.parametrize("name", GROUPED)
def test_recorded_texts_are_grouped_right(shared: Path, corpus: Corpus, name: str) -> None:
    case = cases(shared)[name]

    put(corpus, *(recorded(each) for each in case["input"]["articles"]))

    clusters = column(corpus, "duplicate_cluster")
    names = [each["id"] for each in case["input"]["articles"]]
    groups = [[n for n, c in zip(names, clusters, strict=True) if c == cluster] for cluster in set(clusters)]
    assert sorted(groups) == sorted(case["expect"]["groups"])


def test_recorded_chains_of_texts_are_grouped_alike_in_every_order(shared: Path) -> None:
    case = cases(shared)["dedup-order-independent"]
    texts = {each["id"]: each for each in case["input"]["articles"]}
    found = set()
    for order in case["input"]["orders"]:
        with Corpus.open("sqlite://", write=True) as corpus:
            put(corpus, *(recorded(texts[name]) for name in order))
            clusters = dict(zip(order, column(corpus, "duplicate_cluster"), strict=True))
        found.add(frozenset(frozenset(n for n in order if clusters[n] == c) for c in clusters.values()))

    assert len(found) == 1


def test_recorded_counters_and_relative_times_make_no_revision(shared: Path, corpus: Corpus) -> None:
    case = cases(shared)["update-volatile-noise"]

    put(corpus, *(met("a", fetch["html_text"]) for fetch in case["input"]["fetches"]))

    with corpus.read() as connection:
        count = connection.execute(text("SELECT count(*) FROM revision")).scalar_one()
    assert count == case["expect"]["versions"]


def cases(shared: Path) -> dict[str, dict[str, Any]]:
    lines = (shared / "cases" / "open.jsonl").read_text(encoding="utf-8").splitlines()
    return {case["id"]: case for case in map(json.loads, lines) if case["area"] == "dedup_updates"}


def recorded(each: dict[str, Any]) -> Article:
    at = datetime.fromisoformat(each["published"]) if "published" in each else NOON
    made = met(each["id"], each["text"], title=each.get("title", ""))
    return replace(made, seen_at=at)


def test_upkeep_lets_go_of_what_old_articles_are_found_by(tmp_path: Path) -> None:
    with Corpus.open(f"sqlite:///{tmp_path}/c.db", write=True) as corpus:
        put(corpus, met("old", HANDOVER), met("new", QUAKE.format(dead=1, hurt=2), hours=24 * 40))

        keep_up(corpus)

        with corpus.read() as connection:
            for table in (FINGERPRINT, MENTION):
                assert set(connection.scalars(select(table.c.articles))) == {"2,"}
            assert list(connection.execute(select(SKETCH.c.words.is_(None))).scalars()) == [True, False]
        (copy,) = put(corpus, met("late", HANDOVER, hours=24 * 40))
        assert copy.fate is Fate.COPY
