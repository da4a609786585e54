import pytest

from . import world


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """The bytes of a ledger with one appeal, made once: creating one takes the most time of a test."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    world.make(path).close()
    return path.read_bytes()


@pytest.fixture
def path(tmp_path, template):
    path = tmp_path / "ledger.db"
    path.write_bytes(template)
    path.chmod(0o600)
    return path


@pytest.fixture
def ledger(path):
    with world.Ledger.open(path, home_id=world.HOME) as ledger:
        yield ledger
