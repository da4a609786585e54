import pytest

from fahndung.errors import InvalidConfig
from fahndung.ledger import addresses

HERE = "postgresql://fahndung@127.0.0.1:5433/fahndung"


def test_an_address_names_who_where_and_what():
    assert addresses.parameters(HERE) == {
        "user": "fahndung",
        "host": "127.0.0.1",
        "port": "5433",
        "dbname": "fahndung",
    }


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("postgresql://f@localhost/d", {"host": "localhost"}),
        ("postgresql://f@[::1]:7/d", {"host": "::1", "port": "7"}),
        ("postgresql://f@/d?host=/run/postgresql", {"host": "/run/postgresql"}),
        ("postgresql://f%40x@localhost/d%20e", {"user": "f@x", "dbname": "d e"}),
        ("postgresql://f@localhost/d?sslmode=disable", {"sslmode": "disable"}),
        ("postgresql://f@127.0.0.1/d?passfile=/etc/f/pass", {"passfile": "/etc/f/pass"}),
        ("postgresql://f@db.polizei.example/d", {"sslmode": "verify-full"}),
        (
            "postgresql://f@192.0.2.7/d?sslrootcert=/etc/ca.pem",
            {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"},
        ),
        ("postgresql://f@db.polizei.example/d?sslmode=verify-full", {"sslmode": "verify-full"}),
    ],
)
def test_an_address_may_say(address, found):
    assert addresses.parameters(address).items() >= found.items()


@pytest.mark.parametrize("address", ["postgresql://f@localhost/d", "postgresql://f@/d?host=/run/postgresql"])
def test_this_machine_has_to_prove_nothing(address):
    assert "sslmode" not in addresses.parameters(address)


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca", "", "VERIFY-FULL"])
def test_over_a_network_a_server_proves_its_name(mode):
    with pytest.raises(InvalidConfig, match="verify-full"):
        addresses.parameters(f"postgresql://f@db.polizei.example/d?sslmode={mode}")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("postgresql://f:geheim@localhost/d", "password"),
        ("postgresql://f:@localhost/d", "password"),
        ("postgresql://f@localhost/d?password=geheim", "password"),
        ("postgresql://localhost/d", "a user and a database"),
        ("postgresql://f@localhost", "a user and a database"),
        ("postgresql://f@localhost/", "a user and a database"),
        ("postgresql://f@localhost/d/e", "a user and a database"),
        ("postgresql://f@localhost/d#e", "a user and a database"),
        ("postgresql://f@/d", "one host"),
        ("postgresql://f@/d?host=db.polizei.example", "one host"),
        ("postgresql://f@localhost/d?host=/run/postgresql", "one host"),
        ("postgresql://f@a,b:5432/d", "one host"),
        ("postgresql://f@a%2cb/d", "one host"),
        ("postgresql://f@localhost:x/d", "port"),
        ("postgresql://f@localhost/d?geheim", "options"),
        ("postgresql://f@localhost/d?options=-cfsync%3Doff", "unknown options"),
        ("postgresql://f@localhost/d?dbname=e", "unknown options"),
        ("postgres://f@localhost/d", "begin with"),
        ("mysql://f@localhost/d", "begin with"),
        ("/var/lib/ledger.db", "begin with"),
        ("", "begin with"),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(address, why):
    with pytest.raises(InvalidConfig, match=why) as caught:
        addresses.parameters(address)
    assert caught.value.exit_code == 3
    assert "geheim" not in str(caught.value) + caught.value.message.de
