"""The release: names nobody can guess, cards with a face only where the order names the press, changes named."""

import dataclasses
import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import pypdf
import pytest

from fahndung import premises, records, release, resources
from fahndung.errors import Message, NotPublishable, Problem, Severity, UnsafeImage
from fahndung.images import renditions
from fahndung.images.encoding import Jpeg
from fahndung.images.renditions import Renditions
from fahndung.images.walker import check_jpeg
from fahndung.law.gate import Stage
from fahndung.model.faces import Absence
from fahndung.model.ids import ImageId
from fahndung.model.image import Image
from fahndung.model.reading import Kind, letters
from fahndung.posters.cards import Shape
from fahndung.records import build as records_build
from fahndung.release import building, drafting, uploads
from fahndung.release.files import picture_files
from fahndung.release.manifest import manifest
from tests.images import originals
from tests.world import write_case

SALT = b"s" * 32
CASES = pathlib.Path(__file__).parent / "cases"


def examined(
    folder: pathlib.Path, salt: bytes = SALT, *, templates: pathlib.Path | None = None, **inputs: bytes
) -> release.Examined:
    case = records.load(folder)
    facts = premises.gate_facts(case.appeal, None, None, stage=Stage.RELEASE)
    chosen = premises.setting_of(facts, None, None, salt=salt)
    setting = dataclasses.replace(chosen, templates_home=templates, detector=Absence.OFF)
    files = {"appeal.json": case.record_bytes, **inputs}
    return release.examine(case.appeal, case.images, files, setting, judge=lambda appeal, outputs: ())


def built(folder: pathlib.Path, salt: bytes = SALT) -> release.Built:
    return examined(folder, salt).accepted()


@pytest.fixture(scope="module")
def girl(tmp_path_factory: pytest.TempPathFactory) -> release.Built:
    """The missing girl's release outside any home."""
    return built(write_case(tmp_path_factory.mktemp("girl"), "missing-girl", paper=True))


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> release.Examined:
    """The tram witness's release and what was read back of it."""
    return examined(write_case(tmp_path_factory.mktemp("witness"), "tram-witness", paper=True))


def test_the_digest_is_that_of_the_canonical_manifest(girl: release.Built) -> None:
    assert hashlib.sha256(girl.manifest_bytes).hexdigest() == girl.release.digest
    assert release.parse_manifest(girl.manifest_bytes, girl.release.digest)["id"] == "pdl-2026-0131"


def test_the_manifest_names_the_chosen_picture_of_a_file_of_several(tmp_path: pathlib.Path) -> None:
    case = records.load(write_case(tmp_path, "missing-girl"))
    facts = premises.gate_facts(case.appeal, None, None, stage=Stage.RELEASE)
    setting = premises.setting_of(facts, None, None, salt=SALT)
    (image, *others) = case.appeal.images
    chosen = dataclasses.replace(case.appeal, images=(dataclasses.replace(image, frame=2), *others))
    listed = [manifest(appeal, setting, "https://a.example/", {}, []) for appeal in (case.appeal, chosen)]
    assert "frames" not in listed[0]
    assert listed[1] == listed[0] | {"frames": {image.id: 2}}


def test_without_a_word_in_the_decision_nothing_is_made_for_registers(girl: release.Built) -> None:
    assert not [name for name, file in girl.release.files.items() if "pfif" in name or b"pfif" in file.data]


def test_another_salt_gives_other_names_and_markers(girl: release.Built, tmp_path: pathlib.Path) -> None:
    other = built(write_case(tmp_path, "missing-girl"), b"t" * 32)
    assert other.release.manifest["slug"] != girl.release.manifest["slug"]
    assert other.release.manifest["markers"] != girl.release.manifest["markers"]
    mine = {name for name in girl.release.files if name.startswith("website/images/")}
    assert not mine & set(other.release.files)


def test_markers_differ_by_account_revision_target_and_generation() -> None:
    made = {
        release.marker(SALT, "a", 1, "x"),
        release.marker(SALT, "a", 2, "x"),
        release.marker(SALT, "a", 1, "y"),
        release.marker(SALT, "a", 1, "x", "person"),
        release.marker(SALT, "a", 1, "x", generation=2),
    }
    assert len(made) == 5
    assert all(len(one) * 5 >= 80 for one in made)


