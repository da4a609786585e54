"""Which cards a release holds: neutral ones, things where networks are ordered, faces only where the force asks too."""

import dataclasses
import io
import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from fahndung import premises, records, release
from fahndung.images import intake
from fahndung.law.gate import Stage
from fahndung.model.faces import Absence
from fahndung.posters.cards import Shape
from tests.world import write_case

pytestmark = pytest.mark.peers  # each builds whole releases

NEUTRAL = ["cards/neutral.jpg", "cards/neutral.txt"]
SHAPES = {"link": (1200, 630), "portrait": (1080, 1350), "square": (1080, 1080)}
ALL_NEUTRAL = NEUTRAL + [f"cards/neutral/{shape}.{kind}" for shape in ("portrait", "square") for kind in ("jpg", "txt")]
WITH_PICTURE = [f"cards/picture/{shape}.{kind}" for shape in SHAPES for kind in ("jpg", "txt")]


def examined(
    folder: pathlib.Path,
    name: str,
    change: Callable[[dict[str, Any]], object] = lambda record: None,
    *,
    wanted: bool,
) -> release.Examined:
    case = records.load(write_case(folder, name, change))
    facts = premises.gate_facts(case.appeal, None, None, stage=Stage.RELEASE)
    setting = premises.setting_of(facts, None, None, salt=b"s" * 32)
    setting = dataclasses.replace(setting, detector=Absence.OFF, face_cards=wanted)
    return release.examine(case.appeal, case.images, {}, setting, judge=lambda appeal, outputs: ())


def drawn(made: release.Examined) -> list[str]:
    """The cards, without the cut pictures of the record that lie beside them."""
    names = [name for name in made.accepted().release.files if name.startswith("cards/")]
    return sorted(name for name in names if name.startswith("cards/neutral") or name.count("/") == 2)


def no_press(record: dict[str, Any]) -> None:
    record["legal"]["order"]["scope"]["media"] = ["website", "social"]


def nobody_named(record: dict[str, Any]) -> None:
    record["images"][0]["shows"] = []
    record["images"][0].pop("faces", None)


def test_a_picture_that_does_not_show_the_person_sought_is_on_no_card(tmp_path: pathlib.Path) -> None:
    assert drawn(examined(tmp_path, "tram-robbery", nobody_named, wanted=True)) == NEUTRAL


def test_a_face_is_on_no_card_unless_the_force_asks_and_the_order_names_the_press(tmp_path: pathlib.Path) -> None:
    assert drawn(examined(tmp_path / "a", "tram-robbery", wanted=False)) == NEUTRAL
    assert drawn(examined(tmp_path / "b", "tram-robbery", no_press, wanted=True)) == ALL_NEUTRAL
    made = examined(tmp_path / "c", "tram-robbery", wanted=True)
    assert drawn(made) == sorted(NEUTRAL + WITH_PICTURE)
    files = made.accepted().release.files
    read = {one.name: one for one in made.outputs.renditions}
    for shape, size in SHAPES.items():
        card = f"cards/picture/{shape}.jpg"
        assert Image.open(io.BytesIO(files[card].data)).size == size
        assert (read[card].image, read[card].clean, read[card].redaction_marked) == ("cctv-1", True, True)
        said = files[f"cards/picture/{shape}.txt"].data.decode()
        assert "Standbild: junger Mann" in said
        assert "Unschuldsvermutung" in said
        assert "Stand: 20.11.2026" in said.replace("\u00a0", " ")
    uploads = made.accepted().release.manifest["uploads"]
    assert not any(name.startswith("cards/") for entries in uploads.values() for name in entries)


def test_several_persons_are_on_no_card_for_one_may_be_found(tmp_path: pathlib.Path) -> None:
    assert drawn(examined(tmp_path, "jewellery-theft", wanted=True)) == NEUTRAL


def test_a_witness_is_marked_on_every_card_with_a_picture(tmp_path: pathlib.Path) -> None:
    made = examined(tmp_path, "tram-witness", wanted=True)
    read = [one for one in made.outputs.renditions if one.name.startswith("cards/picture/")]
    assert [one.marked for one in read] == [True] * 3
    for shape in SHAPES:
        assert b"nicht Beschuldigte" in made.accepted().release.files[f"cards/picture/{shape}.txt"].data


def test_a_thing_is_on_cards_where_networks_are_ordered(tmp_path: pathlib.Path) -> None:
    made = examined(tmp_path, "found-things", wanted=False)
    assert drawn(made) == sorted(ALL_NEUTRAL + WITH_PICTURE)
    assert {one.image for one in made.outputs.renditions if one.name.startswith("cards/picture/")} == {"bicycle"}


def test_a_card_that_does_not_fit_is_told_and_left_out(tmp_path: pathlib.Path) -> None:
    def long(record: dict[str, Any]) -> None:
        record["texts"]["questions"] = [{"de": "Wer kennt diese ganz besonders auffälligen Gegenstände? " * 4}]

    made = examined(tmp_path, "found-things", long, wanted=False)
    assert "cards/picture/link.jpg" not in drawn(made)
    told = [one for one in made.problems if "no link card" in one.message.en]
    assert [(one.severity, one.field) for one in told] == [("warn", "texts/questions/0")]


@pytest.mark.parametrize("picture", [False, True])
def test_no_picture_of_the_record_can_have_the_name_of_a_card(picture: bool) -> None:
    names = {release.card_file(shape, picture=picture) for shape in SHAPES}
    assert len(names) == 3
    assert all(name.count("/") == 2 or name == "cards/neutral.jpg" for name in names)


def test_a_draft_takes_the_picture_that_a_release_would_take_and_decodes_no_other(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_case(tmp_path, "found-things", lambda record: record["images"][0].pop("object"))
    case = records.load(folder)
    facts = premises.gate_facts(case.appeal, None, None, stage=Stage.DRAFT)
    setting = premises.setting_of(facts, None, None, salt=b"s" * 32)
    first, second, _ = case.appeal.images
    decode, decoded = intake.decode, []

    def noted(untrusted: bytes, **how: Any) -> intake.Decoded:
        decoded.append(untrusted)
        return decode(untrusted, **how)

    monkeypatch.setattr(intake, "decode", noted)
    _, alt = release.draft_card(case.appeal, case.images, setting, shape=Shape.LINK, face=True)
    assert decoded == [case.images[second.id]]
    assert first.alt["de"].rstrip(".") not in alt
    assert second.alt["de"].rstrip(".") in alt
