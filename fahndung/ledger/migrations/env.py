"""What Alembic runs for each command: the migrations, on the connection that it was handed.

Opens no database.
"""

from alembic import context

from fahndung.ledger.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
