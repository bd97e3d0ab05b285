"""``tearsheet schedule``: the daemon, and what it does when."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from pipeline.errors import StorageError
from pipeline.secrets import without_secrets
from storage.jobs import Job, Jobs
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import instant, note, print_json, print_table
from tearsheet.config import load_config
from tearsheet.jobs import JobDefinition, definitions, due_times
from tearsheet.lock import is_daemon_running
from tearsheet.logs import is_logging

__all__ = ["command"]


@click.command("schedule")
@click.option(
    "--list", "is_list", is_flag=True, help="Print the jobs with their last and next times, and end."
)
@click.option("--json", "as_json", is_flag=True, help="With --list: one JSON document.")
@click.pass_obj
def command(config_path: str | None, *, is_list: bool, as_json: bool) -> int:
    """Run the jobs of [schedule] until a signal ends it: the daemon that stands in for cron."""
    if is_list or as_json:
        _list(config_path, as_json=as_json)
        return 0
    # APScheduler takes a while to import.
    from tearsheet.schedule import Daemon

    return Daemon(config_path, tell=_tell, options=_log_options()).serve()


def _tell(line: str) -> None:
    # Who reads the log finds it there.
    if not is_logging():
        note(f"{instant(datetime.now(UTC))} {without_secrets(line)}")


def _log_options() -> tuple[str, ...]:
    """What makes the jobs log as the daemon does."""
    given = click.get_current_context().find_root().params
    if given["log_format"]:
        return ("--log-format", given["log_format"])
    return ("--verbose",) if given["verbose"] else ()


def _list(config_path: str | None, *, as_json: bool) -> None:
    config = load_config(config_path)
    jobs = definitions(config)
    try:
        with opened_corpus(config_path) as corpus:
            kept, is_running = Jobs(corpus).all(), is_daemon_running(corpus)
    except StorageError as error:
        if not error.is_absent:
            raise
        kept, is_running = {}, False
    rows = list(_rows(jobs, kept, is_running=is_running))
    if as_json:
        print_json({"daemon": is_running, "jobs": rows})
        return
    print_table(
        ("job", "when", "last run", "result", "next run"),
        [(row["job"], row["timetable"], row["started_at"], row["result"], row["next_at"]) for row in rows],
    )
    if not is_running:
        note("The daemon is not running: `tearsheet schedule` starts it.")


def _rows(
    jobs: Mapping[str, JobDefinition], kept: Mapping[str, Job], *, is_running: bool
) -> list[dict[str, Any]]:
    due = due_times(jobs, kept, now=datetime.now(UTC))
    rows = []
    for name, job in jobs.items():
        row = kept.get(name)
        was_cut_short = row is not None and row.is_running and not is_running
        rows.append(
            {
                "job": name,
                "timetable": job.timetable,
                "started_at": instant(row.started_at) if row else None,
                "ended_at": instant(row.ended_at) if row else None,
                "exit_code": row.exit_code if row else None,
                "result": "cut short" if was_cut_short else (row.result if row else ""),
                "next_at": instant(due[name]),
            }
        )
    return rows
