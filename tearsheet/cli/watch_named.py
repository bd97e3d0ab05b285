"""The watch that a command names."""

from pipeline.errors import WatchError
from pipeline.judging.watch import Watch
from pipeline.keys import unknown_name
from tearsheet.config import Config

__all__ = ["watch_named"]


def watch_named(config: Config, name: str) -> Watch:
    """Return the watch, switched off or not; raises WatchError, naming the nearest, when there is none."""
    watches = {watch.name: watch for watch in config.watches}
    if name not in watches:
        otherwise = f"there are: {', '.join(watches)}"
        raise unknown_name("watch", name, watches, otherwise=otherwise, error=WatchError)
    return watches[name]
