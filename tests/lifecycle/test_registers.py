"""A record for registers of missing persons through the life of an appeal: approved, corrected away, ended."""

import datetime as dt
from typing import Any

import pytest

from fahndung.channels.pages import IN_REGISTERS
from fahndung.errors import NotPublishable
from fahndung.ledger import publications
from fahndung.lifecycle import acts, alarmtexts, causes, previewing, takedown
from fahndung.lifecycle.agenda import agenda
from fahndung.model.mandate import Review
from tests import pfifspec
from tests.world import GIRL, GIRL_REVIEW, PUBLISHED, World

MINUTE = dt.timedelta(minutes=1)


def opened(record: dict[str, Any]) -> None:
    """The parents want her in registers, and the decision says so."""
    record["legal"]["decision"]["scope"]["missing_registers"] = True
    record["legal"]["consent"]["missing_registers"] = True
    record["persons"][0]["names"] = {"given": "Lina", "family": "Beispiel", "shown": "full"}
    reason = "Register suchen nach dem vollen Namen; die Eltern sind einverstanden"
    record["unlock"] = [{"field": "persons/0/names", "by": "k.muster", "reason": reason}]


def closed(record: dict[str, Any]) -> None:
    """The correction that takes it away again, with a later Stand."""
    opened(record)
    del record["legal"]["decision"]["scope"]["missing_registers"]
    stand = dt.datetime.fromisoformat(record["publication"]["stand"]) + MINUTE
    record["publication"]["stand"] = stand.isoformat()
    record["revision"] = 2


def standing(world: World) -> dict[str, str]:
    (found,) = (world.site / "pfif").iterdir()
    return pfifspec.read(found.read_bytes().replace(b"127.0.0.1/", b"polizei.example/"))  # a rehearsal has no domain


def goes_on(world: World) -> None:
    """A review for one minute more than without."""
    acts.review(
        world.ledger,
        appeal_id=GIRL,
        outcome=Review(at=PUBLISHED, until=GIRL_REVIEW + MINUTE),
        person="r.pruefung",
        key=world.keys["r.pruefung"],
        now=PUBLISHED + MINUTE,
    )


@pytest.mark.peers
def test_what_was_approved_stands_there_until_the_end_that_no_review_moves(empty: World) -> None:
    empty.ready(empty.case("missing-girl", opened))
    (shown,) = previewing.preview(empty.home, empty.ledger, appeal_id=GIRL).channels
    lines = "\n".join(shown.whole_lines("de"))
    assert "<pfif:full_name>Lina Beispiel</pfif:full_name>" in lines
    assert IN_REGISTERS.de in lines
    empty.publish(GIRL)
    shows = standing(empty)
    assert (shows["full_name"], shows["expiry_date"]) == ("Lina Beispiel", "2026-11-27T08:00:00Z")
    with pytest.raises(NotPublishable, match=r"tells when it expires\. Before that, submit"):
        goes_on(empty)
    with empty.ledger.read() as tx:
        (entry, *_) = agenda(tx, now=PUBLISHED)
        (cause,) = causes.reminded(tx, GIRL_REVIEW - MINUTE, None)
    assert entry.summary == f"{GIRL}: Datensatz für Vermisstenregister läuft ab (Internetseite)"
    told = alarmtexts.emergency_notice(cause.kind, cause.what, home="h", authority="PD", now=PUBLISHED).text
    for text in (entry.description, told):
        assert "Revision mit neuer Entscheidung einreichen oder eine ohne missing_registers" in text
    assert "Prüfung herbeiführen" not in told
    done = takedown.takedown(empty.home, empty.ledger, now=GIRL_REVIEW, by="timer")
    assert (len(done.withdrawn), done.pending) == (1, ())
    assert standing(empty).keys() == pfifspec.KEPT
    assert standing(empty)["expiry_date"] == shows["expiry_date"]


@pytest.mark.peers
def test_a_correction_that_takes_it_away_leaves_the_placeholder_and_the_page(empty: World) -> None:
    empty.ready(empty.case("missing-girl", opened))
    empty.publish(GIRL)
    stand = standing(empty)["source_date"]
    empty.ready(empty.case("missing-girl", closed))
    with pytest.raises(NotPublishable, match=r"revision 1 is online, and this .* publish revision 2 in its place"):
        goes_on(empty)
    assert not empty.publish(GIRL, PUBLISHED + MINUTE).pending
    with empty.ledger.write(PUBLISHED + MINUTE) as tx:  # as a copy in a mailbox stays, or a post that nobody can delete
        (first,) = (row for row in publications.rows(tx, GIRL) if row.revision == 1)
        publications.saw(tx, first.id, first.references[0], now=PUBLISHED + MINUTE, by="t")
        assert {row.revision for row in publications.open_rows(tx)} == {1, 2}
    goes_on(empty)
    with empty.ledger.read() as tx:
        assert [row.due_at for row in publications.open_rows(tx) if row.revision == 2] == [GIRL_REVIEW + MINUTE]
    told = standing(empty)
    assert told.keys() == pfifspec.KEPT
    assert told["source_date"] > stand
    assert list((empty.site / "fahndung").iterdir())
