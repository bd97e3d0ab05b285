"""What the words around a place say of it: somebody goes there, or comes from there."""

from collections.abc import Iterator

from pipeline.facts import Stage
from pipeline.judging.directions import is_from, is_in, is_toward
from pipeline.judging.facts.dateline import dateline_length
from pipeline.judging.facts.telling import Telling, is_told, of_concept
from pipeline.judging.facts.world import PEOPLES
from pipeline.judging.lexicon import Concept, Hit

__all__ = ["Bearings"]

_NEAR, _VERY_NEAR, _SUBJECT_LENGTH = 6, 3, 8
_DECISIONS = frozenset(f"stages.{stage}" for stage in (Stage.GRANTED, Stage.BLOCKED))
_BY = frozenset("by por".split())
_ACCUSED = frozenset(
    "accused charged indicted wanted sought requested claimed acusado acusada acusados procesado procesada"
    " imputado reclamado reclamada requerido requerida buscado buscada pedido solicitado".split()
)
_LINKING = frozenset(
    "the a an of in at by federal authorities justice court courts la el los las de del en una un por cortes"
    " corte justicia autoridades tribunales tribunal fiscalia gobierno"
    " agents officials officers police detectives marshals agentes funcionarios policias eastern western"
    " northern southern"
    " central district distrito este oeste norte sur".split()
)
_LEADING_ON = frozenset("a al hacia ante por con para en to in by que quien who".split())
_WHICH = frozenset("which que quien".split())
_AND = frozenset("and y e".split())
_REQUESTING = frozenset("extradition its su surrender handover".split())
_INSIDE = frozenset({"in", "en"})
_GONE = frozenset("no not longer".split())
_ARTICLES = frozenset("the los el la".split())
_OF = frozenset("of de del".split())
_PREPOSITIONS = frozenset(
    "to from in of for with by into at on a al de del desde en por con para hacia".split()
)
_PARTICIPLES = ("ado", "ada", "ados", "adas")
_HAVING = frozenset("ha han habia habian hubo haya hayan fue fueron".split())
_LEFT = frozenset("left leaves leave leaving departed departs fled exits quits".split())
_ONE = frozenset("un una otro otra".split())
_TO_WHOM = frozenset("a al los las un una sus".split())
_SPOKEN_FROM = frozenset("from desde".split())


