"""What a corpus holds, counted: compared before and after its tables are changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from sqlalchemy import func, select, table
from sqlalchemy.engine import Connection

from storage.dialect import dialect_of

__all__ = ["Inventory"]

_VERSION = "alembic_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The rows of every table, what keeps the full-text index right, and how much is missing from it."""

    rows: Mapping[str, int]
    triggers: frozenset[str]
    unindexed: int
    astray: int
    """Rows that point at others that are not there."""

    @classmethod
    def of(cls, connection: Connection) -> Self:
        """Count; some seconds for millions of rows."""
        dialect = dialect_of(connection)
        tables, of_index = dialect.table_names(connection), (dialect.INDEX, "sqlite_")
        own = [name for name in tables if name != _VERSION and not name.startswith(of_index)]
        return cls(
            rows={
                name: int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())
                for name in own
            },
            triggers=dialect.trigger_names(connection),
            unindexed=dialect.unindexed(connection) if dialect.INDEX in tables else 0,
            astray=dialect.rows_astray(connection),
        )

    def lost_in(self, after: "Inventory") -> list[str]:
        """Name everything that is less in another inventory of the same corpus; empty when nothing is."""
        lost = [
            f"{number - after.rows.get(name, 0)} rows of {name} would be lost"
            for name, number in self.rows.items()
            if after.rows.get(name, 0) < number
        ]
        lost += [f"the trigger {name} would be lost" for name in sorted(self.triggers - after.triggers)]
        if after.unindexed > self.unindexed:
            lost.append(f"{after.unindexed - self.unindexed} articles would not be found any more")
        if after.astray > self.astray:
            lost.append(f"{after.astray - self.astray} rows would point nowhere")
        return lost
