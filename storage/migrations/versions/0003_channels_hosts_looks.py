"""How to ask a channel again, when to look at a page again, and what is remembered of hosts."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Written

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("channel", sa.Column("moved_to", Written(), nullable=False, server_default=""))
    op.add_column("channel", sa.Column("last_full_at", Instant(), nullable=True))
    op.add_column("channel", sa.Column("last_hit_at", Instant(), nullable=True))
    op.add_column("channel", sa.Column("hours", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("address", sa.Column("etag", Written(), nullable=False, server_default=""))
    op.add_column("address", sa.Column("page_last_modified", Written(), nullable=False, server_default=""))
    op.add_column("address", sa.Column("next_look_at", Instant(), nullable=True))
    op.create_index("ix_address_next_look_at", "address", ["next_look_at"])
    op.create_table(
        "gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("url", Written(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_gap_source", "gap", ["source"])
    op.create_table(
        "robots",
        sa.Column("origin", Written(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("origin"),
    )
    op.create_table(
        "hold",
        sa.Column("site", Written(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("site"),
    )
