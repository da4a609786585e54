"""Layouts as a whole: nothing overlaps, nothing leaves the page, nothing is missing."""

import dataclasses
import itertools
from collections.abc import Callable

import pytest

from fahndung.errors import NotPublishable, Severity, UsageError
from fahndung.model.appeal import Category
from fahndung.model.sheet import Fact, FactGroup, Sheet
from fahndung.posters import Layout, Photo, fonts, foot, middle, palette, plan
from fahndung.posters.density import BARE, SPARE
from fahndung.posters.layout import PAPERS
from fahndung.posters.marks import MM, PAGE_HEIGHT, PAGE_WIDTH, Area, Code, Line, Part, Slot, Tag, Weight
from fahndung.posters.setting import Setter
from fahndung.texts.bilingual import bilingual
from tests.posters import build

SHAPES = {"portrait": (900, 1200), "landscape": (1600, 900), "panorama": (3000, 300)}
COUNTS = (0, 1, 2, 3, 4, 6, 8, 12)
Box = tuple[float, float, float, float]


def photos(count: int, shape: str = "portrait") -> list[Photo]:
    width, height = SHAPES[shape]
    return [Photo(id=p.id, jpeg=b"", width=width, height=height) for p in build.pictures(count)]


def ink(mark: object) -> Box | None:
    """Left, top, right, bottom of what is seen of a mark; None for grounds and rules."""
    match mark:
        case Line(upwards=True):
            high = mark.size * fonts.CAP_HEIGHT
            return mark.x - high, mark.y - mark.width, mark.x, mark.y
        case Line():
            return mark.x, mark.y - mark.size * fonts.CAP_HEIGHT, mark.x + mark.width, mark.y
        case Slot():
            return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
        case Code():
            return mark.x, mark.y, mark.x + mark.side, mark.y + mark.side
        case _:
            return None


def boxes(layout: Layout) -> list[tuple[str, Box]]:
    return [(part.name, box) for part in layout.parts for mark in part.marks if (box := ink(mark)) is not None]


def assert_sound(layout: Layout) -> None:
    found = boxes(layout)
    for name, (left, top, right, bottom) in found:
        assert left >= 8 * MM - 0.5, name
        assert right <= PAGE_WIDTH - 8 * MM + 0.5, name
        assert top >= 8 * MM - 0.5, name
        assert bottom <= PAGE_HEIGHT - 8 * MM + 0.5, name
    for (one, a), (other, b) in itertools.combinations(found, 2):
        apart = a[2] <= b[0] + 0.1 or b[2] <= a[0] + 0.1 or a[3] <= b[1] + 0.1 or b[3] <= a[1] + 0.1
        assert apart, (one, other, a, b)
    for line in (line for part in layout.parts for line in part.lines):
        assert line.size >= 7.0


def bare(text: str) -> str:
    """The text without any white space."""
    return "".join(text.split())


def words(layout: Layout, name: str) -> str:
    return " ".join(line.text for part in layout.named(name) for line in part.lines)


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("paper", PAPERS)
def test_any_number_of_photos_of_any_shape_holds_without_overlap(paper: str, count: int, shape: str) -> None:
    layout = plan(build.suspect(count), photos(count, shape), paper=paper)
    assert_sound(layout)
    slots = [mark for part in layout.named("photo") for mark in part.marks if isinstance(mark, Slot)]
    assert [slot.photo for slot in slots] == [f"foto-{i + 1}" for i in range(count)]
    width, height = SHAPES[shape]
    assert all(slot.width / slot.height == pytest.approx(width / height) for slot in slots)


@pytest.mark.peers
@pytest.mark.no_cover
@pytest.mark.parametrize(
    "sheet",
    [build.sheet(), build.witness(), build.objects(), build.dead(), build.convict()],
    ids=["missing", "witness", "objects", "dead", "convict"],
)
@pytest.mark.parametrize("strips", [False, True])
def test_every_kind_of_sheet_is_sound(sheet: Sheet, strips: bool) -> None:
    given = [Photo(id=p.id, jpeg=b"", width=1200, height=1500) for p in sheet.pictures]
    layout = plan(sheet, given, strips=strips)
    assert_sound(layout)
    assert bool(layout.named("strips")) is strips


@pytest.mark.parametrize("category", list(Category))
def test_every_category_has_a_layout(category: Category) -> None:
    assert_sound(plan(build.sheet(category=category), photos(1)))


