import pytest

from fahndung.errors import UsageError
from fahndung.ledger import audit, queries

from .world import APPEAL, NOW


def test_a_query_is_in_the_protocol_with_person_reason_and_instant(ledger):
    with ledger.write(NOW) as tx:
        queries.note(tx, APPEAL, at=NOW, by="d.schutz", reason="data-protection")
        last = audit.export(tx, APPEAL)[-1]
    assert (last["action"], last["by"], last["reason"]) == ("case.query", "d.schutz", "data-protection")
    assert last["at"] == "2026-11-20T12:00:00.000000+00:00"
    assert audit.verify(ledger) == ()


def test_a_reason_is_one_of_the_known_codes(ledger):
    with pytest.raises(ValueError, match="curiosity"), ledger.write(NOW) as tx:
        queries.note(tx, APPEAL, at=NOW, by="x", reason="curiosity")


def test_a_query_about_nothing_is_refused_and_not_entered(ledger):
    with ledger.read() as tx:
        before = audit.head(tx)
    with pytest.raises(UsageError), ledger.write(NOW) as tx:
        queries.note(tx, "nobody", at=NOW, by="x", reason="oversight")
    with ledger.read() as tx:
        assert audit.head(tx) == before
