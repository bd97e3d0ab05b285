"""The command line: parse, call, print. Each command's module is imported when it is asked for."""

from tearsheet.cli.app import main

__all__ = ["main"]
