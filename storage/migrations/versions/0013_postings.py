"""Keep all the articles of a passage, name or number in one row."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("fingerprint", "mention"):
        op.rename_table(name, f"old_{name}")
        index = op.create_table(
            name,
            sa.Column("key", _KEY, autoincrement=False, nullable=False),
            sa.Column("articles", sa.String(), nullable=False),
            sa.PrimaryKeyConstraint("key"),
        )
        old = sa.table(f"old_{name}", sa.column("block"), sa.column("mark"), sa.column("article_id"))
        key = (old.c.block * sa.literal(1 << 48, sa.BigInteger) + old.c.mark).label("key")
        articles = sa.func.aggregate_strings(sa.cast(old.c.article_id, sa.String), ",") + ","
        rows = sa.select(key, articles).group_by(key)
        op.execute(index.insert().from_select(["key", "articles"], rows))
        op.drop_table(f"old_{name}")