def test_every_published_jpeg_is_pixels_only(girl: release.Built) -> None:
    pictures = [file for name, file in girl.release.files.items() if name.endswith(".jpg")]
    assert len(pictures) >= 4
    for picture in pictures:
        check_jpeg(picture.data)


def test_nothing_that_goes_out_holds_bytes_of_the_original(girl: release.Built, tmp_path: pathlib.Path) -> None:
    original = (write_case(tmp_path, "missing-girl", paper=True) / "family-1.jpg").read_bytes()
    assert b"Mustertel" in original
    for file in girl.release.files.values():
        assert b"Mustertel" not in file.data
        assert b"MT9-0117" not in file.data


def test_no_picture_of_a_person_is_cut_and_printed_ones_only_where_the_order_names_print(
    girl: release.Built, tmp_path: pathlib.Path
) -> None:
    def no_press(record: dict[str, Any]) -> None:
        record["legal"]["decision"]["scope"]["media"] = ["website", "tv"]

    without = built(write_case(tmp_path, "missing-girl", no_press, paper=True)).release.files
    for files in (girl.release.files, without):
        assert {name for name in files if name.startswith("cards/")} == {"cards/neutral.jpg", "cards/neutral.txt"}
    assert "print/family-1.jpg" in girl.release.files
    assert not [name for name in without if name.startswith(("posters/", "print/"))]


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.glob("*/")))
def test_the_manifest_lists_pictures_of_things_alone_for_accounts_whose_policy_lets_them_go(name: str) -> None:
    record = json.loads((CASES / name / "appeal.json").read_text("utf-8"))
    record["publication"]["channels"] += ["mastodon", "x"]
    appeal = dataclasses.replace(
        records_build.appeal(record), images=tuple(map(_maybe_a_thing, records_build.appeal(record).images))
    )
    facts = premises.gate_facts(appeal, None, None, stage=Stage.RELEASE)
    setting = dataclasses.replace(
        premises.setting_of(facts, None, None, salt=SALT), pictured=frozenset({"mastodon", "elsewhere"})
    )
    sizes = {"web": Jpeg(data=b"w", width=2048, height=1536), "card": Jpeg(data=b"c", width=1200, height=630)}
    drawn = Renditions(**sizes, thumb=sizes["card"], print=sizes["web"], regions={}, views={})
    listed = uploads.listing(appeal, setting, {image.id: drawn for image in appeal.images})
    (entries,) = listed["uploads"].values()
    assert [entry["image"] for entry in entries] == (["watch", "rucksack"] if name == "found-things" else [])
    assert release.listed_uploads(listed) == release.planned_uploads(appeal, setting)
    assert all([file["width"] for file in entry["files"]] == [2048, 1200] for entry in entries)
    assert release.listed_uploads({}) == {}


def test_of_a_sensitive_picture_nothing_is_listed_that_is_not_made() -> None:
    appeal = records_build.appeal(json.loads((CASES / "found-things" / "appeal.json").read_text("utf-8")))
    appeal = dataclasses.replace(
        appeal, images=tuple(dataclasses.replace(image, sensitive=image.id == "watch") for image in appeal.images)
    )
    facts = premises.gate_facts(appeal, None, None, stage=Stage.RELEASE)
    setting = dataclasses.replace(
        premises.setting_of(facts, None, None, salt=SALT), channels=("m",), pictured=frozenset({"m"})
    )
    jpeg = Jpeg(data=b"w", width=2048, height=1536)
    drawn = Renditions(web=jpeg, card=jpeg, thumb=jpeg, print=jpeg, regions={}, views={})
    pictures = {image.id: drawn for image in appeal.images}
    made = {one.file.name for one in picture_files(appeal, pictures, SALT)}
    (entries,) = uploads.listing(appeal, setting, pictures)["uploads"].values()
    listed = {file["name"] for entry in entries for file in entry["files"]}
    assert "cards/watch.jpg" not in listed
    assert "cards/rucksack.jpg" in listed
    assert listed <= made
    assert set(release.planned_uploads(appeal, setting)["m"]) == listed


def _maybe_a_thing(image: Image) -> Image:
    """Every picture said to be of a thing, but one that is; in a record that is about persons it counts for nothing."""
    return dataclasses.replace(image, object=None if image.id == "bicycle" else "thing")


