"""The ways in which papers write one person's name."""

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Forms"]

_ARTICLES = ("El ", "La ", "Los ", "Don ")


@dataclass(frozen=True, slots=True)
class Forms:
    """A name whose given part is known: with both surnames or one, with a nickname between or before.

    >>> forms = Forms("Ismael Zambada García", "Ismael", ("El Mayo",))
    >>> forms.whole[:4]
    ('Ismael Zambada García', 'Ismael El Mayo Zambada García', 'Ismael El Mayo Zambada', 'El Mayo Zambada')
    >>> forms.short
    ('Ismael Zambada', 'Zambada García')
    """

    name: str
    given: str
    nicknames: tuple[str, ...]

    @property
    def whole(self) -> tuple[str, ...]:
        """The forms that mean this person and nobody else."""
        return self.name, *dict.fromkeys(self._with_nicknames())

    @property
    def short(self) -> tuple[str, ...]:
        """The forms that others may bear too: one surname left out, or no given name."""
        written = [f"{self.given} {surnames}" for surnames in self._surnames]
        written.append(f"{self.given.split()[0]} {self._surnames[0]}")
        if len(self._surnames) > 1:
            written.append(self._surnames[0])
        return tuple(form for form in dict.fromkeys(written) if form != self.name)

    @property
    def _surnames(self) -> tuple[str, ...]:
        both = self.name.removeprefix(self.given).strip()
        return tuple(dict.fromkeys((both, both.split()[0])))

    def _with_nicknames(self) -> Iterator[str]:
        for nickname in self.nicknames:
            if self._surnames[-1] in nickname:
                continue
            for written in dict.fromkeys((nickname, _without_article(nickname))):
                for surnames in self._surnames:
                    yield f"{self.given} {written} {surnames}"
                yield f"{written} {self._surnames[-1]}"


def _without_article(nickname: str) -> str:
    for article in _ARTICLES:
        if nickname.startswith(article):
            return nickname.removeprefix(article)
    return nickname