def test_one_photo_takes_a_quarter_of_the_page_and_the_text_stays_readable() -> None:
    for sheet in (build.sheet(), build.suspect(1), build.dead()):
        for paper in PAPERS:
            layout = plan(sheet, photos(1), paper=paper)
            assert layout.photo_share >= 0.25
            assert layout.body_size >= 9.5
            assert "images" not in {warning.field for warning in layout.warnings}


def test_closer_fixed_parts_come_before_smaller_text() -> None:
    """The order in which things yield: decision 0041."""
    rows = tuple((f"Merkmal {i}", "ein Wert von mittlerer Länge") for i in range(12))
    few, many = (plan(build.sheet(groups=(build.group("X", *rows[:n]),)), photos(1)) for n in (3, 12))
    sizes = [max(line.size for part in made.named("band") for line in part.lines) for made in (few, many)]
    assert sizes[0] > sizes[1]
    assert min(few.body_size, many.body_size) >= 10.5
    assert min(few.photo_share, many.photo_share) >= 0.25


def rows(count: int) -> tuple[tuple[str, str], ...]:
    return tuple((f"Merkmal {i}", f"ein Wert von mittlerer Länge, Nr. {i}") for i in range(count))


def test_a_photo_below_the_goal_is_told_with_what_would_help() -> None:
    layout = plan(build.sheet(groups=(build.group("X", *rows(10)),)), photos(1, "panorama"))
    assert layout.photo_share < 0.25
    (warning,) = layout.warnings
    assert (warning.severity, warning.field) == (Severity.WARN, "images/foto-1")
    assert "Crop it" in warning.message.en
    assert layout.further == ()


def test_where_paper_is_short_facts_begin_beside_the_photo_and_go_on_below_it() -> None:
    layout = plan(build.sheet(groups=(build.group("X", *rows(20)),)), photos(1))
    assert layout.photo_share >= 0.25
    assert layout.further == ()
    assert_sound(layout)
    slot = next(mark for part in layout.named("photo") for mark in part.marks if isinstance(mark, Slot))
    edges = [line.y for part in layout.named("facts") if part.field == "persons/0" for line in part.lines]
    assert min(edges) < slot.y + slot.height < max(edges)


@pytest.mark.peers
def test_facts_that_leave_too_little_of_the_photo_go_on_on_a_second_sheet() -> None:
    sheet = build.suspect(1, groups=(build.group("X", *rows(46)),), warning="Vorsicht.")
    layout = plan(sheet, photos(1))
    (second,) = layout.further
    assert layout.photo_share >= 0.25
    assert layout.body_size >= 9.5
    assert words(layout, "more") == "Weitere Angaben auf Seite 2"
    assert words(second, "page") == "Weitere Angaben – Seite 2 von 2"
    values = [part.text for page in (layout, second) for part in page.named("facts") if part.tag is Tag.VALUE]
    assert values == [row.value for row in (*sheet.whereabouts, *sheet.groups[0].facts)]
    away = sum(part.tag is Tag.VALUE for part in second.named("facts"))
    (warning,) = layout.warnings
    assert (warning.field, warning.severity) == ("persons/0", Severity.WARN)
    assert f"{away} rows" in warning.message.en
    for page in (layout, second):
        assert_sound(page)
        assert page.named("photo")
        said = {part.text for part in page.parts}
        assert {sheet.questions[0], sheet.innocence, sheet.warning, sheet.phone, sheet.order_sentence} <= said
    torn = plan(sheet, photos(1), strips=True)
    assert [bool(page.named("strips")) for page in (torn, *torn.further)] == [True, *(False for _ in torn.further)]
    assert torn.photo_share >= 0.25


def test_the_title_of_a_further_page_stands_above_its_pictures() -> None:
    (page,) = plan(build.sheet(pictures=build.pictures(14)), photos(14)).further
    (title,) = page.named("page")
    assert title.tag is Tag.HEADING
    slots = [mark for part in page.named("photo") for mark in part.marks if isinstance(mark, Slot)]
    assert title.lines[-1].y < min(slot.y for slot in slots)
    read = [part.name for part in page.parts]
    assert read.index("page") < read.index("photo")