def test_closing_notices_hold_no_name_picture_or_place(girl: release.Built) -> None:
    closings = {name: file.data.decode() for name, file in girl.release.files.items() if "closing" in name}
    assert len(closings) == 9, "for each end a notice and a short post, and one notice for a part"
    for text in closings.values():
        assert "Lina" not in text
        assert ".jpg" not in text
        assert "Schulzentrum" not in text


def test_the_feed_entry_tells_kind_and_end_and_the_tombstone_neutral_words(girl: release.Built) -> None:
    entry, tombstone = (json.loads(girl.release.files[f"website/{name}.json"].data) for name in ("entry", "tombstone"))
    (end,) = [one["at"] for one in girl.release.manifest["ends"] if one["medium"] == "website"]
    assert (entry["category"], entry["expires"]) == ("missing-child", end)
    assert end is not None
    assert tombstone.keys() == {"id", "url", "title", "summary"}
    assert tombstone["title"] == "Fahndung beendet"
    assert "Lina" not in json.dumps([entry, tombstone])


def test_a_manifest_with_another_digest_is_refused(girl: release.Built) -> None:
    with pytest.raises(NotPublishable, match="not the one"):
        release.parse_manifest(girl.manifest_bytes + b" ", girl.release.digest)


def test_differences_are_all_named() -> None:
    manifest: dict[str, Any] = {
        "outputs": [{"name": "a", "sha256": hashlib.sha256(b"a").hexdigest()}, {"name": "b", "sha256": "0"}],
        "inputs": [{"name": "c", "sha256": "0"}],
    }
    with pytest.raises(NotPublishable) as caught:
        release.compare(manifest, {"a": b"a", "b": b"x", "d": b"", "manifest.json": b""}, {})
    assert {problem.field for problem in caught.value.problems} == {"release/b", "release/d", "case/c"}


@pytest.mark.peers
def test_unsafe_pictures_and_unfit_texts_have_their_own_errors(tmp_path: pathlib.Path) -> None:
    def far_box(record: dict[str, Any]) -> None:
        record["images"][0]["redactions"] = [{"box": [9000, 9000, 5, 5], "reason": "other"}]

    with pytest.raises(UnsafeImage, match="images/0"):
        built(write_case(tmp_path / "a", "missing-girl", far_box, paper=True))

    def never_fits(record: dict[str, Any]) -> None:
        for field in ("clothing", "belongings", "hair", "eyes", "speech", "transport"):
            record["persons"][0][field] = {"de": "grüne Jacke " * 16 + "."}
        record["persons"][0]["marks"] = [{"de": "grüne Narbe " * 30 + str(number)} for number in range(30)]

    with pytest.raises(NotPublishable, match="persons/0"):
        built(write_case(tmp_path / "b", "missing-girl", never_fits, paper=True))


def test_a_draft_of_an_unsafe_picture_is_refused(tmp_path: pathlib.Path) -> None:
    def far_box(record: dict[str, Any]) -> None:
        record["images"][0]["redactions"] = [{"box": [9000, 9000, 5, 5], "reason": "other"}]

    case = records.load(write_case(tmp_path, "missing-girl", far_box, paper=True))
    with pytest.raises(UnsafeImage):
        release.draft_poster(case.appeal, case.images, draft_setting(case), paper="a4", strips=False)


def test_a_draft_of_two_unsafe_pictures_names_both(tmp_path: pathlib.Path) -> None:
    def far_boxes(record: dict[str, Any]) -> None:
        for image in record["images"][:2]:
            image["redactions"] = [{"box": [9000, 9000, 5, 5], "reason": "other"}]

    case = records.load(write_case(tmp_path, "found-things", far_boxes, paper=True))
    with pytest.raises(UnsafeImage) as refused:
        release.draft_poster(case.appeal, case.images, draft_setting(case), paper="a4", strips=False)
    assert [found.field for found in refused.value.problems] == ["images/0", "images/1"]


def test_a_draft_of_a_card_names_its_unsafe_picture_by_its_place_in_the_whole_record(tmp_path: pathlib.Path) -> None:
    def far_box(record: dict[str, Any]) -> None:
        record["persons"][0]["separable"] = True
        record["images"][2]["redactions"] = [{"box": [9000, 9000, 5, 5], "reason": "other"}]

    case = records.load(write_case(tmp_path, "jewellery-theft", far_box))
    first = [case.appeal.persons[0].id]
    with pytest.raises(UnsafeImage) as refused:
        release.draft_card(case.appeal, case.images, draft_setting(case), shape=Shape.LINK, face=True, ended=first)
    assert [found.field for found in refused.value.problems] == ["images/2"]