class Bearings:
    """The words around the places of one sentence."""

    def __init__(self, telling: Telling) -> None:
        self._words = telling.sentence.words
        self._moves = telling.moves
        self._all = telling.places
        self._places = frozenset(hit.start for hit in telling.places)
        self._marks = telling.marks
        self._receivers = frozenset(
            hit.start
            for hit in of_concept(telling.hits, Concept.AGENCY)
            if hit.meaning.name in telling.terms.receivers
        )
        # A Dutchman is not the Netherlands that send somebody.
        self._people = [(hit.start, hit.end) for table in ("one", "many") for hit in telling.marks(table)]
        self._through = frozenset(hit.end for hit in telling.marks("through"))
        self._goods = frozenset(hit.start for hit in telling.marks("goods"))
        self._identities = frozenset(hit.start for hit in telling.marks("identities"))
        self._after_identities = frozenset(hit.end for hit in telling.marks("identities"))
        self._decisions = [hit for hit in telling.marks("stages") if hit.meaning.name in _DECISIONS]
        self._is_english = telling.terms.language == "en"
        self._begin = dateline_length(telling)
        self._is_headline = telling.is_headline
        self._is_of_papers = telling.asks_by_paper

    def of_ends(self) -> Iterator[Hit]:
        """Yield the places that may be an end: not where somebody is from, nor through where he came."""
        for place in self._all:
            if not (
                self._is_of_a_person(place) or place.start in self._through or self._is_of_a_thing(place)
            ):
                yield place

    def of_people(self) -> Iterator[Hit]:
        """Yield the places that say where somebody is from."""
        yield from (place for place in self._all if self._is_of_a_person(place))

    def of(self, place: Hit) -> Iterator[tuple[bool, float]]:
        """Yield what each rule reads of the place: True for the end of the journey, and the weight."""
        if place.start < self._begin:
            if self._marks("homeland"):
                yield False, 1.0
            return
        if place.start in self._through or self._is_of_a_thing(place):
            return
        if main := self._main_reading(place):
            yield main
        if is_in(self._words, place.start) and (arrival := self._arrival_before(place)):
            is_gone = not _GONE.isdisjoint(self._words[max(0, arrival.start - _VERY_NEAR) : arrival.start])
            yield not is_gone, 1.0
        if self._is_sought_before(place) and not self._has_before("asked", place, _VERY_NEAR - 1):
            yield True, 0.7
        if self._has_around("courts", place) and not self._decides(place):
            yield True, 0.6
        if self._is_seized_before(place):
            yield False, 0.8
        if place.start in self._receivers:
            yield True, 0.4

    def _main_reading(self, place: Hit) -> tuple[bool, float] | None:
        """Return what the grammar around the place says of it: the first rule that fits."""
        if self._is_of_papers and (is_sender := self._sends_papers(place)) is not None:
            return is_sender, 2.0
        if self._has_before("asked", place, _VERY_NEAR - 1):
            return False, 1.5
        told = (*self._moves, *self._decisions) if self._moves else ()
        if any(mark.end <= place.start for mark in told) and self._is_toward(place):
            return True, 2.0
        if self._asks(place) or self._requests(place):
            return True, 1.5
        if self._decides(place):
            return False, 1.5
        if self._comes_from(place):
            return False, 1.5
        if (is_toward := self._by(place)) is not None:
            return is_toward, 1.5
        if self._is_subject(place):
            return self._fetches(place), 1.5
        return None

    def _sends_papers(self, place: Hit) -> bool | None:
        """Return whether one sends papers, and so wants somebody; False for whom they are sent to."""
        for move in self._marks("of_things"):
            if 0 <= place.start - move.end < _VERY_NEAR:
                return False
            if 0 <= move.start - place.end < _SUBJECT_LENGTH:
                return True
        return None

    def _is_toward(self, place: Hit) -> bool:
        if self._words[place.start - 1] == "for" and self._has_before("departures", place, _SUBJECT_LENGTH):
            return True
        # "A" leads somewhere in Spanish alone.
        words = (
            tuple("the" if word == "a" else word for word in self._words) if self._is_english else self._words
        )
        return is_toward(words, place.start, through_halls=True)

    def _arrival_before(self, place: Hit) -> Hit | None:
        return next((hit for hit in self._marks("arrivals") if 0 <= place.start - hit.end < _NEAR), None)

    def _is_of_a_thing(self, place: Hit) -> bool:
        """Return whether it says of what country a passport is, or drugs: Slovenian identity card."""
        if place.end in self._identities or place.start in self._after_identities:
            return True
        return place.meaning.name == PEOPLES and place.end in self._goods

    def _asks(self, place: Hit) -> bool:
        if self._is_of_a_person(place) or self._words[max(0, place.start - 1)] in _INSIDE:
            return False  # Colombians wanted by; in Lima, his mother asked
        asked = (mark for mark in self._marks("asked") if self._words[mark.end : mark.end + 1] != ("to",))
        asking = (*self._marks("sought"), *asked)
        return any(0 <= mark.start - place.end < _VERY_NEAR for mark in asking)

    def _requests(self, place: Hit) -> bool:
        """Return whether it is whose request it is: Belgrade has weeks to complete its request."""
        return any(
            0 <= paper.start - place.end < _SUBJECT_LENGTH + _VERY_NEAR
            and not _REQUESTING.isdisjoint(self._words[place.end : paper.start])
            and not any(place.end <= start < paper.start for start in self._places)
            for paper in self._marks("papers")
        )

    def _decides(self, place: Hit) -> bool:
        """Return whether its courts or its government grant or refuse: somebody is still there."""
        is_told = bool(self._moves) or self._is_headline or bool(self._marks("remedies"))
        return is_told and any(0 <= mark.start - place.end < _NEAR for mark in self._decisions)

    def _comes_from(self, place: Hit) -> bool:
        if self._is_of_a_person(place) or place.start in self._receivers:
            return False
        # "Lo entregó Perú", "he left Mexico", "Entrega Perú": no word between.
        if (
            any(move.end == place.start and (is_told(move) or not move.start) for move in self._moves)
            and self._words[place.start - 1] not in _PREPOSITIONS
            # Spain extradites Swedish bosses.
            and (self._words[place.start - 1] in _LEFT if self._is_english else place.meaning.name != PEOPLES)
        ):
            return True
        if not is_from(self._words, place.start, through_halls=True):
            return False
        if not _SPOKEN_FROM.isdisjoint(self._words[max(0, place.start - _NEAR + 1) : place.start]):
            return (bool(self._moves) or self._is_headline) and not self._is_home_of_another(place)
        # "de" is "of" as well: it leads away only after a verb of moving, and when nothing leads on between.
        return any(
            0 <= place.start - move.end < _NEAR - 1
            and is_told(move)
            and _LEADING_ON.isdisjoint(self._words[move.end : place.start])
            for move in self._moves
        )

    def _is_home_of_another(self, place: Hit) -> bool:
        """Return whether goods, orders or somebody come from there: a financier from Beirut."""
        return (
            self._has_before("goods", place, _VERY_NEAR)
            or self._has_before("bidding", place, _VERY_NEAR - 1)
            or any(end == place.start - 1 for _, end in self._people)
        )

    def _is_seized_before(self, place: Hit) -> bool:
        is_arrival = self._has_before("arrivals", place, _NEAR)
        return self._has_before("seized", place, _VERY_NEAR - 1) and not is_arrival

    def _by(self, place: Hit) -> bool | None:
        """Return where one is of whom "by" is said: where he is sent from, or where he is accused."""
        for at in range(place.start - 1, max(0, place.start - _VERY_NEAR), -1):
            if self._words[at] in _BY:
                if self._is_sought_before(place) or self._words[at - 1] in _ACCUSED:
                    return True
                is_of_move = any(0 <= at - move.end < _NEAR for move in self._moves)
                return False if is_of_move else None
        return None

    def _is_sought_before(self, place: Hit) -> bool:
        return any(
            0 <= place.start - mark.end < _NEAR and _LINKING.issuperset(self._words[mark.end : place.start])
            for mark in self._marks("sought")
        )

    def _is_subject(self, place: Hit) -> bool:
        following = [move.start - place.end for move in self._moves if move.start >= place.end]
        if not following or min(following) > _SUBJECT_LENGTH or self._is_of_a_person(place):
            return False
        if self._is_passive(place.end + min(following)):
            return False
        if self._words[place.end] in _WHICH and min(following) < _VERY_NEAR:
            return True  # in Guatemala, which extradited him
        if any(place.end <= start < place.end + min(following) for start in self._places):
            return False  # Another one stands nearer to the verb.
        before = self._words[place.start - 1] if place.start else ""
        if before in _AND:  # in Georgia and New York
            first = next((each for each in self._all if each.end == place.start - 1), place)
            before = self._words[first.start - 1] if first.start else ""
        if before in _ARTICLES and place.start > 1:
            before = self._words[place.start - 2]
        # "Agents of the United States drove him": the country of those who stand before the verb.
        is_theirs = before in _OF and place.start < _SUBJECT_LENGTH and min(following) < _VERY_NEAR
        is_theirs = is_theirs and self._has_before("bystanders", place, _VERY_NEAR)
        return is_theirs or before not in _PREPOSITIONS

    def _is_passive(self, at: int) -> bool:
        """Return whether the verb there is a Spanish participle alone: llegó a Lima deportado."""
        is_participle = self._words[at].endswith(_PARTICIPLES)
        return is_participle and _HAVING.isdisjoint(self._words[max(0, at - 2) : at])

    def _is_of_a_person(self, place: Hit) -> bool:
        """Return whether it says where somebody is from: a Dutchman, ciudadano chino, Mexican trafficker."""
        if any(start <= place.end and place.start <= end for start, end in self._people):
            return True
        # "Un ruso" is a man; "entregar a ecuatorianos": they are moved.
        if place.meaning.name == PEOPLES and self._words[max(0, place.start - 1)] in _ONE:
            return True
        return place.meaning.name == PEOPLES and any(
            move.end <= place.start <= move.end + _VERY_NEAR
            and _TO_WHOM.issuperset(self._words[move.end : place.start])
            and move.end < place.start
            and is_told(move)
            for move in self._moves
        )

    def _fetches(self, place: Hit) -> bool:
        return bool(self._marks("fetchers")) or place.start in self._receivers

    def _has_before(self, table: str, place: Hit, length: int) -> bool:
        return any(0 <= place.start - mark.end < length for mark in self._marks(table))

    def _has_around(self, table: str, place: Hit) -> bool:
        for mark in self._marks(table):
            if mark.start == place.end:
                return True
            between = self._words[mark.end : place.start]
            if mark.end <= place.start and len(between) < _VERY_NEAR and set(between) <= _LINKING:
                return True
        return False