@pytest.mark.peers
@pytest.mark.parametrize(("strips", "most"), [(False, 0.38), (True, 0.38)])
def test_band_and_contact_leave_the_page_to_the_appeal(strips: bool, most: float) -> None:
    for sheet in (build.sheet(), build.witness(), build.convict(), build.suspect(0)):
        given = [Photo(id=p.id, jpeg=b"", width=900, height=1200) for p in sheet.pictures]
        layout = plan(sheet, given, strips=strips)
        grounds = [mark for part in layout.named("ground") for mark in part.marks if isinstance(mark, Area)]
        assert sum(area.height for area in grounds if area.width == PAGE_WIDTH) <= most * PAGE_HEIGHT


def test_a_photo_is_larger_than_any_other_block_and_the_question_the_largest_text_after_the_band() -> None:
    layout = plan(build.suspect(1), photos(1))
    sizes = {part.name: max(line.size for line in part.lines) for part in layout.parts if part.lines}
    assert sizes["band"] == max(sizes.values())
    assert sizes["question"] > sizes["headline"]
    middle = {k: v for k, v in sizes.items() if k not in {"band", "phone"}}
    assert sizes["question"] == max(middle.values())


@pytest.mark.parametrize("phone", ["040 66969-123", "+49 3591 66969-12345"])
@pytest.mark.parametrize("warning", [None, "Vorsicht, der Mann ist bewaffnet."])
def test_the_phone_number_has_30_points_or_more(phone: str, warning: str | None) -> None:
    layout = plan(build.sheet(phone=phone, warning=warning), photos(1))
    assert max(line.size for part in layout.named("phone") for line in part.lines) >= 30
    assert bool(layout.named("emergency")) is bool(warning)
    assert_sound(layout)


@pytest.mark.parametrize("made", [build.sheet, build.arabic], ids=["de", "ar"])
def test_a_number_too_long_to_stand_beside_the_emergency_number_keeps_its_distance(made: Callable[..., Sheet]) -> None:
    layout = plan(made(phone="+49 40 66969-1234 (App. 7)", warning="Achtung."), photos(1))
    (badge,) = (mark for part in layout.named("emergency") for mark in part.marks if isinstance(mark, Area))
    (number,) = layout.named("phone")[0].lines
    assert number.y - number.size * fonts.CAP_HEIGHT - badge.y - badge.height >= 2 * MM - 0.01
    assert number.size >= 30


def test_a_phone_number_that_would_get_smaller_is_refused() -> None:
    with pytest.raises(NotPublishable, match="contact/phone"):
        plan(build.sheet(phone="0800 66969-123 oder 040 66969-12345"), photos(1))


def test_a_strip_says_whom_to_call_what_it_is_about_and_where_it_stands() -> None:
    for slug in ("m7k4", "pg7gmby57ioa6gpd"):
        sheet = build.sheet(page_url=f"https://fahndung.polizei.example/fahndung/{slug}/")
        layout = plan(sheet, photos(1, "landscape"), strips=True)
        assert_sound(layout)
        (strips,) = layout.named("strips")
        said = "".join(line.text for line in strips.lines)
        each = [sheet.band, sheet.phone, f"fahndung.polizei.example/fahndung/{slug}", sheet.reference]
        assert said == "".join(each) * 8


def test_where_a_photo_needs_the_room_a_strip_is_brief() -> None:
    """Whom to call about what: whoever calls needs no address."""
    sheet = build.sheet(warning="Vorsicht.")
    layout = plan(sheet, photos(1), strips=True)
    assert_sound(layout)
    (strips,) = layout.named("strips")
    assert "".join(line.text for line in strips.lines) == "".join((sheet.band, sheet.phone, sheet.reference)) * 8
    assert layout.photo_share >= 0.25


def test_an_address_with_a_piece_longer_than_a_strip_is_refused() -> None:
    with pytest.raises(NotPublishable, match="page_url"):
        plan(build.sheet(page_url="https://polizei.example/" + "w" * 30), [], strips=True)


@pytest.mark.peers
def test_strips_that_leave_no_room_for_faces_are_refused() -> None:
    rows = tuple((f"Merkmal {i}", "ein Wert von mittlerer Länge") for i in range(40))
    sheet = build.sheet(groups=(build.group("X", *rows),), pictures=build.pictures(2))
    with pytest.raises(NotPublishable, match="images: above tear-off strips"):
        plan(sheet, photos(2), strips=True)


