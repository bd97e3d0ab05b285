"""How the benchmarks measure: CPU time of whole process trees, repeated figures, small tables."""

import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

__all__ = ["Cost", "cost_of", "noise", "print_table", "promise", "skip", "spread"]

_PR_SET_CHILD_SUBREAPER = 36
_BUSY = "sum(n * n for n in range({count}))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one process took, with everything it started."""

    wall_seconds: float
    cpu_seconds: float
    stdout: str


def cost_of(
    command: Sequence[str], *, folder: Path | None = None, env: Mapping[str, str] | None = None
) -> Cost:
    """Run a command to its end; the CPU time is its own and that of all its descendants.

    A fork server outlives the process that started it: it is waited for here. Ends the benchmark when the
    command fails.
    """
    _adopt_orphans()
    before, began = _children_cpu(), time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - began
    _await_orphans()
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return Cost(wall_seconds=wall, cpu_seconds=_children_cpu() - before, stdout=done.stdout)


def _adopt_orphans() -> None:
    """Become the parent of what our children leave behind."""
    if not sys.platform.startswith("linux"):
        skip("the CPU time of whole process trees is measured on Linux only")
    if ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        skip("this system does not let a process adopt orphans")


def _await_orphans() -> None:
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def noise() -> str:
    """Say how quiet the machine is: its load, and how much more two busy processes do than one."""
    load = os.getloadavg()[0]
    rounds = [(_busy_seconds(1), _busy_seconds(2)) for _ in range(3)]
    alone, together = map(min, zip(*rounds, strict=True))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"machine: {cores} cores, load {load:.1f}; two busy processes do "
        f"{2 * alone / together:.2f} times the work of one (2.00 = two idle cores)"
    )


def _busy_seconds(processes: int) -> float:
    command = [sys.executable, "-c", _BUSY.format(count=6_000_000)]
    began = time.perf_counter()
    running = [subprocess.Popen(command) for _ in range(processes)]
    for process in running:
        process.wait()
    return time.perf_counter() - began


def spread(figures: Iterable[float], unit: str = "", *, best: Callable[[list[float]], float] = min) -> str:
    """Return the best and the median of repeated figures."""
    known = list(figures)
    return f"{best(known):.2f} / {median(known):.2f}{unit}"


def promise(what: str, figure: float, *, at_most: float | None = None, at_least: float | None = None) -> None:
    """Print a promise with the figure and whether it was kept."""
    is_kept = (at_most is None or figure <= at_most) and (at_least is None or figure >= at_least)
    limit = f"at most {at_most:g}" if at_most is not None else f"at least {at_least:g}"
    print(f"{'kept  ' if is_kept else 'MISSED'}  {what}: {figure:.3f} (promised: {limit})")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their column names; numbers have three decimals."""
    cells = [[*columns], *([f"{c:.3f}" if isinstance(c, float) else str(c) for c in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        first, *others = row
        aligned = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *aligned]))
    print()


def skip(reason: str) -> None:
    """End the benchmark as skipped, which is no failure."""
    print(f"skipped: {reason}")
    raise SystemExit(0)
