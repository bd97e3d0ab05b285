"""What the daemon does when: over restarts, downtime and clocks that are set, by a clock that the test sets."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.timetable import read_timetable
from storage import Corpus
from storage.jobs import Jobs
from tearsheet.agenda import Agenda
from tearsheet.jobs import JobDefinition
from tests.storage.builders import Clock
from tests.tearsheet.commands import Desk, ended, eventually
from tests.tearsheet.harbor import Harbor, page

NOON = datetime(2025, 8, 12, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

Start = Callable[..., Agenda]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def start(tmp_path: Path, clock: Clock) -> Start:
    """Start a daemon's agenda on the corpus of the test, as each start of the daemon does."""

    def started(**lines: str) -> Agenda:
        corpus = Corpus.open(f"sqlite:///{tmp_path}/tearsheet.db", write=True)
        agenda = Agenda(Jobs(corpus), now=clock)
        agenda.take_in(
            {
                name: JobDefinition(name=name, arguments=(name,), table=read_timetable(line))
                for name, line in lines.items()
            }
        )
        return agenda

    return started


def runs(agenda: Agenda, clock: Clock, *, during: timedelta) -> list[tuple[str, datetime]]:
    """Let time pass from due time to due time, each job taking no time; return what began when."""
    begun, end = [], clock.at + during
    while True:
        name, at = min(agenda.due().items(), key=lambda one: one[1])
        if max(at, clock.at) > end:
            clock.at = end
            return begun
        clock.at = max(at, clock.at)
        begun.append((name, clock.at))
        agenda.begin(name)
        agenda.end(name, exit_code=0, result="done")


# The cases


@pytest.mark.parametrize("case_id", ["sched-catchup-burst"])
def test_all_that_was_missed_while_nobody_ran_it_is_made_up_once(
    cases: dict[str, dict[str, Any]], case_id: str, start: Start, clock: Clock
) -> None:
    given, expect = cases[case_id]["input"], cases[case_id]["expect"]
    line = f"every {given['every_minutes']} minutes"
    runs(start(collect=line), clock, during=timedelta(hours=1))
    clock.forward(hours=given["down_hours"])
    restarted = clock.at

    agenda = start(collect=line)
    made_up = runs(agenda, clock, during=MINUTE)

    assert len(made_up) == expect["runs_after_start"]
    assert agenda.due() == {"collect": restarted + timedelta(minutes=given["every_minutes"])}


@pytest.mark.parametrize("case_id", ["sched-replace-loses-run"])
def test_a_run_that_is_overdue_at_a_restart_is_not_lost(
    cases: dict[str, dict[str, Any]], case_id: str, start: Start, clock: Clock
) -> None:
    given, expect = cases[case_id]["input"], cases[case_id]["expect"]
    line, hours = f"every {given['every_hours']} hours", given["every_hours"]
    clock.at = datetime.fromisoformat(given["next_run_before_restart"]) - timedelta(hours=hours)
    before = start(collect=line)
    before.due()
    clock.at = datetime.fromisoformat(given["restart_at"])

    made = runs(start(collect=line), clock, during=MINUTE)

    assert len(made) == expect["runs_after_start"]


@pytest.mark.parametrize("case_id", ["sched-conflict-restart"])
def test_a_start_may_be_repeated(
    cases: dict[str, dict[str, Any]], case_id: str, start: Start, clock: Clock
) -> None:
    given, expect = cases[case_id]["input"], cases[case_id]["expect"]

    planned = [start(**{given["job_id"]: "every 6 hours"}).due() for _ in range(given["starts"])]

    assert expect["errors"] == 0
    assert planned == [{given["job_id"]: NOON + timedelta(hours=6)}] * given["starts"]
    assert len(planned[-1]) == expect["jobs"]


@pytest.mark.parametrize("case_id", ["sched-pending-duplicates"])
def test_a_job_taken_in_twice_before_the_first_run_is_listed_once(
    cases: dict[str, dict[str, Any]], case_id: str, start: Start, clock: Clock, desk: Desk
) -> None:
    given, expect = cases[case_id]["input"], cases[case_id]["expect"]
    agenda = start(collect="every 6 hours")
    for _ in range(given["adds"]):
        job = JobDefinition(name="collect", arguments=(), table=read_timetable("every 6 hours"))
        agenda.take_in({"collect": job})
        agenda.due()
    desk.configure('[schedule]\ncollect = "every 6 hours"\nreport = ""\nprune = ""\nupkeep = ""\n')

    listed = desk.ask("schedule", "--list", "--json").json["jobs"]

    assert len(listed) == expect["jobs"]
    assert listed[0]["next_at"] == "2025-08-12T18:00:00Z"


