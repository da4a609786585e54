"""Changes of the ledger's schema, run from inside the program; there is no alembic.ini.

Decides nothing about when: ``Ledger.create`` and ``Ledger.migrate`` call it.
"""

import importlib.resources

import sqlalchemy as sa
from alembic import command
from alembic.config import Config


def upgrade(connection: sa.Connection, schema: str = "head") -> None:
    """Bring the database to the newest schema, or to that one, inside the transaction of ``connection``."""
    command.upgrade(config(connection), schema)


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration for this package's migrations."""
    made = Config()
    made.set_main_option("script_location", str(importlib.resources.files(__name__)).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