def test_every_word_of_the_sheet_stands_on_the_poster_in_reading_order() -> None:
    sheet = build.witness()
    layout = plan(sheet, photos(1))
    read = [part.text for part in layout.parts if part.text]
    wanted = [
        sheet.authority,
        sheet.band,
        sheet.marker,
        sheet.questions[0],
        sheet.headline,
        sheet.pictures[0].alt,
        sheet.whereabouts[0].label,
        sheet.whereabouts[0].value,
        sheet.groups[0].title,
        sheet.phone,
        sheet.contact_sentence,
        sheet.tip_sentence,
        sheet.order_sentence,
    ]
    assert [text for text in read if text in wanted] == wanted
    facts = {word for group in sheet.groups for fact in group.facts for word in (fact.label, fact.value)}
    assert facts <= set(read)
    assert {sheet.summary, sheet.questions[1], sheet.office} <= set(read)
    assert any(sheet.stand in text and str(sheet.valid_until) in text for text in read)
    assert any(all(line in text for line in sheet.imprint) for text in read)


def test_drawn_lines_are_the_words_of_their_part() -> None:
    for sheet in (build.sheet(), build.witness(), build.objects()):
        layout = plan(sheet, [Photo(id=p.id, jpeg=b"", width=1200, height=1500) for p in sheet.pictures])
        for part in layout.parts:
            if part.tag in {None, Tag.FIGURE}:
                continue
            drawn = bare("".join(line.text for line in part.lines))
            between = {"facts": ": ", "caption": ". "}.get(part.name, "")
            assert drawn in {bare(part.text), bare(part.text.replace(between, "", 1))}


def test_the_phone_number_is_not_broken_in_the_sentence() -> None:
    for office in ("Polizeirevier", "Polizeirevier Musterstadt", "Polizeirevier Musterstadt-Mitte, Dezernat 21"):
        sentence = f"Hinweise nimmt die Polizei ({office}) unter Telefon 040 66969-123 oder jede Dienststelle entgegen."
        layout = plan(build.sheet(contact_sentence=sentence), photos(1))
        assert any("040\u00a066969-123" in line.text for part in layout.named("contact") for line in part.lines)
        assert layout.named("contact")[0].text == sentence


def test_without_email_and_hours_their_line_is_left_out() -> None:
    assert not plan(build.sheet(email=None, hours=None), photos(1)).named("reach")


def test_narrative_media_notice_and_tip_form_stay_on_the_page() -> None:
    sheet = build.sheet(paragraphs=("Ausführlicher Sachverhalt.",))
    text = " ".join(part.text for part in plan(sheet, photos(1)).parts)
    assert "Ausführlicher" not in text
    assert str(sheet.media_notice) not in text
    assert str(sheet.tip_url) not in text


def test_the_witness_marker_stands_on_a_bright_ground_right_under_the_band() -> None:
    layout = plan(build.witness(), photos(1))
    (marker,) = layout.named("marker")
    ground = marker.marks[0]
    band = layout.named("ground")[0].marks[0]
    assert isinstance(ground, Area)
    assert isinstance(band, Area)
    assert ground.y == pytest.approx(band.y + band.height)
    assert ground.width == PAGE_WIDTH
    assert marker.lines[0].size >= 17


def test_the_marker_of_a_picture_stands_under_the_picture() -> None:
    layout = plan(build.witness(), photos(1))
    assert words(layout, "caption").startswith("Zeuge – nicht Beschuldigter")


def test_a_photo_without_caption_has_none() -> None:
    layout = plan(build.sheet(pictures=(build.picture("foto-1"),)), photos(1))
    assert layout.named("photo")
    assert not layout.named("caption")


@pytest.mark.peers
def test_the_emergency_number_stands_beside_the_phone_only_with_a_warning() -> None:
    assert not plan(build.sheet(), photos(1)).named("emergency")
    layout = plan(build.convict(), photos(2))
    assert words(layout, "emergency") == "Notruf 110"
    assert words(layout, "warning").startswith("Vorsicht")


@pytest.mark.peers
def test_the_reward_and_its_conditions_are_printed_in_full() -> None:
    sheet = build.convict()
    assert words(plan(sheet, photos(2)), "reward") == " ".join(sheet.reward)
    three = (*build.convict().reward, "Der Rechtsweg ist ausgeschlossen.")
    layout = plan(build.sheet(reward=three), photos(1))
    assert words(layout, "reward") == " ".join(three)
    assert words(plan(build.sheet(reward=three[:1]), photos(1)), "reward") == three[0]


