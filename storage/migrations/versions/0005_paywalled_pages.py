"""How many pages of a source showed only a teaser, day by day."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("reading_day", sa.Column("paywalled", sa.Integer(), nullable=False, server_default="0"))
