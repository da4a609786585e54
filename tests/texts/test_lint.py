import dataclasses
import pathlib
from typing import Any

import pytest

from fahndung import resources
from fahndung.errors import Problem, Severity
from fahndung.model.appeal import Appeal, Category, Event, Image, Names, Office, Person, PersonId, Place, Plan, Role
from fahndung.model.appeal import Texts as Words
from fahndung.texts.lint import lint
from fahndung.texts.outputs import Closing, Outputs
from tests.texts import build

EVERY = build.every_category()


def found(case: Appeal, rendered: Outputs | None = None, **sheet_changes: Any) -> list[tuple[str, str, Severity]]:
    composed = dataclasses.replace(build.composed(case), **sheet_changes)
    return [short(problem) for problem in lint(case, rendered or build.rendered(case), composed)]


def short(problem: Problem) -> tuple[str, str, Severity]:
    assert problem.message.en
    assert problem.message.de
    assert problem.source
    return problem.rule, problem.field, problem.severity


def texts(**changes: Any) -> Words:
    return Words(**{"summary": {"de": "Kurz."}} | changes)


@pytest.mark.parametrize("category", list(Category))
def test_what_the_project_composes_is_clean(category: Category) -> None:
    assert found(EVERY[category]) == []


BLANKED = {
    "page_html": "page",
    "press": "press",
    "teaser": "teaser",
    "list_item": "list_item",
}


@pytest.mark.parametrize(("output", "name"), BLANKED.items())
def test_a_text_without_the_witness_marker_is_blocked(output: str, name: str) -> None:
    case = build.witness()
    rendered = build.rendered(case)
    marker = build.composed(case).marker or ""
    changed = dataclasses.replace(rendered, **{output: getattr(rendered, output).replace(marker, "Frau")})
    assert ("R14", name, Severity.BLOCK) in found(case, changed)


def test_an_entry_without_the_witness_marker_is_blocked() -> None:
    case = build.witness()
    rendered = build.rendered(case)
    entry = dataclasses.replace(rendered.entry, summary=rendered.entry.summary.replace("nicht Beschuldigte", ""))
    assert found(case, dataclasses.replace(rendered, entry=entry)) == [("R14", "entry", Severity.BLOCK)]


def test_a_witness_picture_without_the_marker_in_its_alt_is_blocked() -> None:
    case = build.witness()
    rendered = build.rendered(case)
    bare = {image.id: "Frau im Bus" for image in case.images}
    assert found(case, dataclasses.replace(rendered, alts=bare)) == [("R14", "images/0/alt", Severity.BLOCK)]
    page = rendered.page_html.replace('alt="Zeugin – nicht Beschuldigte. ', 'alt="')
    assert found(case, dataclasses.replace(rendered, page_html=page)) == [("R14", "images/0/alt", Severity.BLOCK)]


@pytest.mark.parametrize("marker", [None, "Wichtige Zeugin"])
def test_a_marker_that_does_not_say_not_accused_is_blocked(marker: str | None) -> None:
    assert found(build.witness(), marker=marker) == [("R14", "marker", Severity.BLOCK)]


def test_the_picture_of_a_suspect_beside_a_witness_needs_no_marker() -> None:
    seen = Person(id=PersonId("p2"), role=Role.WITNESS, sex="male", hair={"de": "grau"})
    case = build.unknown_suspect()
    mixed = dataclasses.replace(
        case, persons=(*case.persons, seen), images=(*case.images, build.picture("z", shows=(PersonId("p2"),)))
    )
    assert found(mixed) == []
    assert [picture.marker for picture in build.composed(mixed).pictures] == [None, None, "Zeuge – nicht Beschuldigter"]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("texts/title", {"texts": texts(title={"de": "Wer kennt diesen Täter?"})}),
        ("texts/summary", {"texts": texts(summary={"de": "Die Täterin flüchtete."})}),
        ("texts/narrative", {"texts": texts(narrative={"de": "Der Verbrecher flüchtete."})}),
        ("texts/narrative", {"texts": texts(narrative={"de": "Ein Straftäter, der Räuber ist."})}),
        ("texts/questions/1", {"texts": texts(questions=({"de": "Wer?"}, {"de": "Wo sind die Täterinnen?"}))}),
        ("texts/plain", {"texts": texts(plain={"de": "Der Täter ist groß."})}),
        ("images/0/caption", {"images": (build.picture(caption={"de": "Unbekannter Täter am Automaten"}),)}),
        ("images/0/alt", {"images": (build.picture(alt={"de": "Der Täter am Automaten"}),)}),
        ("event", {"event": Event(what="Flucht des Täters", start="2026")}),
    ],
)
def test_a_depicted_suspect_called_a_culprit_is_blocked(field: str, changes: dict[str, Any]) -> None:
    findings = found(build.unknown_suspect(**changes))
    assert ("R15", field, Severity.BLOCK) in findings
    assert {finding[1] for finding in findings} <= {field, "texts/title"}


def test_a_guilty_description_is_blocked_at_the_person() -> None:
    case = build.with_person(build.unknown_suspect(), clothing={"de": "Der Verbrecher trug Schwarz"})
    assert found(case) == [("R15", "persons/0", Severity.BLOCK)]


@pytest.mark.parametrize(
    "narrative",
    ["Unbekannte Täter brachen ein.", "Ein bislang unbekannter, maskierter Täter flüchtete.", "den unbekannten Tätern"],
)
def test_an_unknown_culprit_in_the_narrative_is_only_warned_of(narrative: str) -> None:
    case = build.unknown_suspect(texts=texts(narrative={"de": narrative}))
    assert found(case) == [("R15", "texts/narrative", Severity.WARN)]


