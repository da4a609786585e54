import pytest

from . import world

ENGINES = ["sqlite", pytest.param("postgres", marks=[pytest.mark.peers, pytest.mark.no_cover])]


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """The bytes of a ledger with one appeal, made once: creating one takes the most time of a test."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    world.make(path).close()
    return path.read_bytes()


@pytest.fixture(scope="session")
def template_database(server):
    """The same in a database."""
    address = server.database()
    world.make(address).close()
    return address


@pytest.fixture
def path(tmp_path, template):
    path = tmp_path / "ledger.db"
    path.write_bytes(template)
    path.chmod(0o600)
    return path


@pytest.fixture(params=ENGINES)
def engine(request):
    """The name of the engine; every test that meets it runs on both."""
    return request.param


@pytest.fixture
def place(engine, request):
    """Where a ledger with one appeal lies."""
    if engine == "sqlite":
        yield request.getfixturevalue("path")
        return
    server = request.getfixturevalue("server")
    address = server.database(request.getfixturevalue("template_database"))
    yield address
    server.drop(address)


@pytest.fixture
def empty_place(engine, request):
    """Where a ledger can be made."""
    return request.getfixturevalue("tmp_path") / "new.db" if engine == "sqlite" else request.getfixturevalue("database")


@pytest.fixture
def ledger(place):
    with world.Ledger.open(place, home_id=world.HOME) as ledger:
        yield ledger
