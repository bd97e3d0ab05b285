"""Article -> what it says of one move: by what right, how far, from where to where, how many, who."""

from pipeline.facts import Facts
from pipeline.judging.evidence import Finding
from pipeline.judging.facts.headcount import count_of
from pipeline.judging.facts.mechanism import mechanism_of
from pipeline.judging.facts.people import groups_of, names_of
from pipeline.judging.facts.route import route_of
from pipeline.judging.facts.stage import stage_of
from pipeline.judging.facts.telling import tellings
from pipeline.judging.facts.terms import terms_of

__all__ = ["facts_of"]


def facts_of(finding: Finding, language: str) -> Facts:
    """Return what an article says in which a watch has found its places, people and groups.

    Each fact comes with its sentence; what is not said stays unknown. Costs less than finding them did.
    """
    told = tellings(finding.sentences, terms_of(language))
    route, count = route_of(told), count_of(told)
    return Facts(
        mechanism=mechanism_of(told, count=count.value if count else 0),
        stage=stage_of(told),
        from_country=route.origin,
        to_country=route.destination,
        count=count,
        names=names_of(told),
        groups=groups_of(told),
    )
