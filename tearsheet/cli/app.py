"""The command ``tearsheet``: its commands, loaded late, and the one place where errors become exit codes."""

import errno
import os
import sys
from importlib import import_module

import click

from pipeline.errors import TearsheetError
from pipeline.secrets import without_secrets
from tearsheet import __version__
from tearsheet.logs import Event, LogForm, log_to_stderr, logger
from tearsheet.signals import stop_request

__all__ = ["app", "main"]

# command -> (module under tearsheet.cli, what --help says of it); in the order a newcomer meets them.
_COMMANDS = {
    "demo": ("demo", "Run the whole job against a sample newsroom on this machine."),
    "init": ("init", "Write a commented tearsheet.toml into this folder."),
    "collect": ("collect", "Ask the sources, read the pages, store the articles."),
    "search": ("search", "Find articles in the corpus."),
    "show": ("show", "Show one article and its history."),
    "why": ("why", "Tell what became of a URL in every run."),
    "mark": ("mark", "Say whether an article belongs to a watch, for ever."),
    "runs": ("runs", "List the runs, or show the report of one."),
    "sources": ("sources", "List the sources and their health."),
    "watch": ("watch", "The questions: list, explain, test."),
    "schedule": ("schedule", "Run collect and the other jobs by the clock, without cron."),
    "export": ("export", "Write articles for spreadsheets, notebooks, citations."),
    "freeze": ("freeze", "Keep what a query finds under a name, to cite it."),
    "frozen": ("frozen", "List the frozen sets; tell what would differ today."),
    "import": ("imports", "Take in articles or pages from files."),
    "extract": ("extract", "Read pages without storing them; JSON out."),
    "reread": ("reread", "Read the stored pages again by today's rules."),
    "forget": ("forget", "Remove an article and every trace of it."),
    "prune": ("prune", "Remove raw pages that have had their time."),
    "corpus": ("corpus", "Back up the corpus, keep its index in order."),
    "doctor": ("doctor", "Check corpus, index, disk and lock; say what to do."),
}
# Told to stop, they end in good order; from before their imports, which take most of a second.
_STOPPABLE = frozenset({"collect", "reread", "schedule"})
# Those that take a query.
_ASKING = frozenset({"search", "export", "freeze"})


class _LateGroup(click.Group):
    """A group whose commands are imported when they are called: scrapy and sqlalchemy take half a second."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        if cmd_name in _STOPPABLE:
            stop_request.hold()
        module, _ = _COMMANDS[cmd_name]
        command = import_module(f"tearsheet.cli.{module}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", metavar="FILE", help="The configuration; default: ./tearsheet.toml.")
@click.option("-v", "--verbose", is_flag=True, help="Log what happens to stderr; say more of an error.")
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), help="Log so: key=value (-v) or JSON Lines."
)
@click.version_option(__version__, prog_name="tearsheet")
@click.pass_context
def app(ctx: click.Context, config: str | None, verbose: bool, log_format: LogForm | None) -> None:
    """Collects, cleans, links and keeps the news coverage of one question."""
    ctx.obj = config
    log_to_stderr(log_format or ("text" if verbose else None))


def main() -> None:
    """Run the command line and exit with the documented code; a user's mistake is one line on stderr."""
    sys.exit(_exit_code())


def _exit_code() -> int:
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        _complain(f"{error.format_message().rstrip('.')}{_help_hint(error)}")
        return 2
    except click.Abort:
        return 130
    except TearsheetError as error:
        _complain(str(error))
        return error.exit_code
    except (BrokenPipeError, SystemExit):
        # The reader of our output (head, say) has what it wanted; nothing may be flushed to it any more.
        # Click and rich answer a closed pipe with SystemExit, and raise it for nothing else.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  the command line's last line
        logger.error(Event("error", text=_unexpected(error)), exc_info=True)
        _complain(f"{_unexpected(error)} (-v says where)")
        return 1
    return code if isinstance(code, int) else 0


def _complain(what: str) -> None:
    click.echo(f"tearsheet: {without_secrets(what)}", err=True)


def _unexpected(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}:
        return "the machine gives no more open files; raise the limit, which `ulimit -n` shows"
    return f"unexpected {type(error).__name__}: {error}"


def _help_hint(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption) and error.ctx and error.ctx.info_name in _ASKING:
        return "; to leave a word out, put the whole query in quotes: 'extradit* -fentanyl'"
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"; see `{context.command_path} --help`" if context else ""