@pytest.mark.parametrize(("held", "files"), [(drafting._HELD, [(80, "4:2:0")]), (0, [(92, "4:4:4")])])
def test_a_draft_makes_the_picture_for_its_paper_alone(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, held: int, files: list[tuple[int, str]]
) -> None:
    case = records.load(write_case(tmp_path, "missing-girl"))
    original = originals.jpeg(originals.scene(300, 400).resize((1500, 2000)), exif=originals.exif(orientation=1))
    made: list[tuple[int, str]] = []
    encode = renditions.encode_pixels

    def noted(picture: Any, *, quality: int, subsampling: str, **how: Any) -> bytes:
        made.append((quality, subsampling))
        return encode(picture, quality=quality, subsampling=subsampling, **how)

    monkeypatch.setattr(renditions, "encode_pixels", noted)
    monkeypatch.setattr(drafting, "_HELD", held)
    given = {image.id: original for image in case.appeal.images}
    pdf, _ = release.draft_poster(case.appeal, given, draft_setting(case), paper="a4", strips=False)
    assert made == files
    (photo,) = [one for one in embedded(pdf) if one["/Subtype"] == "/Image"]
    check_jpeg(photo._data)
    assert 750 < photo["/Width"] < 1500, "as many as the paper shows"
    assert release.draft_poster(case.appeal, given, draft_setting(case), paper="a4", strips=False)[0] == pdf


def draft_setting(case: records.Case) -> release.Setting:
    facts = premises.gate_facts(case.appeal, None, None, stage=Stage.DRAFT)
    return premises.setting_of(facts, None, None, salt=SALT)


def embedded(pdf: bytes) -> list[Any]:
    resources: Any = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]
    return [one.get_object() for one in resources["/XObject"].values()]


def test_a_homes_template_changes_the_version_and_the_text(tmp_path: pathlib.Path) -> None:
    (tmp_path / "templates" / "de").mkdir(parents=True)
    assert release.templates_version("de", tmp_path) == release.templates_version("de", None)
    (tmp_path / "templates" / "de" / "teaser.txt.j2").write_text("x")
    assert release.templates_version("de", tmp_path) != release.templates_version("de", None)


@pytest.mark.peers
def test_a_record_without_website_links_to_its_tip_address(tmp_path: pathlib.Path) -> None:
    made = built(write_case(tmp_path, "missing-girl"))
    assert made.release.manifest["page_url"] == "https://polizei.example/hinweis"
    made = built(write_case(tmp_path, "missing-girl", lambda record: record["contact"].pop("tip_url")))
    assert made.release.manifest["page_url"] == release.DRAFT_PAGE


@pytest.mark.peers
def test_what_was_built_is_read_back(witness: release.Examined) -> None:
    outputs, files = witness.outputs, witness.accepted().release.files
    assert outputs.files == {name: file.media_type for name, file in files.items()}
    pdfs = [name for name in files if name.endswith(".pdf")]
    assert [sheet.name for sheet in outputs.sheets] == pdfs != []
    assert [text.name for text in outputs.live(Kind.POSTER)] == pdfs
    marker = letters(outputs.wording.marker or "")
    assert all(marker in letters(text.text) for text in outputs.live() if text.kind is not Kind.SUBJECT)
    assert all(sheet.tagged and not sheet.hidden for sheet in outputs.sheets)
    assert {sheet.codes for sheet in outputs.sheets} == {(outputs.wording.page_url,)}
    assert outputs.originals == ()
    assert outputs.pieces != ()
    assert outputs.fragments["gone"].loads == ()


@pytest.mark.peers
def test_every_picture_of_the_release_is_read_back(witness: release.Examined) -> None:
    renditions = {rendition.name: rendition for rendition in witness.outputs.renditions}
    assert set(renditions) == {name for name in witness.accepted().release.files if name.endswith(".jpg")}
    cards = [renditions.pop(name) for name, one in [*renditions.items()] if one.image is None]
    files = witness.accepted().release.files
    assert len(cards) == 2
    assert len({files[card.name].data for card in cards}) == 1
    for card in cards:
        assert (card.clean, card.marked, card.redaction_marked) == (True, None, None)
    assert len(renditions) == 3
    for rendition in renditions.values():
        assert (rendition.image, rendition.clean, rendition.marked) == ("cctv-1", True, True)
        assert rendition.redaction_marked is True