@pytest.mark.parametrize(
    ("headline", "shown"),
    [
        ("Wer kennt diesen Mann? – Fahndung: Raub", "Fahndung: Raub"),
        ("Wer hat Erik Beispiel gesehen? – Fahndung", "Wer hat Erik Beispiel gesehen? – Fahndung"),
        ("Vermisst – Wer kann Hinweise geben?", ""),
        ("Wer hat Mia seit Freitagnachmittag gesehen?", ""),
        ("Wer hilft uns?", "Wer hilft uns?"),
    ],
)
def test_the_headline_repeats_neither_band_nor_question(headline: str, shown: str) -> None:
    sheet = build.sheet(headline=headline, groups=(build.group("Vermisste", ("Name", "Erik Beispiel")),))
    layout = plan(sheet, photos(1))
    assert words(layout, "headline").replace("\u00a0", " ") == shown
    assert words(layout, "question") == sheet.questions[0]


def test_no_line_of_a_title_begins_with_a_dash() -> None:
    sheet = build.sheet(headline="Wortreicher Anfang einer Überschrift " * 2 + "– Öffentlichkeitsfahndung " * 2)
    lines = [line.text for part in plan(sheet, photos(1)).named("headline") for line in part.lines]
    assert len(lines) > 1
    assert not any(line.startswith("–") for line in lines)


@pytest.mark.peers
def test_fixed_parts_give_way_where_a_photo_would_get_tiny() -> None:
    rows = tuple((f"Merkmal {i}", "ein Wert von mittlerer Länge") for i in range(26))
    few, many = (plan(build.sheet(groups=(build.group("X", *rows[:n]),)), photos(1)) for n in (3, 26))
    band = [max(line.size for part in made.named("band") for line in part.lines) for made in (few, many)]
    assert band[0] > band[1]
    assert many.photo_share >= 0.1


def test_without_a_question_the_headline_is_the_largest_text() -> None:
    layout = plan(build.sheet(questions=()), photos(1))
    assert max(line.size for part in layout.named("headline") for line in part.lines) > 20
    assert not layout.named("question")


def test_a_sheet_without_texts_or_facts_still_has_a_layout() -> None:
    bare = build.sheet(summary="", whereabouts=(), groups=(), pictures=())
    assert_sound(plan(bare, []))
    assert_sound(plan(build.sheet(summary="", whereabouts=(), groups=()), photos(1)))


def test_another_language_gets_its_own_fixed_words() -> None:
    layout = plan(build.sheet(lang="en"), photos(1))
    assert words(layout, "reference").startswith("File number")


@pytest.mark.peers
def test_the_same_input_gives_the_same_layout() -> None:
    assert plan(build.convict(), photos(2)) == plan(build.convict(), photos(2))


@pytest.mark.parametrize(("count", "pages"), [(12, [12]), (13, [6, 7]), (26, [6, 20]), (27, [6, 11, 10])])
def test_more_than_twelve_photos_go_on_with_further_pages(count: int, pages: list[int]) -> None:
    layout = plan(build.sheet(pictures=build.pictures(count)), photos(count))
    made = (layout, *layout.further)
    shown = [
        [mark.photo for part in page.named("photo") for mark in part.marks if isinstance(mark, Slot)] for page in made
    ]
    assert list(map(len, shown)) == pages
    assert [name for page in shown for name in page] == [f"foto-{i + 1}" for i in range(count)]
    assert words(layout, "more") == ("Weitere Bilder auf Seite 2" if len(pages) > 1 else "")
    numbers = [f"Weitere Bilder – Seite {n} von {len(pages)}" for n in range(2, len(pages) + 1)]
    assert [words(page, "page") for page in layout.further] == numbers
    for page in layout.further:
        assert_sound(page)


FORMS = ((1600, 900), (900, 1200), (1200, 1200), (2400, 700), (700, 1800))


@pytest.mark.parametrize(("count", "pages"), [(5, [5]), (9, [6, 3]), (14, [6, 8])])
def test_photos_of_unlike_forms_fill_their_sheets_and_those_that_move_are_told(count: int, pages: list[int]) -> None:
    given = [
        Photo(id=one.id, jpeg=b"", width=width, height=height)
        for one, (width, height) in zip(build.pictures(count), itertools.cycle(FORMS), strict=False)
    ]
    layout = plan(build.sheet(pictures=build.pictures(count, "Aufnahme")), given)
    made = (layout, *layout.further)
    assert [len(page.named("photo")) for page in made] == pages
    for page in made:
        assert_sound(page)
        assert page.photo_share >= 0.20
    told = [warning.message.en for warning in layout.warnings if "stand" in warning.message.en]
    assert told == [
        f"{n} photos stand on a further sheet. Hang all of them side by side, or show fewer photos." for n in pages[1:]
    ]


