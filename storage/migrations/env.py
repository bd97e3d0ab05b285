"""Run by Alembic: apply the migrations on the connection that ``storage.migrate`` hands over."""

from alembic import context
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  # fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    include_object=context.config.attributes["include_object"],
)
with context.begin_transaction():
    context.run_migrations()