@pytest.mark.parametrize("case_id", ["sched-killed-run"])
def test_a_run_killed_half_way_is_known_as_such_and_taken_up_again(
    cases: dict[str, dict[str, Any]], case_id: str, desk: Desk, harbor: Harbor
) -> None:
    expect = cases[case_id]["expect"]
    half, count = 50, 100
    assert f"kill -9 at {half} of {count} URLs" == cases[case_id]["input"]["event"]
    harbor.print(count)
    harbor.drip(f"/a{half}", page(half), pieces=600)
    desk.configure(harbor.config("workers = 1"))
    run = desk.start("collect")
    eventually(
        lambda: (
            (desk.folder / "tearsheet.db").exists()
            and harbor.asked(f"/a{half}")
            and desk.rows("SELECT count(*) FROM article") == [(half,)]
        )
    )

    run.kill()
    ended(run)
    harbor.page(f"/a{half}", page(half))
    before = len(harbor.requests)
    desk.run("collect", "--quiet")

    asked = Counter(request.path for request in harbor.requests[before:] if request.path.startswith("/a"))
    assert desk.rows("SELECT outcome FROM run WHERE id = 1") == [(expect["previous_run_status"],)]
    assert len(asked) == asked.total() == expect["urls_left_fetched_after_restart"]
    stored = [url for (url,) in desk.rows("SELECT url FROM article")]
    assert len(stored) - len(set(stored)) == expect["duplicates"]
    assert len(stored) == count


def test_every_case_of_scheduling_is_selected_by_a_test(cases: dict[str, dict[str, Any]]) -> None:
    tests = Path(__file__).parents[1]
    written = "".join(path.read_text(encoding="utf-8") for path in tests.rglob("test_*.py"))

    scheduling = {name for name, case in cases.items() if case["area"] == "scheduling"}

    assert len(scheduling) >= 8
    assert [name for name in sorted(scheduling) if f'"{name}"' not in written] == []


# Clocks that are set


def test_a_clock_put_back_by_an_hour_neither_repeats_a_daily_job_nor_stops_a_frequent_one(
    start: Start, clock: Clock
) -> None:
    clock.at = NOON - MINUTE
    agenda = start(prune="0 12 * * *", collect="every 10 minutes")
    first = runs(agenda, clock, during=timedelta(minutes=6))
    clock.forward(hours=-1)

    after = runs(agenda, clock, during=timedelta(hours=2))

    assert [name for name, _ in first].count("prune") == 1
    assert [name for name, _ in after].count("prune") == 0
    collected = [at for name, at in after if name == "collect"]
    assert collected[0] == NOON - timedelta(minutes=45)
    assert {later - earlier for earlier, later in pairwise(collected)} == {timedelta(minutes=10)}
    assert len(collected) == 12
    assert agenda.due()["prune"] == NOON + timedelta(days=1)


def test_a_clock_put_forward_by_a_day_makes_up_each_job_once(start: Start, clock: Clock) -> None:
    agenda = start(prune="0 13 * * *", collect="every 10 minutes")
    runs(agenda, clock, during=timedelta(hours=2))
    clock.forward(days=1)

    made = runs(agenda, clock, during=MINUTE)

    assert sorted(name for name, _ in made) == ["collect", "prune"]


def test_a_job_that_is_under_way_is_not_planned(start: Start, clock: Clock) -> None:
    agenda = start(collect="every 10 minutes", prune="0 13 * * *")

    assert list(agenda.due(but={"collect"})) == ["prune"]


def test_a_job_that_was_switched_off_meanwhile_does_not_begin(start: Start, clock: Clock) -> None:
    agenda = start(collect="every 10 minutes")
    agenda.due()
    agenda.take_in({})

    assert agenda.begin("collect") is None
    assert agenda.due() == {}