@pytest.mark.peers
def test_a_picture_of_the_record_leads_to_the_addresses_that_the_page_loads(tmp_path: pathlib.Path) -> None:
    outputs = examined(write_case(tmp_path, "found-things")).outputs
    assert set(outputs.pictures_of) == {"bicycle", "watch", "rucksack"}
    loaded = [address for addresses in outputs.pictures_of.values() for address in addresses]
    assert sorted(loaded) == sorted(outputs.page.loads) == sorted(outputs.page.open_pictures)


def own_template(home: pathlib.Path, name: str, old: str, new: str) -> pathlib.Path:
    """A home that replaces one template."""
    folder = home / "templates" / "de"
    folder.mkdir(parents=True)
    text = resources.template_text("de", name)
    assert old in text
    (folder / name).write_text(text.replace(old, new), "utf-8")
    return home


@pytest.mark.peers
def test_a_preview_image_in_a_homes_template_shows_in_the_reading(tmp_path: pathlib.Path) -> None:
    preview = '{% block robots %}<meta property="og:image" content="{{ figures[0].public.file }}">'
    home = own_template(tmp_path / "home", "page.html.j2", "{% block robots %}", preview)
    outputs = examined(write_case(tmp_path, "missing-girl"), templates=home).outputs
    assert outputs.page.previews == outputs.pictures_of[ImageId("family-1")]
    assert len(outputs.page.previews) == 1


@pytest.mark.peers
def test_an_unveiled_sensitive_picture_shows_in_the_reading(tmp_path: pathlib.Path) -> None:
    folder = write_case(tmp_path, "unknown-dead")
    veiled = examined(folder).outputs
    assert (veiled.page.open_pictures, len(veiled.pictures_of[ImageId("sketch")])) == ((), 1)
    home = own_template(tmp_path / "home", "page.html.j2", '<details class="veil">', '<details open class="veil">')
    bare = examined(folder, templates=home).outputs
    assert bare.page.open_pictures == bare.pictures_of[ImageId("sketch")]


@pytest.mark.peers
@pytest.mark.parametrize("words", [None, "Zeugin – Beschuldigte"])
def test_a_picture_whose_band_is_missing_or_says_something_else_shows_in_the_reading(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, words: str | None
) -> None:
    render = renditions.render

    def other(untrusted: bytes, *, image: Any, marker: str | None, **how: Any) -> renditions.Renditions:
        assert marker == "Zeugin – nicht Beschuldigte"
        return render(untrusted, image=image, marker=words, **how)

    monkeypatch.setattr(renditions, "render", other)
    found = examined(write_case(tmp_path, "tram-witness", paper=True)).outputs.renditions
    assert [(one.clean, one.marked) for one in found if one.image] == [(True, False)] * 3


