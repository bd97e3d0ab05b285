"""Article -> what it says of one move: by what right, how far, from where to where, how many, who."""

from pipeline.facts import Facts
from pipeline.judging.evidence import Finding
from pipeline.judging.facts.headcount import count_of
from pipeline.judging.facts.mechanism import mechanism_of
from pipeline.judging.facts.people import groups_of, names_of
from pipeline.judging.facts.route import route_of
from pipeline.judging.facts.scope import is_of_a_subject, is_of_no_one_move
from pipeline.judging.facts.stage import stage_of
from pipeline.judging.facts.telling import is_denial, tellings
from pipeline.judging.facts.terms import terms_of

__all__ = ["facts_of"]


def facts_of(finding: Finding, language: str) -> Facts:
    """Return what an article says in which a watch has found its places, people and groups.

    Each fact comes with its sentence; what is not said stays unknown, and so do the ends and the number of a
    move of which nothing tells how far it has come or who is moved: treaties and opinions speak of many.
    Costs less than finding them did.
    """
    told = tellings(finding.sentences, terms_of(language))
    names, groups = names_of(told), groups_of(told)
    if any(map(is_denial, told)):
        return Facts(names=names, groups=groups)
    is_of_none, is_about = is_of_no_one_move(told), is_of_a_subject(told)
    count = None if is_of_none else count_of(told)
    stage = None if is_of_none else stage_of(told, is_of_a_subject=is_about)
    number = count.value if count else 0
    route, mechanism = route_of(told, count=number), mechanism_of(told, count=number)
    headline = [each for each in told if each.is_headline]
    is_of_many = is_about or any(each.marks("subjects") for each in headline)
    is_one_move = stage or ((mechanism or count) and not is_of_many)
    is_named = stage or any(each.names_law for each in headline) or not (is_of_none or is_of_many)
    return Facts(
        mechanism=mechanism if is_named else None,
        stage=stage,
        from_country=route.origin if is_one_move else None,
        to_country=route.destination if is_one_move else None,
        count=count if is_one_move else None,
        names=names,
        groups=groups,
    )
