"""The use cases before publication: who may do what, and what a refusal leaves."""

import datetime as dt
import json
import os
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fahndung import records
from fahndung.cases import building, findings, signing, submitting
from fahndung.errors import InvalidRecord, Message, NotPublishable, Problem, Severity, UnsafeImage, UsageError
from fahndung.law import clockfacts, gate
from fahndung.law.facts import Facts, Stage
from fahndung.law.rule import Rule, block, warn
from fahndung.ledger import appeals
from tests.world import BEFORE, GIRL, GIRL_REVIEW, TRAM, World, unconfirmed, write_case


def snapshot(world: World) -> dict[str, bytes]:
    """Every file of the home but the ledger's and the lock."""
    skipped = ("ledger.db", "lock", "incoming")
    return {
        str(path.relative_to(world.home.path)): path.read_bytes()
        for path in world.home.path.rglob("*")
        if path.is_file() and not str(path.relative_to(world.home.path)).startswith(skipped)
    }


def nobody_submitted(world: World) -> bool:
    with world.ledger.read() as tx:
        return appeals.all(tx) == ()


@pytest.mark.peers
def test_check_of_a_sound_case_blocks_nothing_and_computes_the_ends(tmp_path: pathlib.Path) -> None:
    found = findings.check(write_case(tmp_path, "tram-robbery", unconfirmed, paper=True))
    assert not found.blocked
    assert found.exit_code == 0
    found.refuse()
    assert {end.medium.value for end in found.ends} == {"website", "poster"}


def test_check_reports_law_images_and_texts_together(tmp_path: pathlib.Path) -> None:
    def three_mistakes(record: dict[str, Any]) -> None:
        record["legal"]["order"]["scope"]["images"] = []
        record["images"][0]["redactions"] = [{"box": [9000, 9000, 5, 5], "reason": "other"}]
        record["texts"]["summary"]["de"] = "Der abgebildete Täter hat den Raub begangen."

    found = findings.check(write_case(tmp_path, "tram-robbery", three_mistakes))
    rules = {problem.rule for problem in found.problems if problem.severity is Severity.BLOCK}
    assert rules >= {"R10", "image", "R15"}
    assert found.exit_code == UnsafeImage.exit_code


@pytest.mark.peers
@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda record: record.update(unknown=1), InvalidRecord),
        (lambda record: record["legal"].update(basis="stpo-999"), NotPublishable),
        (lambda record: record["legal"].pop("decision"), NotPublishable),
        (lambda record: record["images"][0].update(sha256="0" * 64), InvalidRecord),
        (lambda record: record["images"][0].update(file="../../etc/passwd"), InvalidRecord),
        (lambda record: record.update(revision=2), InvalidRecord),
        (lambda record: record.update(prepared_by="z.zwei"), NotPublishable),
    ],
)
def test_a_refused_submit_leaves_the_home_as_it_was(empty: World, change: Any, error: type[Exception]) -> None:
    before = snapshot(empty)
    with pytest.raises(error):
        empty.submit(empty.case("missing-girl", change))
    assert snapshot(empty) == before
    assert nobody_submitted(empty)


def test_a_bomb_is_exit_5_and_leaves_the_home_as_it_was(empty: World) -> None:
    import hashlib
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )
    folder = empty.case(
        "missing-girl", lambda record: record["images"][0].update(sha256=hashlib.sha256(bomb).hexdigest())
    )
    (folder / "family-1.jpg").write_bytes(bomb)
    before = snapshot(empty)
    with pytest.raises(UnsafeImage):
        empty.submit(folder)
    assert snapshot(empty) == before


def test_a_picture_that_is_a_link_is_refused(empty: World) -> None:
    folder = empty.case("missing-girl")
    picture = folder / "family-1.jpg"
    other = folder.parent / "elsewhere.jpg"
    picture.rename(other)
    os.symlink(other, picture)
    with pytest.raises(InvalidRecord):
        empty.submit(folder)


@pytest.mark.peers
def test_a_confirmation_that_was_not_yet_given_is_told(empty: World) -> None:
    found = submitting.submit(
        empty.case("tram-robbery"),
        empty.home,
        empty.ledger,
        person="k.muster",
        key=empty.keys["k.muster"],
        now=BEFORE,
    )
    assert [problem.field for problem in found.problems if problem.rule == "R08"] == ["legal/confirmations/0/at"]
    with empty.ledger.read() as tx:
        submission = appeals.get(tx, TRAM)
    assert clockfacts.thaw(submission.clock_facts).confirmations == ()  # it counts once it is recorded