@pytest.mark.peers
def test_a_further_page_that_hangs_alone_still_says_all_that_the_law_asks() -> None:
    sheet = build.suspect(1)
    marked = tuple(build.picture(f"foto-{i + 1}", "Bild", build.witness().marker) for i in range(14))
    sheet = build.suspect(14, pictures=marked, marker=build.witness().marker, warning="Vorsicht.", reward=("5.000 €",))
    (page,) = plan(sheet, photos(14)).further
    read = [part.text for part in page.parts]
    wanted = {sheet.authority, sheet.band, sheet.marker, sheet.questions[0], sheet.innocence, sheet.warning}
    wanted |= {sheet.phone, sheet.contact_sentence, sheet.tip_sentence, sheet.order_sentence, sheet.office}
    assert wanted <= set(read)
    assert any(sheet.stand in text and str(sheet.valid_until) in text for text in read)
    assert any(all(line in text for line in sheet.imprint) for text in read)
    captions = [part.text for part in page.named("caption")]
    assert len(captions) == 8
    assert all(text.startswith(str(sheet.marker)) for text in captions)
    assert page.named("code")
    assert words(page, "reward") == "5.000 €"


@pytest.mark.peers
def test_photos_that_the_first_page_does_not_hold_go_to_the_next() -> None:
    caption = "Standbild der Überwachungskamera in der Straßenbahn, Teile des Bildes sind unkenntlich gemacht. "
    layout = plan(build.suspect(12, pictures=build.pictures(12, caption * 2)), photos(12))
    assert len(layout.named("photo")) == 6
    assert [len(page.named("photo")) for page in layout.further] == [6]


def test_too_many_photos_for_any_number_of_sheets_are_refused() -> None:
    with pytest.raises(NotPublishable, match="66 photos") as caught:
        plan(build.suspect(67), photos(67))
    assert caught.value.problems[0].field == "images"


def test_unknown_paper_and_unknown_photos_are_refused() -> None:
    with pytest.raises(UsageError, match="a5"):
        plan(build.sheet(), photos(1), paper="a5")
    with pytest.raises(UsageError, match="foto-2"):
        plan(build.sheet(), photos(2))


def test_a_photo_without_enough_pixels_is_refused_and_one_with_few_is_warned_of() -> None:
    with pytest.raises(NotPublishable, match="images/foto-1"):
        plan(build.sheet(), [Photo(id=build.pictures(1)[0].id, jpeg=b"", width=1, height=1)])
    warnings = plan(build.sheet(), [Photo(id=build.pictures(1)[0].id, jpeg=b"", width=300, height=400)]).warnings
    assert {warning.severity for warning in warnings} == {Severity.WARN}
    assert [warning.field for warning in warnings] == ["images/foto-1", "images/foto-1"]
    assert "dpi on A4" in warnings[1].message.en
    assert plan(build.sheet(), photos(1)).warnings == ()


WORD = "Donaudampfschifffahrt "


