"""One JSON document whose rows are printed as they come: what is not known before the end follows them."""

from collections.abc import Mapping
from typing import Any

import click

from tearsheet.cli.output import json_text

__all__ = ["RowsAsJson"]


class RowsAsJson:
    """Prints ``{"NAME": [row, ...], ...}``; no row is held in memory."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._is_begun = False

    def row(self, row: Mapping[str, Any]) -> None:
        """Print a row."""
        click.echo(f"{',' if self._is_begun else self._head}\n    {json_text(row)}", nl=False)
        self._is_begun = True

    def end(self, more: Mapping[str, Any]) -> None:
        """Print the keys that follow the rows."""
        rows = "\n  ]" if self._is_begun else f"{self._head}]"
        others = "".join(f",\n  {json_text(key)}: {json_text(value)}" for key, value in more.items())
        click.echo(f"{rows}{others}\n}}")

    @property
    def _head(self) -> str:
        return f"{{\n  {json_text(self._name)}: ["
