"""Tearsheet: collects, cleans, links and keeps the news coverage of one question."""

from importlib.util import find_spec
from pathlib import Path

__version__ = "0.1.0"


def _check_siblings() -> None:
    """Fail early if another distribution shadows one of our packages."""
    home = Path(__file__).parent.parent
    for name in ("spiders", "pipeline", "storage"):
        spec = find_spec(name)
        if spec is None or spec.origin is None or Path(spec.origin).parents[1] != home:
            found = spec.origin if spec else None
            raise ImportError(f"{name!r} is not tearsheet's package: found {found}")


_check_siblings()