@pytest.mark.peers
def test_a_failed_ledger_write_drops_the_stored_case(empty: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(appeals, "submit", fails)
        with pytest.raises(RuntimeError):
            empty.submit(empty.case("missing-girl"))
    assert not empty.home.case_folder(GIRL, 1).exists()
    assert empty.submit(empty.case("missing-girl")) == GIRL


def test_the_stored_case_is_byte_for_byte_what_was_handed_in(empty: World) -> None:
    folder = empty.case("missing-girl")
    empty.submit(folder)
    stored = empty.home.case_folder(GIRL, 1)
    assert {path.name: path.read_bytes() for path in stored.iterdir() if path.is_file()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }


@pytest.mark.peers
@pytest.mark.parametrize(
    ("stand", "good"),
    [
        (None, False),  # then the decision's instant is printed, which is earlier
        ("2026-11-21T07:45:00+01:00", False),
        ("2026-11-21T06:45:00.900000Z", False),  # the feeds tell seconds
        ("2026-11-21T07:45:01+01:00", True),
    ],
)
def test_a_revision_has_a_later_stand_than_the_one_before(approved: World, stand: str | None, good: bool) -> None:
    def change(record: dict[str, Any]) -> None:
        record |= {"revision": 2, "publication": record["publication"] | {"stand": stand}}
        if stand is None:
            del record["publication"]["stand"]

    folder = approved.case("missing-girl")
    path = folder / "appeal.json"
    record = json.loads(path.read_text("utf-8"))
    change(record)
    path.write_text(json.dumps(record), "utf-8")
    if good:
        assert approved.submit(folder) == GIRL
        return
    with pytest.raises(InvalidRecord, match="later than that of revision 1") as caught:
        approved.submit(folder)
    assert [problem.field for problem in caught.value.problems] == ["publication/stand"]
    assert "21.11.2026 um 07:45" in caught.value.message.de


@pytest.mark.peers
def test_a_stand_that_is_still_to_come_holds_no_correction_back(approved: World) -> None:
    def stand(revision: int, at: str) -> Callable[[dict[str, Any]], None]:
        def change(record: dict[str, Any]) -> None:
            record |= {"revision": revision, "publication": record["publication"] | {"stand": at}}

        return change

    assert approved.submit(approved.case("missing-girl", stand(2, "2036-11-21T08:00:00+01:00"))) == GIRL
    assert approved.submit(approved.case("missing-girl", stand(3, "2026-11-21T08:00:00+01:00"))) == GIRL


def test_a_gap_in_the_revisions_is_refused(approved: World) -> None:
    with pytest.raises(InvalidRecord, match="the next one is 2"):
        approved.submit(approved.case("missing-girl", lambda record: record.update(revision=3)))


def verify(world: World, person: str, image: str = "family-1") -> None:
    signing.verify_image(
        world.home, world.ledger, appeal_id=GIRL, image_id=image, person=person, key=world.keys[person], now=BEFORE
    )


@pytest.mark.peers
def test_only_the_named_second_person_verifies_an_image(empty: World) -> None:
    empty.submit(empty.case("missing-girl"))
    with pytest.raises(NotPublishable, match=r"names v\.beispiel"):
        verify(empty, "z.zwei")
    with pytest.raises(NotPublishable, match="lacks the role"):
        verify(empty, "f.freigabe")
    with pytest.raises(UsageError, match="no image"):
        verify(empty, "v.beispiel", "nothing")


@pytest.mark.peers
def test_without_a_named_verifier_any_second_person_will_do_but_not_the_drafter(empty: World) -> None:
    def change(record: dict[str, Any]) -> None:
        record["prepared_by"] = "z.zwei"
        del record["images"][0]["verified_by"]

    folder = empty.case("missing-girl", change)
    submitting.submit(folder, empty.home, empty.ledger, person="z.zwei", key=empty.keys["z.zwei"], now=BEFORE)
    with pytest.raises(NotPublishable, match="another person verifies"):
        verify(empty, "z.zwei")
    verify(empty, "v.beispiel")
    empty.build(GIRL)
    empty.approve(GIRL)


@pytest.mark.peers
def test_a_second_named_verifier_signs_as_well(empty: World) -> None:
    def found_online(record: dict[str, Any]) -> None:
        image = record["images"][0]
        image["source"] = {
            "kind": "internet",
            "holder": "Profil der Vermissten",
            "capturer": "k.muster",
            "captured_at": "2026-11-20T15:40:00+01:00",
            "time_deviation_reason": "Zeitpunkt des Hochladens",
            "second_verifier": "z.zwei",
        }

    empty.submit(empty.case("missing-girl", found_online))
    verify(empty, "v.beispiel")
    empty.build(GIRL)
    with pytest.raises(NotPublishable, match=r"z\.zwei has not verified whom"):
        empty.approve(GIRL)
    verify(empty, "z.zwei")
    empty.approve(GIRL)
    with pytest.raises(NotPublishable, match="verified an image"):
        empty.approve(GIRL, person="z.zwei", key=empty.keys["z.zwei"])


@pytest.mark.peers
def test_each_image_is_verified_for_itself_even_if_the_bytes_are_equal(empty: World) -> None:
    def twice(record: dict[str, Any]) -> None:
        again = {**record["images"][0], "id": "family-2"}
        record["images"].append(again)
        record["legal"]["decision"]["scope"]["images"].append("family-2")

    empty.submit(empty.case("missing-girl", twice))
    verify(empty, "v.beispiel")
    empty.build(GIRL)
    with pytest.raises(NotPublishable, match="family-2"):
        empty.approve(GIRL)
    verify(empty, "v.beispiel", "family-2")
    empty.approve(GIRL)


@pytest.mark.peers
def test_check_says_that_a_drafter_cannot_verify_and_that_no_channel_is_named(tmp_path: pathlib.Path) -> None:
    def change(record: dict[str, Any]) -> None:
        record["images"][0]["verified_by"] = record["prepared_by"]
        record["publication"]["channels"] = []

    found = findings.check(write_case(tmp_path, "missing-girl", change, paper=True))
    assert {(problem.rule, problem.field) for problem in found.problems} >= {
        ("R26", "images/0/verified_by"),
        ("R10", "publication/channels"),
    }
    assert [end.medium.value for end in found.ends] == ["poster"]


def test_websites_with_two_addresses_are_refused_before_anything_is_built(empty: World) -> None:
    config = empty.home.path / "fahndung.toml"
    text = config.read_text("utf-8")
    second = text[text.index("[[channels]]") :].replace('"website"', '"portal"', 1).replace("8477", "8478")
    config.write_text(text + second.replace('root = "site"', 'root = "site2"'), "utf-8")
    folder = empty.case("missing-girl", lambda record: record["publication"].update(channels=["website", "portal"]))
    with pytest.raises(NotPublishable, match="different addresses"):
        empty.submit(folder)


@pytest.mark.peers
def test_what_a_killed_run_left_is_cleared_by_the_next(empty: World) -> None:
    empty.home.case_folder(GIRL, 1).parent.mkdir(parents=True)
    left = empty.home.case_folder(GIRL, 1).with_name(".1.abcd1234")
    left.mkdir()
    (left / "family-1.jpg").write_bytes(b"half")
    empty.submit(empty.case("missing-girl"))
    assert not left.exists()


@pytest.mark.peers
def test_an_image_that_nobody_verified_cannot_be_approved(empty: World) -> None:
    empty.submit(empty.case("missing-girl"))
    empty.build(GIRL)
    with pytest.raises(NotPublishable, match="has not verified whom"):
        empty.approve(GIRL)


@pytest.mark.peers
def test_neither_the_drafter_nor_an_image_verifier_approves(empty: World) -> None:
    def by_z(record: dict[str, Any]) -> None:
        record["prepared_by"] = "z.zwei"

    folder = empty.case("missing-girl", by_z)
    submitting.submit(folder, empty.home, empty.ledger, person="z.zwei", key=empty.keys["z.zwei"], now=BEFORE)
    empty.verify_images(GIRL)
    empty.build(GIRL)
    with pytest.raises(NotPublishable, match="prepared"):
        empty.approve(GIRL, person="z.zwei", key=empty.keys["z.zwei"])


@pytest.mark.peers
def test_an_image_verifier_does_not_approve(empty: World) -> None:
    empty.submit(empty.case("missing-girl", lambda record: record["images"][0].update(verified_by="z.zwei")))
    verify(empty, "z.zwei")
    empty.build(GIRL)
    with pytest.raises(NotPublishable, match="verified an image"):
        empty.approve(GIRL, person="z.zwei", key=empty.keys["z.zwei"])


def test_an_approval_cannot_outlast_the_appeal_nor_start_after_it(approved: World) -> None:
    late = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    with pytest.raises(NotPublishable, match="cannot outlast"):
        approved.approve(GIRL, expires=late)
    with pytest.raises(NotPublishable, match="has passed"):
        approved.approve(GIRL, expires=BEFORE)


@pytest.mark.peers
def test_the_default_expiry_is_the_last_end_that_nothing_can_move(empty: World) -> None:
    appeal = empty.submit(empty.case("tram-robbery", unconfirmed))
    empty.verify_images(appeal)
    empty.build(appeal)
    statement = signing.sign_approval(
        empty.home, empty.ledger, appeal_id=TRAM, person="f.freigabe", key=empty.keys["f.freigabe"], now=BEFORE
    )
    assert statement.expires == dt.datetime(2027, 1, 14, 23, 0, tzinfo=dt.UTC)


def test_approving_the_same_release_twice_is_refused(approved: World) -> None:
    with pytest.raises(UsageError):
        approved.approve(GIRL)


def test_two_approvals_when_the_policy_says_so(approved: World) -> None:
    config = approved.home.path / "fahndung.toml"
    config.write_text(config.read_text("utf-8").replace("approvals = 1", "approvals = 2"), "utf-8")
    with pytest.raises(NotPublishable):
        approved.publish(GIRL)
    approved.approve(GIRL, person="z.zwei", key=approved.keys["z.zwei"])
    approved.publish(GIRL)


@pytest.mark.peers
def test_building_twice_gives_the_same_bytes(approved: World) -> None:
    (before,) = [
        folder
        for folder in (approved.home.path / "releases").iterdir()
        if json.loads((folder / "manifest.json").read_bytes())["id"] == GIRL
    ]
    assert approved.build(GIRL) == before.name


def no_pictures(facts: Facts) -> Iterator[Problem]:
    """A rule that looks at what was built: the page may load nothing."""
    if facts.outputs is not None and facts.outputs.page.loads:
        yield block("R30", "page", "it loads a picture", "Sie lädt ein Bild")


def any_case(facts: Facts) -> Iterator[Problem]:
    """A rule that looks at the record alone."""
    yield warn("R12", "legal", "look again", "bitte prüfen")


def rule(judge: Callable[[Facts], Iterator[Problem]]) -> Rule:
    title = Message("made for a test", "für einen Test")
    return Rule(id="R99", stages=frozenset(Stage), source="", title=title, judge=judge)


def test_check_judges_what_was_really_built_and_tells_each_finding_once(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_case(tmp_path, "missing-girl")
    assert not findings.check(folder).blocked
    monkeypatch.setattr(gate, "REGISTER", (*gate.REGISTER, rule(no_pictures), rule(any_case)))
    found = findings.check(folder)
    assert found.blocked
    assert [problem.field for problem in found.problems if problem.rule == "R30"] == ["page"]
    assert len([problem for problem in found.problems if problem.message.en == "look again"]) == 1


@pytest.mark.peers
def test_a_build_that_the_gate_refuses_stores_nothing(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(approved)
    monkeypatch.setattr(gate, "REGISTER", (*gate.REGISTER, rule(no_pictures)))
    with approved.ledger.read() as tx:
        stored = appeals.latest_release(tx, GIRL, 1)
    with pytest.raises(NotPublishable, match="page: it loads a picture"):
        approved.build(GIRL)
    assert snapshot(approved) == before
    with approved.ledger.read() as tx:
        assert appeals.latest_release(tx, GIRL, 1) == stored


@pytest.mark.peers
def test_a_build_tells_what_the_gate_warns_of(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "REGISTER", (*gate.REGISTER, rule(any_case)))
    made = building.build(approved.home, approved.ledger, appeal_id=GIRL, now=BEFORE, by="k.muster")
    assert [problem.message.en for problem in made.problems].count("look again") == 1


def test_the_release_names_every_file_and_nothing_more(approved: World) -> None:
    for folder in (approved.home.path / "releases").iterdir():
        manifest = json.loads((folder / "manifest.json").read_bytes())
        listed = {entry["name"] for entry in manifest["outputs"]}
        found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        assert found == listed | {"manifest.json"}
        assert {entry["name"] for entry in manifest["inputs"]} >= {"appeal.json"}


def test_a_new_order_is_needed_after_a_lapse(approved: World) -> None:
    from fahndung.lifecycle import takedown

    approved.publish(GIRL)
    takedown.takedown(approved.home, approved.ledger, now=GIRL_REVIEW, by="timer")
    with pytest.raises(NotPublishable):
        approved.submit(approved.case("missing-girl", lambda record: record.update(revision=2)))


def test_a_record_of_the_documented_form_passes_the_schema(tmp_path: pathlib.Path) -> None:
    folder = write_case(tmp_path, "tram-robbery")
    assert records.load(folder).appeal.id == TRAM


FAST = {"missing-girl", "tram-robbery"}
"""The examples, one of each law, that the fast tests look at; each of the others takes seconds."""


@pytest.mark.peers
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(path.name, marks=[pytest.mark.peers, pytest.mark.no_cover] if path.name not in FAST else [])
        for path in sorted(pathlib.Path(__file__).parent.glob("cases/*/"))
    ],
)
def test_every_stored_example_passes_check(name: str) -> None:
    found = findings.check(pathlib.Path(__file__).parent / "cases" / name)
    assert [problem for problem in found.problems if problem.severity is Severity.BLOCK or problem.rule == "R36"] == []
    assert found.exit_code == 0


@pytest.mark.peers
def test_a_worker_keeps_nobody_from_handing_in_and_building(empty: World) -> None:
    with empty.home.lock():  # as a worker does for as long as it runs
        empty.ready(empty.case("witness-call"))
