"""Several persons: every face can be made out, on further sheets if need be, and each of them may hang alone."""

import dataclasses

import pytest

from fahndung.errors import NotPublishable
from fahndung.model.sheet import Sheet
from fahndung.posters import Layout, Photo, advice, middle, plan, story
from fahndung.posters.crowd import LEAST_FACE
from fahndung.posters.marks import PAGE_HEIGHT, PAGE_WIDTH, Part, Slot
from fahndung.posters.paging import Order
from tests.posters import build
from tests.posters.test_cells import sheet
from tests.posters.test_layout import assert_sound, words


def planned(given: Sheet, *, strips: bool = False) -> tuple[Layout, ...]:
    layout = plan(given, [Photo(id=p.id, jpeg=b"", width=900, height=1200) for p in given.pictures], strips=strips)
    return (layout, *layout.further)


def wordy(count: int, rows: int = 8, **changes: object) -> Sheet:
    """Persons each with so many facts that take two lines beside a photo."""
    facts = [(f"Merkmal {i}", "ein Wert von mittlerer Länge") for i in range(rows)]
    groups = tuple(build.group(f"Person {n}", *facts, field=f"persons/{n}") for n in range(count))
    return dataclasses.replace(sheet(count), groups=groups, **changes)  # type: ignore[arg-type]


def faces(page: Layout) -> list[float]:
    """The share of the page of each photo."""
    slots = [mark for part in page.named("photo") for mark in part.marks if isinstance(mark, Slot)]
    return [slot.width * slot.height / (PAGE_WIDTH * PAGE_HEIGHT) for slot in slots]


def shown(page: Layout) -> list[str]:
    """Photos and titles in the order in which they are read."""
    told = [part.field if part.name == "photo" else part.text for part in page.parts if part.name in ("photo", "facts")]
    return [text for text in told if text.startswith(("Person", "images"))]


@pytest.mark.parametrize(("count", "sheets"), [(5, 3), (8, 4)])
def test_persons_whose_faces_would_get_too_small_stand_on_further_sheets_with_all_their_facts(
    count: int, sheets: int
) -> None:
    given = wordy(count, warning="Vorsicht.", reward=("5.000 €", "Ohne Rechtsweg."))
    pages = planned(given)
    assert len(pages) == sheets
    read = [text for page in pages for text in shown(page)]
    assert sorted(read) == sorted(text for n in range(count) for text in (f"images/foto-{n}", f"Person {n}"))
    for page in pages:
        assert_sound(page)
        assert min(faces(page)) >= LEAST_FACE
        own = shown(page)
        assert [f"Person {text[-1]}" for text in own[::2]] == own[1::2]
        said = {part.text for part in page.parts}
        assert {given.questions[0], given.innocence, given.warning, given.phone, given.order_sentence} <= said
        assert {given.authority, given.office, given.contact_sentence, *given.reward} <= said
        assert page.named("code")
        assert page.named("stand")
    assert [words(page, "page") for page in pages] == [
        "",
        *(f"Weitere Personen – Seite {n} von {sheets}" for n in range(2, sheets + 1)),
    ]
    assert words(pages[0], "more") == "Weitere Personen auf Seite 2"
    (told, *_) = pages[0].warnings
    away = sum(len(faces(page)) for page in pages[1:])
    assert told.field == "persons"
    assert told.message.en.startswith(f"{away} persons stand on ")


@pytest.mark.parametrize(("count", "least"), [(3, 0.12), (4, 0.13)])
def test_faces_are_larger_between_and_below_the_usual_widths(count: int, least: float) -> None:
    (page,) = planned(wordy(count))
    assert_sound(page)
    assert page.photo_share >= least
    assert max(faces(page)) < 1.3 * min(faces(page))


def test_persons_who_are_large_enough_stay_on_one_sheet() -> None:
    (page,) = planned(sheet(4))
    assert min(faces(page)) >= LEAST_FACE
    assert "persons" not in {warning.field for warning in page.warnings}


@pytest.mark.parametrize(("side", "said"), [(111.0, "so a face covers 2.4 % of"), (113.0, "can be made out")])
def test_that_faces_can_be_made_out_is_told_only_where_they_can(side: float, said: str) -> None:
    given = wordy(3)
    frames = middle.frames(given, [Photo(id=p.id, jpeg=b"", width=900, height=900) for p in given.pictures], 1.0)
    order = Order(sheet=given, frames=frames, told=story.story(given, "#000000"), paper="a4")
    hung = [
        Part(name="photo", field=one.field, text="", marks=(Slot(one.id, 0, 0, side, side, 300),)) for one in frames
    ]
    pages = [Layout(paper="a4", scale=1.0, parts=(part,), body_size=10.0) for part in hung]
    warning = advice.persons(order, pages)
    assert warning.field == "persons"
    assert said in warning.message.en
    assert ("fewer persons on a poster" in warning.message.en) is (side < 112.0)


def test_two_persons_are_never_parted() -> None:
    with pytest.raises(NotPublishable, match="persons/"):
        planned(wordy(2, rows=60))


def test_a_photo_of_several_stands_on_the_first_sheet_only() -> None:
    given = wordy(5)
    both = dataclasses.replace(build.picture("alle", "Bild"), of=("persons/0", "persons/4"))
    first, *others = planned(dataclasses.replace(given, pictures=(both, *given.pictures)))
    assert "images/alle" in shown(first)
    assert others
    assert all("images/alle" not in shown(page) for page in others)


def test_only_the_first_sheet_has_strips_and_no_person_moves_for_them() -> None:
    first, *others = planned(wordy(6, rows=2), strips=True)
    assert others
    assert [bool(page.named("strips")) for page in (first, *others)] == [True, *(False for _ in others)]
    assert [shown(page) for page in (first, *others)] == [shown(page) for page in planned(wordy(6, rows=2))]
    with pytest.raises(NotPublishable, match="images: above tear-off strips"):
        planned(wordy(4), strips=True)


@pytest.mark.peers
def test_where_strips_would_take_a_further_sheet_they_are_refused() -> None:
    """Two sheets without strips; above them the first one does not show two persons with four photos each."""
    pictures = tuple(
        dataclasses.replace(build.picture(f"foto-{n}-{k}", "Bild"), of=(f"persons/{n}",), field=f"images/{4 * n + k}")
        for n in range(4)
        for k in range(4)
    )
    given = dataclasses.replace(wordy(4, rows=4), pictures=pictures)
    assert len(planned(given)) == 2
    with pytest.raises(NotPublishable, match=r"images: above tear-off strips a face would cover 1\.4 %"):
        planned(given, strips=True)