@pytest.mark.parametrize(("name", "cards"), [("missing-girl", []), ("found-things", ["bicycle", "watch", "rucksack"])])
def test_a_card_is_cut_of_things_alone(name: str, cards: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    appeal = records_build.appeal(json.loads((CASES / name / "appeal.json").read_text("utf-8")))
    asked: list[ImageId] = []

    def noted(untrusted: bytes, *, image: Image, card: bool, **_how: Any) -> renditions.Renditions:
        asked.extend([image.id] if card else [])
        picture = Jpeg(data=untrusted, width=1, height=1)
        return renditions.Renditions(web=picture, thumb=picture, print=picture, regions={}, views={})

    monkeypatch.setattr(renditions, "render", noted)
    facts = premises.gate_facts(appeal, None, None, stage=Stage.RELEASE)
    sheet = drafting.composed(appeal, premises.setting_of(facts, None, None, salt=SALT), "https://musterstadt.example/")
    building.rendered(appeal, dict.fromkeys((one.id for one in appeal.images), b""), sheet, is_printed=False)
    assert asked == cards


@pytest.mark.peers
def test_a_redaction_without_its_frame_shows_in_the_reading(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(renditions.redaction, "mark", lambda picture, regions, look: None)
        found = examined(write_case(tmp_path, "tram-robbery")).outputs.renditions
    assert {one.redaction_marked for one in found if one.image} == {False}


@pytest.mark.peers
def test_an_ellipse_and_a_polygon_below_noise_are_built_and_read_back(tmp_path: pathlib.Path) -> None:
    def other(record: dict[str, Any]) -> None:
        image = record["images"][0]
        image["redactions"] = [{"ellipse": [1009, 251, 106, 144]}, {"polygon": [[40, 700], [160, 720], [90, 860]]}]
        image["fill"] = "noise"

    made = examined(write_case(tmp_path, "tram-robbery", other))
    assert {one.redaction_marked for one in made.outputs.renditions if one.image} == {True}
    assert b"unkenntlich" in made.accepted().release.files["website/page.html"].data


@pytest.mark.peers
def test_a_file_with_the_bytes_of_an_original_is_named(tmp_path: pathlib.Path) -> None:
    folder = write_case(tmp_path, "missing-girl", paper=True)
    files = built(folder).release.files
    whole, part = files["texts/teaser.txt"].data, files["print/family-1.jpg"].data
    made = examined(folder, whole=whole, part=part, empty=b"")
    posters = {name for name in files if name.endswith(".pdf") and ".bw." not in name}  # grey pictures are made anew
    assert set(made.outputs.originals) == {"texts/teaser.txt", "print/family-1.jpg", *posters}


@pytest.mark.peers
def test_what_blocks_leaves_a_reading_of_the_rest(tmp_path: pathlib.Path) -> None:
    def far_box(record: dict[str, Any]) -> None:
        record["images"][0]["redactions"] = [{"box": [9000, 9000, 5, 5], "reason": "other"}]

    made = examined(write_case(tmp_path, "missing-girl", far_box, paper=True))
    assert made.built is None
    assert [rendition.image for rendition in made.outputs.renditions] == [None, None]
    assert made.outputs.renditions[1].name == "cards/neutral.jpg"
    assert len(made.outputs.sheets) == 4
    assert made.outputs.live(Kind.PAGE)[0].text


def test_a_card_that_cannot_be_drawn_is_a_finding_among_the_others(tmp_path: pathlib.Path) -> None:
    def too_long(record: dict[str, Any]) -> None:
        record["authority"]["unit"] = "Kriminalpolizeiinspektion " * 7

    made = examined(write_case(tmp_path, "missing-girl", too_long))
    assert made.built is None
    assert "authority/name" in {problem.field for problem in made.problems}
    assert "cards/neutral.jpg" not in made.outputs.files


def test_a_release_that_the_gate_refuses_is_not_accepted(tmp_path: pathlib.Path) -> None:
    made = examined(write_case(tmp_path, "missing-girl"))
    warned = Problem(rule="R30", severity=Severity.WARN, field="page", message=Message("so", "so"))
    assert made.accepted([warned, warned]).problems == (warned, *made.problems)
    with pytest.raises(NotPublishable, match="page: so") as caught:
        made.accepted([dataclasses.replace(warned, severity=Severity.BLOCK)])
    assert caught.value.problems[0].rule == "R30"


@pytest.mark.peers
@pytest.mark.parametrize("environment", [{"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland"}, {"LANG": "de_DE.UTF-8"}])
def test_another_process_elsewhere_builds_the_same_bytes(
    girl: release.Built, tmp_path: pathlib.Path, environment: dict[str, str]
) -> None:
    folder = write_case(tmp_path, "missing-girl", paper=True)
    code = (
        "import pathlib, sys\nfrom tests.test_release import built\n"
        "print(built(pathlib.Path(sys.argv[1])).release.digest)"
    )
    root = pathlib.Path(__file__).parent.parent
    variables = {**os.environ, "PYTHONPATH": str(root), **environment}
    command = [sys.executable, "-c", code, str(folder)]
    shown = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == girl.release.digest


@pytest.mark.peers
def test_a_sensitive_picture_is_on_no_poster_and_no_card(tmp_path: pathlib.Path) -> None:
    def sensitive(record: dict[str, Any]) -> None:
        record["images"][0]["sensitive"] = True

    made = built(write_case(tmp_path, "missing-girl", sensitive, paper=True)).release
    assert [name for name in made.files if name.startswith("cards/")] == ["cards/neutral.jpg", "cards/neutral.txt"]
    pdf = tmp_path / "poster.pdf"
    pdf.write_bytes(made.files["posters/a4.de.pdf"].data)
    listed = subprocess.run(["pdfimages", "-list", pdf], capture_output=True, text=True, check=True).stdout
    assert len(listed.splitlines()) == 2
