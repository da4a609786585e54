"""The letter names the authority, the appeal, the address and the reason, and no person."""

import json
from typing import Any

import pytest

from fahndung.errors import InvalidConfig, Message, UsageError
from fahndung.ledger import byhand
from fahndung.ledger.byhand import ByHand
from fahndung.ledger.endings import Ending
from fahndung.lifecycle import foreign, letters, takedown
from fahndung.model.closing import EndReason
from fahndung.model.ids import AppealId
from fahndung.model.mandate import Medium
from tests.world import GIRL, GIRL_REVIEW, PAIR, PUBLISHED, TRAM, TRAM_LAPSE, World

URL = "https://zeitung.example/artikel/7?b=1&c=2"


def add(world: World, appeal: str, where: str | None = "Musterstädter Anzeiger") -> int:
    return foreign.add(world.ledger, appeal=appeal, untrusted_url=URL, now=PUBLISHED, by="k.muster", where=where)


def end(world: World, appeal: str, reason: EndReason = EndReason.FOUND, **more: Any) -> None:
    wish = Ending(appeal=AppealId(appeal), reason=reason, by="k.muster", at=PUBLISHED, **more)
    takedown.end(world.home, world.ledger, wish, now=PUBLISHED)


def letter(world: World, item: int, now: Any = PUBLISHED) -> str:
    with world.ledger.read() as tx:
        return letters.removal(world.home, tx, item, now=now)


def personal(world: World, appeal: str) -> set[str]:
    record = json.loads((world.home.case_folder(appeal, 1) / "appeal.json").read_text("utf-8"))
    return {value for person in record["persons"] for key, value in person["names"].items() if key != "shown"}


@pytest.mark.parametrize(
    ("appeal", "reason", "sentence", "norm"),
    [
        (GIRL, EndReason.FOUND, "hat ihr Ziel erreicht", "§ 31 Abs. 3"),
        (GIRL, EndReason.REVOKED, "Zweck, zu dem wir um Veröffentlichung gebeten hatten", "§ 84 Abs. 5 SächsPVDG"),
        (GIRL, EndReason.ERROR, "beruhte auf einem Irrtum", "§ 31 Abs. 3"),
        (TRAM, EndReason.FOUND, "hat ihr Ziel erreicht", "§ 500 StPO"),
        (TRAM, EndReason.LAPSED, "nicht mehr auf ein Fahndungsersuchen", "§ 58 Abs. 5 BDSG"),
        (TRAM, EndReason.ERROR, "beruhte auf einem Irrtum", "§ 500 StPO"),
    ],
)
def test_the_reason_fits_the_end_and_the_norm_the_kind_of_case(
    approved: World, appeal: str, reason: EndReason, sentence: str, norm: str
) -> None:
    item = add(approved, appeal)
    end(approved, appeal, reason)
    text = letter(approved, item)
    for part in (sentence, norm, URL, appeal, "21.11.2026", "Musterstädter Anzeiger", f"Posten {item}"):
        assert part in text
    config = approved.home.config()
    assert text.splitlines()[:3] == [config.authority, config.address, ""]  # a letter has a sender, no printer
    assert "{" not in text


def test_no_name_of_a_person_stands_in_it(approved: World) -> None:
    item = add(approved, GIRL)
    end(approved, GIRL)
    names = personal(approved, GIRL)
    assert names
    assert [name for name in names if name in letter(approved, item)] == []


def test_a_keeper_whom_nobody_named_is_addressed_all_the_same(approved: World) -> None:
    item = add(approved, GIRL, where=None)
    end(approved, GIRL)
    assert "An den Betreiber der unten genannten Seite" in letter(approved, item)


@pytest.mark.peers
def test_the_end_of_one_person_asks_for_what_our_page_shows_no_more(pair: World) -> None:
    item = add(pair, PAIR)
    end(pair, PAIR, EndReason.ERROR, person="p1")
    text = letter(pair, item)
    with pair.ledger.read() as tx:
        from fahndung.ledger import publications

        (live,) = [row for row in publications.rows(tx, PAIR) if row.state == "live"]
    for part in ("nach einer der Personen", "Irrtum", "die dort nicht mehr stehen", live.url):
        assert part is not None
        assert part in text
    end(pair, PAIR, EndReason.FOUND, person="p2")
    text = letter(pair, item)
    assert "hat ihr Ziel erreicht" in text
    assert "einer der Personen" not in text


def test_an_appeal_that_goes_on_gives_no_reason(approved: World) -> None:
    approved.publish(GIRL)
    item = add(approved, GIRL)
    end(approved, GIRL, channel="website")
    end(approved, GIRL, medium=Medium.POSTER)
    with pytest.raises(UsageError, match="goes on"):
        letter(approved, item)


@pytest.mark.parametrize(
    ("appeal", "at", "sentence"),
    [
        (TRAM, TRAM_LAPSE, "gilt seit dem 28.11.2026 nicht mehr"),
        (GIRL, GIRL_REVIEW, "ist seit dem 27.11.2026 beendet"),
    ],
)
def test_an_end_that_only_the_clock_has_brought_is_named_too(
    approved: World, appeal: str, at: Any, sentence: str
) -> None:
    item = add(approved, appeal)
    assert sentence in letter(approved, item, at)


def test_spoiled_facts_leave_a_letter_without_a_special_reason(approved: World) -> None:
    item = add(approved, GIRL)
    with approved.ledger.write(PUBLISHED) as tx:
        tx.connection.exec_driver_sql(f"UPDATE submission SET clock_facts = x'7b' WHERE appeal = '{GIRL}'")
    assert "ist seit dem 21.11.2026 beendet" in letter(approved, item)


def test_what_is_no_foreign_copy_gets_no_letter(approved: World) -> None:
    with approved.ledger.write(PUBLISHED) as tx:
        item = byhand.add(
            tx, ByHand(appeal=AppealId(GIRL), what=Message.same("Mail"), why=Message.same("x")), at=PUBLISHED, by="x"
        )
    with pytest.raises(UsageError, match="no foreign copy"):
        letter(approved, item)


def test_the_office_has_its_own_words_and_needs_a_configuration(approved: World) -> None:
    item = add(approved, GIRL)
    end(approved, GIRL)
    own = approved.home.path / "templates" / letters.FOLDER / "removal.txt.j2"
    own.parent.mkdir(parents=True)
    own.write_text("Bitte {{ url }} löschen.\n", "utf-8")
    assert letter(approved, item) == f"Bitte {URL} löschen.\n"
    (approved.home.path / "fahndung.toml").write_text("broken =", "utf-8")
    with pytest.raises(InvalidConfig):
        letter(approved, item)
