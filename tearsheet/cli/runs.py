"""``tearsheet runs``: the run reports."""

import click

from pipeline.errors import InputError
from storage.runs import RunLog
from tearsheet.cli.opened import opened_corpus
from tearsheet.cli.output import instant, print_json, print_table
from tearsheet.cli.report import print_record, report_as_dict

__all__ = ["command"]


@click.command("runs")
@click.argument("run_id", metavar="[ID]", type=click.IntRange(1, 2**63 - 1), required=False)
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def command(config_path: str | None, *, run_id: int | None, limit: int, as_json: bool) -> None:
    """List the last runs, or show the report of one."""
    with opened_corpus(config_path) as corpus:
        log = RunLog(corpus)
        reports = log.runs(limit) if run_id is None else tuple(filter(None, [log.run(run_id)]))
    if run_id is not None and not reports:
        raise InputError(f"no run {run_id}; `tearsheet runs` lists them")
    if as_json:
        documents = [report_as_dict(report) for report in reports]
        print_json(documents if run_id is None else documents[0])
    elif run_id is not None:
        print_record(reports[0])
    else:
        rows = [
            (
                report.id,
                instant(report.started_at),
                report.outcome,
                len(report.sources),
                len(report.failed),
                report.discovered,
                report.fates.get("new", 0),
            )
            for report in reports
        ]
        print_table(("run", "started", "outcome", "sources", "failed", "URLs", "new"), rows)
