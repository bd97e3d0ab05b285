"""Sources -> the text of a tearsheet.toml."""

import json
from collections.abc import Iterator, Sequence

from pipeline.items import Source

__all__ = ["config_toml"]


def config_toml(sources: Sequence[Source], corpus_url: str) -> str:
    """Return a configuration that collects from these sources on loopback, and from nowhere else."""
    return "\n".join(_lines(sources, corpus_url)) + "\n"


def _lines(sources: Sequence[Source], corpus_url: str) -> Iterator[str]:
    yield "# The sample newsroom. Its publishers answer only while `tearsheet demo` runs."
    yield from ("[corpus]", f"url = {_toml(corpus_url)}", "")
    yield from ("[collect]", "use_builtin_sources = false", "allow_private_hosts = true", "delay_seconds = 0")
    for source in sources:
        yield from ("", f"[sources.{source.name}]")
        for key in ("feeds", "sitemaps", "sections"):
            if urls := getattr(source, key):
                yield f"{key} = {_toml(list(urls))}"
        yield f"language = {_toml(source.language)}"
        yield f"timezone = {_toml(source.timezone)}"
        yield f"tier = {source.tier}"


def _toml(value: str | list[str]) -> str:
    """A JSON string is a TOML basic string too, and a list of them an array."""
    return json.dumps(value, ensure_ascii=False)
