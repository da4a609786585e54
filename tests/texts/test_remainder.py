"""Without a person: the block and every picture that shows them, or of which nobody can tell, and nothing else."""

import dataclasses
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from fahndung.model.appeal import Appeal, Category
from fahndung.model.closing import NOTICE_KINDS, PART_KINDS
from fahndung.model.ids import ImageId, PersonId
from fahndung.model.sheet import Sheet
from fahndung.model.sought import Person, Role
from fahndung.model.texts import Texts
from fahndung.texts import parts, people, remainder
from fahndung.texts.bilingual import bilingual
from fahndung.texts.given import PublicPicture
from fahndung.texts.outputs import Outputs, outputs

from . import build

P1, P2, P3 = PersonId("p1"), PersonId("p2"), PersonId("p3")


def several(*ids: PersonId, shows: dict[str, tuple[PersonId, ...]] | None = None, **changes: Any) -> Appeal:
    """A search for unknown suspects; each is described by words of their own."""
    clothes = ("schwarze Lederjacke", "weinroter Mantel", "gelber Anorak", "grünes Trikot")
    persons = tuple(
        Person(id=one, role=Role.SUSPECT, sex="male", clothing={"de": worn})
        for one, worn in zip(ids, clothes, strict=False)
    )
    pictures = tuple(
        build.picture(name, alt={"de": f"Standbild {name}"}, caption={"de": f"Bild {name}"}, shows=shown)
        for name, shown in (shows or {}).items()
    )
    values: dict[str, Any] = {"persons": persons, "images": pictures}
    return build.unknown_suspect(**values | changes)


def renditions(appeal: Appeal) -> dict[ImageId, PublicPicture]:
    return {
        image.id: PublicPicture(file=f"{image.id}.jpg", thumb=f"{image.id}-t.jpg", width=4, height=3)
        for image in appeal.images
    }


def whole_and_rest(appeal: Appeal, person: Person) -> tuple[Sheet, Outputs, Sheet, Outputs]:
    sheet = build.composed(appeal)
    rest = remainder.remainder(appeal, sheet, person)
    pictures = renditions(appeal)
    return sheet, outputs(appeal, sheet, pictures=pictures), rest, outputs(appeal, rest, pictures=pictures)


def test_of_a_bilingual_sheet_the_sheets_of_one_language_lose_the_person_too() -> None:
    appeal = several(P1, P2, shows={"one": (P1,), "two": (P2,)})
    sheet = build.composed(appeal)
    rest = remainder.remainder(appeal, bilingual(sheet, dataclasses.replace(sheet, lang="en")), appeal.persons[0])
    left = remainder.remainder(appeal, sheet, appeal.persons[0])
    assert left != sheet
    assert rest.apart == (left, dataclasses.replace(left, lang="en"))


def test_only_where_somebody_else_is_still_sought() -> None:
    assert remainder.separate(several(P1)) == ()
    assert [person.id for person in remainder.separate(several(P1, P2))] == [P1, P2]
    with_victim = several(P1, P2)
    victim = Person(id=P3, role=Role.VICTIM)
    with_victim = dataclasses.replace(with_victim, persons=(*with_victim.persons, victim))
    assert victim not in remainder.separate(with_victim)
    assert remainder.separate(dataclasses.replace(with_victim, persons=(with_victim.persons[0], victim))) == ()


def test_their_block_and_their_pictures_go_also_those_with_others() -> None:
    appeal = several(P1, P2, shows={"both": (P1, P2), "his": (P1,), "hers": (P2,)})
    sheet = build.composed(appeal)
    rest = remainder.remainder(appeal, sheet, appeal.persons[0])
    assert [group.field for group in rest.groups] == ["persons/1"]
    assert [picture.id for picture in rest.pictures] == ["hers"]
    assert dataclasses.replace(rest, groups=sheet.groups, pictures=sheet.pictures) == sheet


