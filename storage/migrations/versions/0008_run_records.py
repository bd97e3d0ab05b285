"""In a run: what it cost, what went wrong in groups, and why it failed as a whole."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Written

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("run", sa.Column("requests", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("run", sa.Column("received_bytes", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("run", sa.Column("fetch_seconds", sa.Float(), nullable=False, server_default="0"))
    op.add_column("run", sa.Column("read_seconds", sa.Float(), nullable=False, server_default="0"))
    op.add_column("run", sa.Column("errors", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("run", sa.Column("failure", Written(), nullable=False, server_default=""))
