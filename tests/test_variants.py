"""The variant without each person: a part of the full version byte for byte, inside its digest, or told why not."""

import dataclasses
import json
import pathlib
from collections.abc import Callable
from typing import Any

import pytest

from fahndung import premises, records, release, variants
from fahndung.channels import preparing
from fahndung.channels.website import Website
from fahndung.errors import Message, NotPublishable, Problem, Severity
from fahndung.law.gate import Stage
from fahndung.model.appeal import Appeal
from fahndung.model.ids import PersonId
from fahndung.model.reading import Outputs
from fahndung.model.release import TEASERS
from fahndung.release import files as made_files
from fahndung.release import naming
from fahndung.texts import parts, remainder
from tests.channels import build as channel_build
from tests.texts import build as text_build
from tests.world import write_case

SALT = b"s" * 32
P1, P2 = PersonId("p1"), PersonId("p2")
WEBSITE = ("page.html", "gone.html", "frame.html", "item.html", "entry.json", "tombstone.json")


def nothing_against(appeal: Appeal, outputs: Outputs) -> tuple[Problem, ...]:
    """A gate that finds nothing."""
    return ()


def built(
    folder: pathlib.Path,
    *,
    templates: pathlib.Path | None = None,
    base: str | None = None,
    judge: Callable[[Appeal, Outputs], tuple[Problem, ...]] = nothing_against,
) -> release.Built:
    case = records.load(folder)
    facts = premises.gate_facts(case.appeal, None, None, stage=Stage.RELEASE)
    setting = premises.setting_of(facts, None, None, salt=SALT)
    changes: dict[str, Any] = {"templates_home": templates, "accounts": {"website": base}}
    setting = release.Setting(**{name: getattr(setting, name) for name in setting.__slots__} | changes)
    inputs = {"appeal.json": case.record_bytes}
    return release.examine(case.appeal, case.images, inputs, setting, judge=judge).accepted()


def changed(folder: pathlib.Path, change: Callable[[dict[str, Any]], object]) -> release.Built:
    return built(write_case(folder, "jewellery-theft", change))


def refused(made: release.Built) -> list[Problem]:
    return [problem for problem in made.problems if problem.rule == "R36"]


@pytest.fixture(scope="module")
def theft(tmp_path_factory: pytest.TempPathFactory) -> release.Built:
    """The jewellery theft with posters, on a website."""
    folder = write_case(tmp_path_factory.mktemp("theft"), "jewellery-theft", paper=True)
    return built(folder, base="https://fahndung.polizei.example/")


EXAMPLES = sorted(path.name for path in (pathlib.Path(__file__).parent / "cases").iterdir() if path.is_dir())


@pytest.mark.peers
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_a_variant_for_each_of_several_persons_and_none_for_one(
    name: str, tmp_path: pathlib.Path
) -> None:
    appeal = records.load(write_case(tmp_path, name)).appeal
    expected = [P1, P2] if name == "jewellery-theft" else []
    assert [person.id for person in remainder.separate(appeal)] == expected


@pytest.mark.peers
@pytest.mark.no_cover
def test_every_file_of_a_variant_is_the_full_versions_with_something_left_out(theft: release.Built) -> None:
    files = theft.release.files
    for person, other in ((P1, "Frau"), (P2, "Mann")):
        folder = f"variants/{person}/"
        page = files[f"{folder}website/page.html"].data.decode()
        assert parts.is_part_of_page(page, files["website/page.html"].data.decode())
        press = files[f"{folder}texts/press.txt"].data.decode()
        assert parts.is_part_of_text(press, files["texts/press.txt"].data.decode())
        for length in TEASERS:
            teaser = files[f"{folder}texts/{length}.txt"].data.decode()
            assert parts.is_part_of_text(teaser, files[f"texts/{length}.txt"].data.decode())
        for name in WEBSITE[1:]:
            assert files[f"{folder}website/{name}"].data == files[f"website/{name}"].data
        assert f"unbekannte {other}" in page
        assert len(page) < len(files["website/page.html"].data.decode())


