"""Frozen sets."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Written

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "frozen_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", Written(), nullable=True),
        sa.Column("query", Written(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("frozen_at", Instant(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("watches", sa.JSON(), nullable=False),
        sa.Column("newest_id", sa.Integer(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("forgotten", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "frozen_article",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words_hash", sa.String(), nullable=True),
        sa.Column("record", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["set_id"], ["frozen_set.id"]),
        sa.PrimaryKeyConstraint("set_id", "article_id"),
    )
    op.create_index("ix_frozen_article_article", "frozen_article", ["article_id"])
    op.create_table(
        "frozen_text",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("words_hash", sa.String(), nullable=False),
        sa.Column("title", Written(), nullable=False),
        sa.Column("standfirst", Written(), nullable=False),
        sa.Column("text", Written(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "words_hash"),
    )
