"""Sources whose spider is written in Python, in a module of this package: found without importing Scrapy."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.items import Source

__all__ = ["written_modules", "written_sources"]

_HOME = Path(__file__).parent
# In the body of a class, or of a function: few files are worth parsing.
_SOURCE = re.compile(r"^[ \t]+source\b[^=\n]*=", re.MULTILINE)


def written_modules() -> tuple[str, ...]:
    """Return the names of the modules in ``spiders/`` that hold a spider written for one source."""
    return tuple(sorted(_modules()))


def written_sources() -> tuple[Source, ...]:
    """Return the sources of the spiders written in Python, by name.

    Raises SourceError for a module that cannot be imported.
    """
    modules = written_modules()
    if not modules:
        return ()
    # Scrapy with it takes most of a second to import.
    from spiders.loader import written_spiders

    try:
        return tuple(spider.source for spider in written_spiders(modules))
    except (ImportError, SyntaxError, NameError, TypeError) as error:
        raise SourceError(f"a spider in {_HOME} cannot be imported: {error}; mend or remove it") from error


def _modules() -> Iterator[str]:
    for file in _HOME.rglob("*.py"):
        text = file.read_text(encoding="utf-8", errors="replace")
        if _SOURCE.search(text) and _has_source(text):
            yield ".".join(("spiders", *file.relative_to(_HOME).with_suffix("").parts))


def _has_source(text: str) -> bool:
    """Tell whether a class of the module sets ``source``; what cannot be parsed is for its import to tell."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return True
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return any("source" in _set_by(statement) for each in classes for statement in each.body)


def _set_by(statement: ast.stmt) -> set[str]:
    """The names that a statement gives a value."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    return {target.id for target in targets if isinstance(target, ast.Name)}
