"""The jobs of the daemon."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Written

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("timetable", Written(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("result", Written(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