@pytest.mark.parametrize(
    "harmless", ["Der mutmaßliche Täter floh.", "Täterbeschreibung folgt.", "Der Tatverdächtige floh.", "Räuberweg 3"]
)
def test_suspicion_is_not_prejudgement(harmless: str) -> None:
    assert found(build.unknown_suspect(texts=texts(narrative={"de": harmless}))) == []


def test_convicts_and_appeals_without_a_suspect_are_exempt() -> None:
    guilty = texts(narrative={"de": "Der Täter ist verurteilt."})
    assert found(build.convict(texts=guilty)) == []
    assert found(build.witness(texts=guilty)) == []


@pytest.mark.parametrize(("output", "name"), [("press", "press"), ("teaser", "teaser")])
def test_a_template_that_prejudges_is_blocked_as_well(tmp_path: pathlib.Path, output: str, name: str) -> None:
    folder = tmp_path / "templates" / "de"
    folder.mkdir(parents=True)
    own = resources.template_text("de", f"{output}.txt.j2") + "\nDer Täter wird gesucht.\n"
    (folder / f"{output}.txt.j2").write_text(own, "utf-8")
    case = build.unknown_suspect()
    assert found(case, build.rendered(case, home=tmp_path)) == [("R15", name, Severity.BLOCK)]


@pytest.mark.parametrize(("output", "name"), BLANKED.items())
def test_tip_sentence_stand_and_authority_belong_into_every_output(output: str, name: str) -> None:
    case = build.missing()
    empty = dataclasses.replace(build.rendered(case), **{output: "<p>leer</p>"})
    expected = [("R21", name, Severity.BLOCK)] * 2
    if output != "list_item":
        expected.insert(0, ("R16", name, Severity.BLOCK))
    assert found(case, empty) == expected


def test_an_empty_tip_sentence_is_no_tip_sentence() -> None:
    assert {finding[:2] for finding in found(build.missing(), tip_sentence="")} == {
        ("R16", name) for name in ("page", "press", "teaser", "entry")
    }


def test_what_only_the_style_or_the_title_says_is_not_said() -> None:
    case = build.missing()
    rendered = build.rendered(case)
    hidden = f"<title>{build.composed(case).tip_sentence}</title>"
    assert ("R16", "page", Severity.BLOCK) in found(case, dataclasses.replace(rendered, page_html=hidden))


def test_a_draft_without_stand_is_blocked() -> None:
    draft = build.missing(publication=Plan(), legal=build.legal(Category.MISSING, decision=None))
    assert found(draft) == [("R21", "publication/stand", Severity.BLOCK)]


def leaking(case: Appeal, leak: str, *, kind: str = "reached") -> Outputs:
    rendered = build.rendered(case)
    closing = rendered.closings[kind]
    return dataclasses.replace(
        rendered, closings={**rendered.closings, kind: Closing(subject=closing.subject, body=closing.body + leak)}
    )


@pytest.mark.parametrize(
    "leak",
    ["Lena ist zurück.", "Frau Beispiel", "bild-1-original.jpg", "am Bahnhof Musterstadt-Süd angetroffen", "Momo"],
)
def test_a_closing_that_names_person_picture_or_place_is_blocked(leak: str) -> None:
    names = Names(given="Lena", family="Beispiel", aliases=("Momo",))
    case = build.with_person(build.missing(), names=names)
    assert found(case, leaking(case, leak)) == [("R39", "closings/reached", Severity.BLOCK)]


def test_a_part_of_another_word_is_no_leak() -> None:
    case = build.with_person(build.missing(), names=Names(given="Ende", family="Öffentlich"))
    assert found(case) == []


def test_the_town_in_the_authoritys_name_is_no_leak() -> None:
    event = Event(places=(Place(role="last-seen", text="Musterstadt"),))
    case = build.missing(event=event)
    assert found(case) == []
    assert found(case, leaking(case, "Zuletzt in Musterstadt.")) == [("R39", "closings/reached", Severity.BLOCK)]


def test_an_address_that_tells_the_name_is_a_leak() -> None:
    case = build.missing(authority=Office(name="Polizei"))
    url = "https://lena.polizei.example/de/Lena"
    rendered = build.rendered(case, page_url=url)
    findings = {finding[:2] for finding in found(case, rendered, page_url=url)}
    assert findings == {("R39", f"closings/{kind}") for kind in rendered.closings}


def test_gone_page_and_tombstone_are_held_to_the_same() -> None:
    case = build.missing()
    rendered = build.rendered(case)
    told = dataclasses.replace(
        rendered,
        gone_html=rendered.gone_html.replace("</article>", "<p>Lena</p><img src='x.jpg' alt=''></article>"),
        tombstone=dataclasses.replace(rendered.tombstone, summary="Lena ist da."),
    )
    assert found(case, told) == [
        ("R39", "gone", Severity.BLOCK),
        ("R39", "gone", Severity.BLOCK),
        ("R39", "tombstone", Severity.BLOCK),
    ]


def test_an_image_in_a_folder_is_recognised_by_its_name() -> None:
    image: Image = build.picture(file="fotos/lena-sommer.jpg")
    case = build.missing(images=(image,))
    assert found(case, leaking(case, "siehe lena-sommer.jpg")) == [("R39", "closings/reached", Severity.BLOCK)]
