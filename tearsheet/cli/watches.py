"""The watches of the configuration, for commands that are told one by its name."""

from collections.abc import Iterable

from pipeline.errors import WatchError
from pipeline.judging.watch import Watch
from pipeline.keys import unknown_name
from pipeline.words import fold
from tearsheet.config import load_config

__all__ = ["known_watches", "watch_named"]


def known_watches(config_path: str | None) -> tuple[Watch, ...]:
    """Return the built-in watches and the user's, those that are switched off too."""
    return load_config(config_path).watches


def watch_named(name: str, watches: Iterable[Watch]) -> Watch:
    """Return the watch of this name, whatever its case; raises WatchError where there is none."""
    by_name = {watch.name: watch for watch in watches}
    found = by_name.get(name) or {fold(known): watch for known, watch in by_name.items()}.get(fold(name))
    if found is None:
        otherwise = f"there are: {', '.join(by_name)}"
        raise unknown_name("watch", name, by_name, otherwise=otherwise, error=WatchError)
    return found
