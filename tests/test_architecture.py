"""The house rules that a machine can check."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("tearsheet", "spiders", "pipeline", "storage")
LONGEST_FUNCTION = 60
LONGEST_MODULE = 300
# The run loop (one page must not stop the others), in each process of it, and the command line's last line.
BROAD_EXCEPTS = {"tearsheet/cli/app.py", "tearsheet/storing.py", "tearsheet/workers.py"}
# Written by Alembic, one per change of the tables.
GENERATED = ROOT / "storage" / "migrations" / "versions"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in sorted((ROOT / package).rglob("*.py")) if GENERATED not in path.parents)


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for path in modules():
        name = path.relative_to(ROOT).as_posix()
        yield from ((name, node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def test_no_function_is_too_long_to_read() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name, node in nodes()
        if isinstance(node, Function) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]

    assert long == []


def test_no_module_is_too_long_to_read() -> None:
    sizes = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in modules()}

    # items.py is a page of definitions: values with their fields' formats, and no logic.
    long = {name for name, size in sizes.items() if size > LONGEST_MODULE}
    assert long <= {"pipeline/items.py"}
    assert sizes["pipeline/items.py"] <= 400


def test_every_function_says_what_it_returns() -> None:
    silent = [
        f"{name}:{node.lineno} {node.name}"
        for name, node in nodes()
        if isinstance(node, Function) and node.returns is None and node.name != "__init__"
    ]

    assert silent == []


def test_broad_excepts_stand_only_where_the_style_allows_them() -> None:
    broad = [
        name
        for name, node in nodes()
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]

    assert sorted(broad) == sorted(BROAD_EXCEPTS)


def test_the_packages_import_each_other_in_one_direction_only() -> None:
    linter = shutil.which("lint-imports", path=Path(sys.executable).parent)
    assert linter is not None

    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("name", ["spiders", "pipeline", "storage"])
def test_a_foreign_package_of_the_same_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("")
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import tearsheet"

    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 1
    assert f"ImportError: {name!r} is not tearsheet's package: found {tmp_path / name}" in done.stderr
