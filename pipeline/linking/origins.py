"""Who carries one text -> from how many independent origins it comes."""

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.linking.credit import credit_name, is_credited

__all__ = ["Carrier", "origins_of"]


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article that carries a text, as far as it tells where that comes from."""

    source: str
    credit: str
    """Whom it credits (pipeline.linking.credit); empty for no one."""
    is_head: bool
    """Whether it stands for all that carry the text."""


def origins_of(carriers: Collection[Carrier]) -> tuple[str, ...]:
    """Return whose text it is: every agency or office that is credited, by its name, in order.

    Where no one is credited it is one origin, the source that stands for the text: who prints the words of
    another without saying whose they are is no second witness.

    >>> origins_of([Carrier("elsol.example", "efe", True), Carrier("larazon.example", "", False)])
    ('EFE',)
    >>> origins_of([Carrier("elsol.example", "", True), Carrier("larazon.example", "", False)])
    ('elsol.example',)
    """
    sources = {carrier.source for carrier in carriers}
    credited = {carrier.credit for carrier in carriers if carrier.credit}
    if not credited:
        return tuple(sorted({carrier.source for carrier in carriers if carrier.is_head}))
    own = {source for source in sources for credit in credited if is_credited(source, credit)}
    others = {credit for credit in credited if not any(is_credited(source, credit) for source in own)}
    return tuple(sorted(own | {credit_name(credit) for credit in others}))
