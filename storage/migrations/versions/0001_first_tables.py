"""The first tables, the full-text index and the triggers that keep it right."""

import sqlalchemy as sa
from alembic import op

from storage.postgres_fold import fold_function

revision = "0001"
down_revision = None

# A trigger on the text columns alone: an update of anything else is 39 times cheaper.
_INDEX = (
    """
    CREATE VIRTUAL TABLE article_fts USING fts5(
        title, standfirst, text,
        content = 'article_text', content_rowid = 'article_id', tokenize = 'unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER article_text_inserted AFTER INSERT ON article_text BEGIN
        INSERT INTO article_fts (rowid, title, standfirst, text)
        VALUES (new.article_id, new.title, new.standfirst, new.text);
    END
    """,
    """
    CREATE TRIGGER article_text_deleted AFTER DELETE ON article_text BEGIN
        INSERT INTO article_fts (article_fts, rowid, title, standfirst, text)
        VALUES ('delete', old.article_id, old.title, old.standfirst, old.text);
    END
    """,
    """
    CREATE TRIGGER article_text_updated AFTER UPDATE OF article_id, title, standfirst, text ON article_text BEGIN
        INSERT INTO article_fts (article_fts, rowid, title, standfirst, text)
        VALUES ('delete', old.article_id, old.title, old.standfirst, old.text);
        INSERT INTO article_fts (rowid, title, standfirst, text)
        VALUES (new.article_id, new.title, new.standfirst, new.text);
    END
    """,
)

# Written by the program: only that knows how a text falls into words.
_INDEX_IN_POSTGRES = (
    """
    CREATE TABLE article_words (
        article_id INTEGER NOT NULL REFERENCES article_text ON DELETE CASCADE,
        number INTEGER NOT NULL,
        words TSVECTOR NOT NULL,
        PRIMARY KEY (article_id, number)
    ) WITH (toast_tuple_target = 8160)
    """,
    # Ranking reads the words of each match: in its row, not in four pieces elsewhere, they are read thrice as fast.
    "ALTER TABLE article_words ALTER words SET STORAGE MAIN",
    # Not put aside for later: what waits there is searched word by word.
    "CREATE INDEX ix_article_words ON article_words USING gin (words) WITH (fastupdate = off)",
    "CREATE INDEX ix_article_words_pieces ON article_words (article_id) WHERE number = 1",
)


def _make_index_in_postgres() -> None:
    for statement in _INDEX_IN_POSTGRES:
        op.execute(statement)
    op.get_bind().exec_driver_sql(fold_function())


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Unicode(), nullable=False),
        sa.Column("url", sa.Unicode(), nullable=False),
        sa.Column("url_key", sa.Unicode(), nullable=False),
        sa.Column("canonical_url", sa.Unicode(), nullable=False),
        sa.Column("source", sa.Unicode(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.Unicode(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_precision", sa.String(), nullable=False),
        sa.Column("published_from", sa.String(), nullable=False),
        sa.Column("published_raw", sa.Unicode(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "dated_at",
            sa.DateTime(timezone=True),
            sa.Computed("coalesce(published_at, first_seen_at)", persisted=True),
            nullable=False,
        ),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("fate", sa.String(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("duplicate_cluster", sa.Integer(), nullable=False),
        sa.Column("story", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["duplicate_of"],
            ["article.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("url_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_dated", "article", ["dated_at", "id"], unique=False)
    op.create_index(op.f("ix_article_duplicate_cluster"), "article", ["duplicate_cluster"], unique=False)
    op.create_index(op.f("ix_article_duplicate_of"), "article", ["duplicate_of"], unique=False)
    op.create_index("ix_article_source", "article", ["source", "dated_at"], unique=False)
    op.create_index(op.f("ix_article_story"), "article", ["story"], unique=False)
    op.create_index(op.f("ix_article_text_hash"), "article", ["text_hash"], unique=False)
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("config_hash", sa.String(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("fates", sa.JSON(), nullable=False),
        sa.Column("failed", sa.JSON(), nullable=False),
        sa.Column("removed_lines", sa.Integer(), nullable=False),
        sa.Column("fetched_bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "search_mark",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url_key", sa.Unicode(), nullable=False),
        sa.Column("url", sa.Unicode(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("announced", sa.JSON(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("fate", sa.String(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("url_key"),
    )
    op.create_index(op.f("ix_address_article_id"), "address", ["article_id"], unique=False)
    op.create_index("ix_address_open", "address", ["settled", "source"], unique=False)
    op.create_table(
        "article_text",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Unicode(), nullable=False),
        sa.Column("standfirst", sa.Unicode(), nullable=False),
        sa.Column("text", sa.Unicode(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
        ),
        sa.PrimaryKeyConstraint("article_id"),
    )
    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Unicode(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("etag", sa.Unicode(), nullable=False),
        sa.Column("last_modified", sa.Unicode(), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=False),
        sa.Column("last_failure", sa.String(), nullable=False),
        sa.Column("reason", sa.Unicode(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("new_per_day", sa.Float(), nullable=False),
        sa.Column("first_polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_polled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_item_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_new_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_poll_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_run_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["last_run_id"],
            ["run.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "url"),
    )
    op.create_table(
        "judgement",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
        ),
        sa.PrimaryKeyConstraint("article_id", "watch"),
    )
    op.create_index("ix_judgement_watch", "judgement", ["watch", "relevant", "article_id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
        ),
        sa.PrimaryKeyConstraint("article_id", "number"),
    )
    op.create_table(
        "revision",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Unicode(), nullable=True),
        sa.Column("standfirst", sa.Unicode(), nullable=True),
        sa.Column("text", sa.Unicode(), nullable=True),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
        ),
        sa.PrimaryKeyConstraint("article_id", "number"),
    )
    op.create_table(
        "fate",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("fate", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.Unicode(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("compared_with", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["address.id"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
        ),
        sa.PrimaryKeyConstraint("run_id", "address_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_fate_address_id"), "fate", ["address_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _make_index_in_postgres()
        return
    for statement in _INDEX:
        op.execute(statement)
