"""Every known failure of the ways to an article is somebody's test."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent
KINDS = ("url", "feed", "feed_sequence", "sitemap", "robots", "http_sequence")


def strings(file: Path) -> Iterator[str]:
    """The string literals of a module."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("kind", KINDS)
def test_every_case_of_how_articles_are_found_and_fetched_is_selected_by_a_test(
    kind: str, cases: dict[str, dict[str, Any]]
) -> None:
    wanted = {name for name, case in cases.items() if case["input_kind"] == kind}
    selected = {each for file in TESTS.rglob("test_*.py") for each in strings(file)}

    assert wanted
    assert wanted - selected == set()