@pytest.mark.peers
def test_each_word_about_a_person_is_gone_from_their_variant(theft: release.Built) -> None:
    about = {P1: ("Kappe", "Dreitagebart", "Akzent", "35 bis 45"), P2: ("weinroter", "Pony", "28 bis 35")}
    for person, words in about.items():
        own = [
            f for name, f in theft.release.files.items() if name.startswith(f"variants/{person}/") and "pdf" not in name
        ]
        assert len(own) == len(WEBSITE) + len(TEASERS) + 2, "press text and subjects of mail"
        for word in words:
            assert word in theft.release.files["website/page.html"].data.decode()
            assert not any(word in file.data.decode() for file in own)


@pytest.mark.peers
def test_the_posters_of_a_variant_tell_nothing_of_the_person(theft: release.Built, tmp_path: pathlib.Path) -> None:
    import io

    import pypdf

    for name in ("posters/a4.de.pdf", "posters/a3.de.pdf"):
        whole = pypdf.PdfReader(io.BytesIO(theft.release.files[name].data))
        part = pypdf.PdfReader(io.BytesIO(theft.release.files[f"variants/p1/{name}"].data))
        shown, left = (" ".join(page.extract_text() for page in pdf.pages) for pdf in (whole, part))
        assert "Dreitagebart" in shown
        assert "Dreitagebart" not in left
        assert "weinroter" in left
        assert (sum(len(page.images) for page in whole.pages), sum(len(page.images) for page in part.pages)) == (3, 1)
        assert b"Kappe" not in theft.release.files[f"variants/p1/{name}"].data


@pytest.mark.peers
def test_all_of_it_is_under_the_digest_and_the_manifest_names_ids_only(theft: release.Built) -> None:
    listed = {entry["name"] for entry in theft.release.manifest["outputs"]}  # type: ignore[attr-defined]
    assert {f"variants/{person}/website/{name}" for person in (P1, P2) for name in WEBSITE} <= listed
    manifest = json.loads(theft.manifest_bytes)
    assert variants.sought(manifest) == variants.persons(manifest) == (P1, P2)
    assert variants.sought({}) == variants.persons({}) == ()
    markers = [manifest["markers"]["website"], *(entry["markers"]["website"] for entry in manifest["variants"])]
    assert len(set(markers)) == 3
    assert markers[1] == naming.marker(SALT, manifest["id"], 1, "website", "without-p1")


@pytest.mark.peers
def test_a_view_is_what_a_channel_needs_and_its_pictures_are_the_same_bytes_under_the_same_names(
    theft: release.Built, tmp_path: pathlib.Path
) -> None:
    channel: Website = channel_build.website(tmp_path)
    whole = preparing.draft(theft.release, channel.endpoint)
    for person in (P1, P2):
        view = variants.view(theft.release, person)
        assert view is not None
        draft = preparing.draft(view, channel.endpoint)
        assert draft.marker != whole.marker
        pictures = {name for name in draft.payload if name.startswith("bilder/")}
        assert len(pictures) == 3, "two of the person who is left, and the card"
        assert all(draft.payload[name] == whole.payload[name] for name in pictures)
        assert draft.withdrawal["slug"] == whole.withdrawal["slug"]
    first, second = (variants.view(theft.release, person) for person in (P1, P2))
    assert first is not None
    assert second is not None
    (card,) = {n for n in first.files if "images" in n} & {n for n in second.files if "images" in n}
    assert theft.release.files[card].data == theft.release.files["cards/neutral.jpg"].data
    assert variants.view(theft.release, PersonId("p3")) is None
    assert first.digest == theft.release.digest


@pytest.mark.peers
def test_an_inseparable_person_has_no_variant_and_check_says_so(tmp_path: pathlib.Path) -> None:
    def inseparable(record: dict[str, Any]) -> None:
        record["persons"][1]["separable"] = False

    made = changed(tmp_path, inseparable)
    (said,) = refused(made)
    assert (said.field, said.severity) == ("persons/1/separable", Severity.WARN)
    assert variants.persons(json.loads(made.manifest_bytes)) == (P1,)
    assert not [name for name in made.release.files if name.startswith("variants/p2")]


