"""What people decided of two articles."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Written

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "pairing",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("marked_at", Instant(), nullable=False),
        sa.Column("note", Written(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["article.id"]),
        sa.PrimaryKeyConstraint("article_id", "other_id"),
    )
    op.create_index("ix_pairing_other", "pairing", ["other_id"])
