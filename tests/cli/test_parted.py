"""The end of one person at the terminal: what goes on, what is gone, or why the whole appeal goes down."""

import dataclasses
import pathlib

import pypdf
import pytest

from fahndung.ledger import heads
from tests.cli.driver import Terminal
from tests.world import GIRL, PAIR, World

LATER = "2026-11-21T09:30:00+01:00"


@pytest.fixture
def counter(pair: World) -> Terminal:
    """In front of a home in which the appeal for two persons is live."""
    return Terminal(home=pair.home.path, now=LATER)


@pytest.mark.peers
def test_the_variant_is_up_and_the_pictures_are_gone(counter: Terminal) -> None:
    told = counter.run("end", PAIR, "--reason", "found", "--person", "p1").stdout.splitlines()
    assert told[0].startswith("website: goes on without p1 at http")
    assert "read back" in told[0]
    assert told[1].startswith("gone, but for what replaced it")
    assert "nothing of that was online" in counter.run("end", PAIR, "--reason", "found", "--person", "p1").stdout


@pytest.mark.peers
def test_machines_read_the_same(counter: Terminal) -> None:
    ended = counter.json("end", PAIR, "--reason", "error", "--person", "p2")
    (remainder,) = ended["remainders"]
    assert (remainder["without"], remainder["up"], remainder["why"]) == ("p2", True, None)
    assert remainder["url"] == ended["withdrawn"][0]["url"]
    assert ended["online_past_end"] == 0
    (appeal,) = counter.json("status", PAIR)["appeals"]
    assert appeal["state"] == "live"
    since = "2026-11-21T08:30:00+00:00"
    assert appeal["persons"] == [
        {"id": "p1", "state": "sought", "since": None, "reason": None},
        {"id": "p2", "state": "ended", "since": since, "reason": "error"},
    ]
    lines = counter.run("status", PAIR).stdout
    assert "p1: sought" in lines
    assert "p2: ended" in lines
    assert counter.json("verify", PAIR)["online_past_end"] == 0


def test_where_there_is_no_variant_the_reason_and_what_to_do_are_told(counter: Terminal) -> None:
    next((counter.home / "releases").glob("*/variants/p1/texts/press.txt")).write_text("x")
    told = counter.run("end", PAIR, "--reason", "found", "--person", "p1").stdout
    assert "the whole appeal goes down" in told
    assert "press.txt was changed" in told
    assert "new revision" in told
    assert "gone: http" in told


@pytest.mark.peers
def test_a_variant_that_is_not_as_approved_is_exit_6(counter: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    from fahndung.channels.website import Website
    from fahndung.model.publication import Unknown

    real = Website.look
    monkeypatch.setattr(
        Website, "look", lambda self, posting: real(self, posting) if posting.superseded else Unknown(why="silence")
    )
    told = counter.run("end", PAIR, "--reason", "found", "--person", "p1", code=6).stdout
    assert "but nobody can tell" in told


def test_with_a_ledger_that_was_set_back_the_whole_goes_down(counter: Terminal) -> None:
    counter.run("status")
    path, public = counter.home / "audit-head.json", heads.public_key(counter.home)
    kept = heads.read(path, public)
    later = dataclasses.replace(kept.head, seq=kept.head.seq + 5)
    path.write_bytes(heads.seal(later, kept.at, heads.load_key(counter.home)))
    told = counter.run("end", PAIR, "--reason", "found", "--person", "p1", code=7).stdout
    assert "cannot be trusted" in told


@pytest.mark.peers
def test_the_preview_shows_what_would_go_and_what_would_stay(counter: Terminal) -> None:
    shown = counter.json("preview", PAIR)
    whole = {part["name"] for part in shown["channels"][0]["parts"]}
    assert [variant["without"] for variant in shown["variants"]] == ["p1", "p2"]
    for variant in shown["variants"]:
        (channel,) = variant["channels"]
        left = {part["name"] for part in channel["parts"]}
        assert set(channel["removed"]) == whole - left
        assert len(channel["removed"]) == 4
        page = next(part["text"] for part in channel["parts"] if part["name"].endswith("index.html"))
        assert ("Dreitagebart" in page) is (variant["without"] == "p2")
    lines = counter.run("preview", PAIR).stdout
    assert "end --person p1" in lines
    assert lines.count("⌫ bilder/") == 8


@pytest.mark.peers
def test_the_preview_of_a_person_without_a_variant_says_what_happens_then(office: Terminal, empty: World) -> None:
    def inseparable(record: dict[str, object]) -> None:
        persons = record["persons"]
        assert isinstance(persons, list)
        persons[0]["separable"] = False

    folder = empty.case("jewellery-theft", inseparable)
    checked = office.json("check", folder)
    assert [found["field"] for found in checked["problems"] if found["rule"] == "R36"] == ["persons/0/separable"]
    appeal = empty.submit(folder)
    empty.build(appeal)
    assert "the whole appeal goes down" in office.run("preview", appeal).stdout
    assert [variant["channels"] == [] for variant in office.json("preview", appeal)["variants"]] == [True, False]


@pytest.mark.peers
def test_one_person_needs_no_variants(desk: Terminal) -> None:
    assert desk.json("preview", GIRL)["variants"] == []
    desk.run("publish", GIRL)
    told = desk.run("end", GIRL, "--reason", "found", "--person", "p1").stdout
    assert "nobody but p1 is sought" in told
    assert "p1:" not in desk.run("status", GIRL).stdout


@pytest.mark.peers
def test_paper_is_printed_of_the_variant_while_it_is_up(posters: World, tmp_path: pathlib.Path) -> None:
    counter = Terminal(home=posters.home.path, now=LATER)
    whole, part, after = (tmp_path / f"{name}.pdf" for name in ("whole", "part", "after"))
    assert counter.json("poster", PAIR, "-o", whole)["draft"] is False
    counter.run("end", PAIR, "--reason", "found", "--person", "p1")
    assert counter.json("poster", PAIR, "-o", part)["draft"] is False
    (stored,) = (counter.home / "releases").glob("*/variants/p1/posters/a4.de.pdf")
    assert part.read_bytes() == stored.read_bytes() != whole.read_bytes()
    counter.run("end", PAIR, "--reason", "found", "--person", "p2")
    assert "nobody is sought any more" in counter.json("poster", PAIR, "-o", after, code=4)["error"]
    assert not after.exists()


@pytest.mark.peers
def test_drafts_show_only_who_is_still_sought(posters: World, tmp_path: pathlib.Path) -> None:
    counter = Terminal(home=posters.home.path, now=LATER)
    pdf, jpg = tmp_path / "draft.pdf", tmp_path / "draft.jpg"

    def read() -> tuple[str, int]:
        assert counter.json("poster", PAIR, "-o", pdf, "--draft")["draft"] is True
        (page,) = pypdf.PdfReader(pdf).pages
        return page.extract_text(), len(page.images)

    text, photos = read()
    assert "Dreitagebart" in text
    assert photos == 3
    counter.run("end", PAIR, "--reason", "found", "--person", "p1")
    text, photos = read()
    assert "Dreitagebart" not in text
    assert "weinroter Mantel" in text
    assert photos == 1
    assert "for one of its persons" in counter.run("card", PAIR, "-o", jpg, "--draft", "--face", code=4).stderr