@pytest.mark.peers
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"summary": "Kurzer Satz. " * 400}, "texts/summary"),
        ({"summary": "Q" * 120}, "texts/summary"),
        ({"headline": WORD * 40}, "texts/title"),
        ({"headline": "Q" * 120}, "texts/title"),
        ({"band": "Q" * 60}, "category"),
        ({"marker": WORD * 40}, "persons"),
        ({"questions": (WORD * 40,)}, "texts/questions/0"),
        ({"questions": ("Wer?", "Q" * 150)}, "texts/questions/1"),
        ({"questions": ("Wer?", "Wer war da? " * 300)}, "texts/questions/1"),
        ({"innocence": "Q" * 120}, "persons"),
        ({"groups": (build.group("Q" * 150, ("a", "b"), field="persons/1"),)}, "persons/1"),
        ({"groups": (build.group("x", ("Name", "Q" * 150), field="persons/1"),)}, "persons/1"),
        ({"groups": (build.group("x", ("Q" * 150, "Name"), field="objects/0"),)}, "objects/0"),
        ({"groups": (build.group("x", *[("Merkmal", "vorhanden")] * 200, field="persons/1"),)}, "persons/1"),
        ({"whereabouts": build.facts(("Ort", "Q" * 150))}, "event"),
        ({"office": WORD * 20}, "contact/office"),
        ({"phone": "040 66969-123 " * 8}, "contact/phone"),
        ({"email": "Q" * 150}, "contact/email"),
        ({"contact_sentence": WORD * 60}, "contact/office"),
        ({"tip_sentence": "Q" * 150}, "contact"),
        ({"order_sentence": WORD * 60}, "legal/order/authority"),
        ({"stand": WORD * 60}, "publication/stand"),
        ({"imprint": (WORD * 60,)}, "imprint"),
        ({"authority": WORD * 30}, "authority/name"),
        ({"reference": WORD * 30}, "reference"),
        ({"warning": WORD * 60}, "warning/text"),
        ({"reward": (WORD * 30,)}, "reward/for_what"),
        ({"reward": ("5.000 €", WORD * 200)}, "reward/for_what"),
        ({"page_url": "https://a.example/" + "x" * 130}, "page_url"),
        ({"pictures": (build.picture("foto-1", "Q" * 150),)}, "images/foto-1/caption"),
        ({"pictures": (build.picture("foto-1", WORD * 300),)}, "images"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field_with_millimetres(changes: dict[str, object], field: str) -> None:
    with pytest.raises(NotPublishable) as caught:
        plan(build.sheet(**changes), photos(1))
    assert [problem.field for problem in caught.value.problems] == [field]
    assert caught.value.message.en.startswith(f"{field}: ")
    assert caught.value.message.de.startswith(f"{field}: ")
    assert " mm" in caught.value.message.de or field == "page_url"


@pytest.mark.peers
def test_a_row_and_a_picture_are_named_by_their_place_in_the_record() -> None:
    def refused(**changes: object) -> list[str]:
        with pytest.raises(NotPublishable) as caught:
            plan(build.sheet(**changes), photos(1))
        return [problem.field for problem in caught.value.problems]

    def rows(value: str) -> dict[str, object]:
        facts = (
            Fact(label="Haare", value="kurz", field="persons/0/hair"),
            Fact(label="Kleidung", value=value, field="persons/0/clothing"),
        )
        return {"groups": (FactGroup(title="Beschreibung", facts=facts, field="persons/0"),)}

    assert refused(**rows("Q" * 150)) == ["persons/0/clothing"]
    assert refused(**rows(WORD * 900)) == ["persons/0/clothing"]
    assert refused(**rows("kurz\U0001f600")) == ["persons/0/clothing"]
    shown = dataclasses.replace(build.picture("foto-1", "Q" * 150), field="images/0")
    assert refused(pictures=(shown,)) == ["images/0/caption"]


def test_two_languages_have_no_strips() -> None:
    both = bilingual(build.sheet(), build.sheet(lang="pl"))
    with pytest.raises(NotPublishable, match="in two languages has no tear-off strips"):
        plan(both, photos(1), strips=True)


@pytest.mark.parametrize(
    ("dpi", "said"), [((149.96, 151.0), ["149 dpi"]), ((150.0, 150.0), []), ((120.0, 99.9), ["99 dpi"])]
)
def test_a_photo_that_looks_coarse_is_told_once_with_its_whole_dpi(dpi: tuple[float, float], said: list[str]) -> None:
    slots = [Slot(build.pictures(1)[0].id, 0, 0, 100, 100, one) for one in dpi]
    parts = [Part(name="photo", field="images/0", text="", marks=(slot,)) for slot in slots]
    pages = [Layout(paper="a4", scale=1.0, parts=(part,), body_size=10.0) for part in parts]
    told = middle.coarse_photos(pages)
    assert [one.message.en.partition(" on ")[0] for one in told] == said


def test_more_photos_than_the_first_page_holds_have_no_strips() -> None:
    sheet = build.sheet(pictures=build.pictures(13))
    with pytest.raises(NotPublishable, match="images: 13 photos stand on several sheets, and those have no tear-off"):
        plan(sheet, photos(13), strips=True)


def test_tips_too_long_to_stand_beside_the_code_stand_under_it_where_lines_share_what_they_can() -> None:
    tips = ("Bitte geben Sie Hinweise nur der Polizei, nicht in Kommentaren oder sozialen Netzwerken. " * 5).strip()
    sheet = build.sheet(tip_sentence=tips)
    setter = Setter(language="de", hyphenate=True)
    usual, spare = (foot.foot(sheet, setter, each, torn=True) for each in (SPARE, BARE))
    assert any(part.text == tips for part in spare[0])
    assert spare[1] >= usual[1]


def test_which_page_it_is_stands_in_the_band_beside_a_role_that_leaves_room_for_it() -> None:
    for band, inside in (("Vermisst", True), ("Zeugin oder Zeuge gesucht", False)):
        (page,) = plan(build.sheet(band=band, pictures=build.pictures(14)), photos(14)).further
        assert_sound(page)
        (ground, *_) = (mark for part in page.named("ground") for mark in part.marks if isinstance(mark, Area))
        (line,) = page.named("page")[0].lines
        assert (line.y < ground.height) is inside
        assert line.size >= 10
        assert (line.color == palette.WHITE) is inside


@pytest.mark.parametrize(
    "text",
    [
        "Karl Theodor Maria Nikolaus Johann Jacob Philipp Franz Joseph Sylvester Freiherr von und zu Musterberg",
        "Mia\nMuster\tMann",
        "<b>fett</b> & <img src='file:///etc/hostname'>",
        "siehe https://www.polizei-musterstadt.example/fahndung/2026/pdl-2026-0117",
        "C\u030capek und Nguye\u0302\u0303n",
        "Verkehrsordnungswidrigkeitenverfahren und Bundesausbildungsförderungsgesetz",
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    ],
)
def test_awkward_but_honest_texts_hold_everywhere(text: str) -> None:
    sheet = build.sheet(headline=text, summary=text, groups=(build.group(text, ("Name", text)),), questions=(text,))
    assert_sound(plan(sheet, photos(1)))
    assert_sound(plan(sheet, photos(2)[:1], paper="a3"))


def test_a_title_is_not_hyphenated_while_a_smaller_size_holds_it() -> None:
    sheet = build.sheet(questions=("Wer kennt das Verkehrsordnungswidrigkeitenverfahren?",))
    assert "-" not in words(plan(sheet, photos(1)), "question")


def test_two_photos_in_a_narrow_poster_with_strips_still_leave_readable_text() -> None:
    layout = plan(build.suspect(2), photos(2), strips=True)
    assert layout.body_size >= 9.5
    assert all(line.size >= 7 for part in layout.parts for line in part.lines)


@pytest.mark.peers
@pytest.mark.parametrize("sheet", [build.arabic(), build.persian()], ids=["ar", "fa"])
def test_what_runs_from_right_to_left_begins_on_the_right(sheet: Sheet) -> None:
    layout = plan(sheet, [build.plain("foto-1", 900, 1200)], strips=True)
    for part in layout.parts:
        for line in part.lines:
            assert line.upwards or 0 <= line.x <= PAGE_WIDTH - line.width
    for name in ("band", "question", "headline", "summary", "contact", "tip", "stand"):
        ends = [line.x + line.width for line in layout.named(name)[0].lines]
        assert max(ends) == pytest.approx(min(ends)), name
    for part in layout.named("facts"):
        labels = [line for line in part.lines if line.weight is Weight.BOLD]
        values = [line for line in part.lines if line.weight is Weight.REGULAR]
        assert all(value.x + value.width < label.x for label in labels for value in values if value.y == label.y)
    (code,) = (mark for part in layout.named("code") for mark in part.marks if isinstance(mark, Code))
    (slot,) = (mark for part in layout.named("photo") for mark in part.marks if isinstance(mark, Slot))
    assert code.x + code.side < PAGE_WIDTH / 2 < slot.x + slot.width / 2


@pytest.mark.parametrize("sheet", [build.arabic(), build.persian()], ids=["ar", "fa"])
def test_white_letters_stay_on_their_ground(sheet: Sheet) -> None:
    layout = plan(sheet, [])
    (ground,) = (mark for mark in layout.parts[0].marks if isinstance(mark, Area))
    (line,) = layout.named("band")[0].lines
    assert line.y + line.size * fonts.ARABIC_FALL <= ground.height + 0.01
    assert line.y - line.size * fonts.ARABIC_RISE >= layout.named("authority")[0].lines[0].y


def test_an_arabic_name_on_a_german_sheet_is_refused() -> None:
    with pytest.raises(NotPublishable, match="Arabic or Persian"):
        plan(build.sheet(headline="محمد wird vermisst"), [])
