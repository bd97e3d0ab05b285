"""What several tests need: the shared data, and cases from it."""

import json
import os
from pathlib import Path

import pytest

from tests.postgres import postgres_server, postgres_url

__all__ = ["cases", "postgres_server", "postgres_url", "shared"]

_SHARED = Path(os.environ.get("TEARSHEET_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of labelled data; a test that needs it skips where it is absent, but never in CI."""
    if not _SHARED.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no labelled data at {_SHARED}; set TEARSHEET_SHARED")
        pytest.skip(f"no labelled data at {_SHARED} (set TEARSHEET_SHARED)")
    return _SHARED


@pytest.fixture(scope="session")
def cases(shared: Path) -> dict[str, dict]:
    """The failure cases by their ids."""
    lines = (shared / "cases" / "open.jsonl").read_text(encoding="utf-8").splitlines()
    return {case["id"]: case for case in map(json.loads, lines)}
