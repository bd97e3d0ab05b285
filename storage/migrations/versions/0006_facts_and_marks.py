"""What an article says of a move, which version of a watch judged it, and what a person decided of it."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Written

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("judgement", sa.Column("version", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "article_fact",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", Written(), nullable=False),
        sa.Column("folded", Written(), nullable=False),
        sa.Column("words", Written(), nullable=False),
        sa.Column("sentence", Written(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.PrimaryKeyConstraint("article_id", "number"),
    )
    op.create_index("ix_article_fact_said", "article_fact", ["name", "folded", "article_id"])
    op.create_table(
        "article_mark",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("marked_at", Instant(), nullable=False),
        sa.Column("note", Written(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.PrimaryKeyConstraint("article_id", "watch"),
    )