def test_a_picture_that_names_nobody_goes_too_unless_things_are_sought() -> None:
    appeal = several(P1, P2, shows={"nobody": (), "hers": (P2,)})
    left = remainder.reduced(appeal, appeal.persons[0])
    assert ([person.id for person in left.persons], [image.id for image in left.images]) == ([P2], ["hers"])
    things = build.thing(persons=appeal.persons, images=(*appeal.images, build.picture("ring", shows=())))
    assert [image.id for image in remainder.reduced(things, things.persons[0]).images] == ["nobody", "hers", "ring"]


def test_the_page_keeps_its_number_of_pictures_in_words() -> None:
    appeal = several(P1, P2, shows={"his": (P1,), "hers": (P2,)})
    _, whole, rest, told = whole_and_rest(appeal, appeal.persons[0])
    assert len(rest.pictures) == 1
    assert "nicht die Bilder" in told.page_html
    assert parts.is_part_of_page(told.page_html, whole.page_html)


shown_by = st.lists(st.sets(st.integers(0, 3), max_size=4), max_size=5)


@pytest.mark.peers
@hypothesis.settings(max_examples=15)
@hypothesis.given(count=st.integers(2, 4), shown=shown_by, questions=st.integers(0, 3), own_title=st.booleans())
def test_nothing_is_said_without_a_person_that_was_not_said_with_them(
    count: int, shown: list[set[int]], questions: int, own_title: bool
) -> None:
    ids = [PersonId(f"p{number}") for number in range(1, count + 1)]
    shows = {f"b{i}": tuple(ids[n] for n in sorted(who) if n < count) for i, who in enumerate(shown)}
    texts = Texts(
        title={"de": "Wer kennt sie?"} if own_title else None,
        summary={"de": "Die Polizei sucht mehrere Unbekannte."},
        questions=tuple({"de": f"Frage {number}?"} for number in range(questions)),
    )
    appeal = several(*ids, shows=shows, texts=texts)
    for person in remainder.separate(appeal):
        sheet, whole, rest, told = whole_and_rest(appeal, person)
        assert parts.is_part_of_page(told.page_html, whole.page_html)
        assert parts.is_part_of_text(told.press, whole.press)
        for name in (
            "gone_html",
            "index_frame",
            "list_item",
            "entry",
            "tombstone",
            "closings",
            "press_subject",
            "teasers",
        ):
            assert getattr(told, name) == getattr(whole, name)
        assert set(rest.pictures) <= set(sheet.pictures)
        gone = {image.id for image in appeal.images if person.id in image.shows or not image.shows}
        assert not gone & {picture.id for picture in rest.pictures}
        assert all(f'"{image}' not in told.page_html for image in gone)
        assert person.clothing is not None
        assert person.clothing["de"].split()[-1] not in told.page_html + told.press


def test_partial_closings_exist_only_where_several_are_sought_and_name_nobody() -> None:
    assert not set(PART_KINDS) & set(build.rendered(several(P1)).closings)
    closings = build.rendered(several(P1, P2)).closings
    assert set(closings) == {*NOTICE_KINDS, *PART_KINDS}
    for kind in PART_KINDS:
        body = closings[kind].body
        assert build.PAGE_URL in body
        assert "eine der gesuchten Personen" in body
        assert "lösch" in body.lower()
        assert not any(word in body for word in ("Lederjacke", "Mantel", "Musterplatz", ".jpg"))
    assert len({closing.body for closing in closings.values()}) == 9


@pytest.mark.parametrize("category", [Category.MISSING, Category.HELPLESS])
def test_each_category_parts_by_its_own_role(category: Category) -> None:
    roles = {Category.MISSING: Role.MISSING, Category.HELPLESS: Role.HELPLESS}
    people_of = tuple(Person(id=one, role=roles[category]) for one in (P1, P2))
    made = build.missing(category, persons=people_of, images=())
    assert remainder.separate(made) == people_of == people.sought(made)