@pytest.mark.peers
def test_texts_that_speak_of_a_person_are_named_and_the_secret_is_not_repeated(tmp_path: pathlib.Path) -> None:
    def telling(record: dict[str, Any]) -> None:
        record["texts"]["narrative"]["de"] += " Der Dreitagebart fiel auf."

    (said,) = refused(changed(tmp_path, telling))
    assert said.field == "texts/narrative"
    assert "without p1: texts/narrative speaks" in said.message.en
    assert "Dreitagebart" not in "".join(said.message)
    assert "new revision" in said.message.en


@pytest.mark.peers
@pytest.mark.parametrize("template", ["press.txt.j2", "teaser.txt.j2"])
def test_a_homes_template_that_writes_differently_makes_no_variant(tmp_path: pathlib.Path, template: str) -> None:
    own = tmp_path / "templates" / "de"
    own.mkdir(parents=True)
    from fahndung import resources

    text = resources.template_text("de", template)
    (own / template).write_text(text + "\n{{ sheet.pictures|length }} Bilder\n", "utf-8")
    made = built(write_case(tmp_path, "jewellery-theft"), templates=tmp_path)
    assert [said.field for said in refused(made)] == ["persons/0", "persons/1"]
    assert variants.persons(json.loads(made.manifest_bytes)) == ()


@pytest.mark.peers
@pytest.mark.no_cover
def test_a_variant_that_the_law_forbids_is_not_made(tmp_path: pathlib.Path) -> None:
    judged = []

    def strict(appeal: Appeal, outputs: Outputs) -> tuple[Problem, ...]:
        judged.append((len(appeal.persons), {text.name for text in outputs.texts}))
        if len(appeal.persons) > 1:
            return ()
        message = Message("the tip is missing", "Hinweis fehlt")
        return (Problem(rule="R16", severity=Severity.BLOCK, field="page", message=message, source=""),)

    made = built(write_case(tmp_path, "jewellery-theft", paper=True), judge=strict)
    assert [said.field for said in refused(made)] == ["page", "page"]
    assert variants.persons(json.loads(made.manifest_bytes)) == ()
    assert [count for count, _ in judged] == [2, 1, 1]
    assert all({"page", "press", "posters/a4.de.pdf"} <= names for _, names in judged)


@pytest.mark.peers
def test_a_poster_that_does_not_fit_makes_no_variant(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = made_files.drawn

    def narrow(sheet: Any, shown: Any, **more: Any) -> Any:
        if len(sheet.groups) < 2:
            raise NotPublishable("too narrow", "zu schmal")
        return real(sheet, shown, **more)

    monkeypatch.setattr(made_files, "drawn", narrow)
    made = built(write_case(tmp_path, "jewellery-theft", paper=True))
    assert len(refused(made)) == 2
    assert variants.persons(json.loads(made.manifest_bytes)) == ()


@pytest.mark.peers
@pytest.mark.no_cover
def test_the_same_input_gives_the_same_digest(tmp_path: pathlib.Path) -> None:
    first, again = (built(write_case(tmp_path / name, "jewellery-theft")) for name in ("a", "b"))
    assert again.release.digest == first.release.digest


def test_a_draft_without_a_person_whose_search_is_over_is_refused_where_the_rest_speaks_of_them(
    tmp_path: pathlib.Path,
) -> None:
    appeal = records.load(write_case(tmp_path, "jewellery-theft")).appeal
    sheet = text_build.composed(appeal)
    left, rest = variants.without(appeal, sheet, [P1])
    assert ([person.id for person in left.persons], [group.field for group in rest.groups]) == ([P2], ["persons/1"])
    assert [image.id for image in left.images] == [picture.id for picture in rest.pictures] == ["woman"]
    assert variants.without(appeal, sheet, []) == (appeal, sheet)
    tied = dataclasses.replace(
        appeal, persons=(dataclasses.replace(appeal.persons[0], separable=False), *appeal.persons[1:])
    )
    with pytest.raises(NotPublishable, match="persons/0/separable"):
        variants.without(tied, sheet, [P1])
    told = dataclasses.replace(sheet, summary="Der Mann trug eine dunkelblaue Jacke und einen Dreitagebart.")
    with pytest.raises(NotPublishable, match="p1 is over"):
        variants.without(appeal, told, [P1])
