import dataclasses
import datetime as dt
import html.parser
import itertools
import pathlib
import re
from typing import Any

import pytest

from fahndung import records, resources
from fahndung.errors import InvalidConfig, InvalidRecord, UsageError
from fahndung.model.appeal import Appeal, Category, Contact, Event, Office, Place, Plan
from fahndung.model.appeal import Warning as Note
from fahndung.model.closing import NOTICE_KINDS, EndReason, closing_kind
from fahndung.model.ids import PersonId
from fahndung.model.release import TEASERS
from fahndung.model.sought import Person, Role
from fahndung.model.texts import Texts
from fahndung.testing import cases
from fahndung.texts import outputs, pages, translated, trial, words
from fahndung.texts.outputs import ENTRIES_LINE, Outputs
from tests.texts import build

EVERY = build.every_category()
PERSONS = [category for category in Category if category not in (Category.OBJECT, Category.WITNESS_CALL)]
VOID = {"meta", "img", "br", "link"}


class Rendered(dict[Category, Outputs]):
    """The outputs of each category, made when they are first asked for: every test process collects all tests."""

    def __missing__(self, category: Category) -> Outputs:
        return self.setdefault(category, build.rendered(EVERY[category]))

    def whole(self) -> list[Outputs]:
        """Of all categories."""
        return [self[category] for category in EVERY]


RENDERED = Rendered()


class Tags(html.parser.HTMLParser):
    """Every tag with its attributes; fails on tags that are not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]


def html_of(rendered: Outputs) -> dict[str, str]:
    return {
        "page": rendered.page_html,
        "gone": rendered.gone_html,
        "index": rendered.index_frame,
        "item": rendered.list_item,
    }


def texts_of(rendered: Outputs) -> str:
    """All outputs except the page and the press text, which may tell who is sought."""
    closings = [part for closing in rendered.closings.values() for part in (closing.subject, closing.body)]
    entries = [
        part for entry in (rendered.entry, rendered.tombstone) for part in (entry.title, entry.summary, entry.url)
    ]
    html_parts = [rendered.gone_html, rendered.index_frame, rendered.list_item]
    return "\n".join([*rendered.teasers.values(), rendered.press_subject, *closings, *entries, *html_parts])


@pytest.mark.parametrize("category", list(Category))
def test_pages_are_well_formed_and_self_contained(category: Category) -> None:
    for name, text in html_of(RENDERED[category]).items():
        tags = Tags(text)
        assert tags.open == [], name
        assert not {"script", "iframe", "object", "embed", "form", "base", "video"} & {t for t, _ in tags.tags}
        assert not [given for given in tags.named("link") if given.get("rel") != "alternate"], "loads something"
        assert "url(" not in text
        assert "@import" not in text
        for _, attrs in tags.tags:
            assert not any(key.startswith("on") for key in attrs)
            assert "srcset" not in attrs
            assert ":" not in (attrs.get("src") or "")
        for anchor in tags.named("a"):
            assert re.match(r"(#|tel:|mailto:|h7k2m9-|https://(fahndung\.)?polizei\.example/)", anchor["href"] or "")


@pytest.mark.parametrize("category", list(Category))
def test_networks_are_offered_the_card_and_words_that_tell_nothing_about_persons(category: Category) -> None:
    page, *others = (Tags(text) for text in html_of(RENDERED[category]).values())
    told = {one.get("property") or one.get("name"): one["content"] for one in page.named("meta") if one.get("content")}
    card = "https://fahndung.polizei.example/bilder/h7k2m9/karte.jpg"
    assert told["og:image"] == told["twitter:image"] == card
    assert page.named("img")[0]["src"] == build.CARD
    assert "hidden" in page.named("img")[0]
    words = (told["og:title"], told["og:description"], told["description"])
    if category in PERSONS:
        assert words[0] in RENDERED[category].page_html.partition("<title>")[2].partition("</title>")[0]
        assert (
            words[1] == words[2] == "Die Polizei bittet um Ihre Mithilfe. Alle Angaben stehen auf der Fahndungsseite."
        )
    for other in others:
        assert not [one for one in other.named("meta") if (one.get("property") or "").startswith(("og:", "twitter:"))]
    for text in html_of(RENDERED[category]).values():
        assert "ld+json" not in text
        assert "itemprop" not in text


def test_without_a_page_of_its_own_no_card_is_offered() -> None:
    case = build.missing()
    rendered = outputs.outputs(case, build.composed(case), pictures=build.public(case))
    assert "og:image" not in rendered.page_html
    assert "karte.jpg" not in rendered.page_html


@pytest.mark.parametrize("category", list(Category))
def test_pages_about_persons_are_kept_out_of_search_engines(category: Category) -> None:
    told = [one["content"] for one in Tags(RENDERED[category].page_html).named("meta") if one.get("name") == "robots"]
    if category in PERSONS:
        assert told == ["noindex, noimageindex, noarchive"]
    else:
        assert told == ["noarchive, unavailable_after: 2027-01-14T23:00:00+00:00"]
    for text in (RENDERED[category].gone_html, RENDERED[category].index_frame):
        assert text.count('<meta name="robots" content="noindex, noimageindex, noarchive">') == 1


UNTIL = build.UNTIL


@pytest.mark.parametrize(
    ("directives", "until", "line"),
    [
        ({"noarchive", "noindex", "noimageindex"}, UNTIL, "noindex, noimageindex, noarchive"),
        ({"nofollow", "noarchive"}, UNTIL, "noarchive, nofollow, unavailable_after: 2027-01-14T23:00:00+00:00"),
        (set(), UNTIL, "unavailable_after: 2027-01-14T23:00:00+00:00"),
        ({"noarchive"}, None, "noarchive"),
        (set(), None, "all"),
    ],
)
def test_what_search_engines_are_told(directives: set[str], until: dt.datetime | None, line: str) -> None:
    assert outputs.robots_line(directives, until) == line


def test_whoever_says_nothing_about_search_engines_is_kept_out_of_them() -> None:
    case = build.thing()
    page = outputs.outputs(case, build.composed(case), pictures=build.public(case)).page_html
    assert '<meta name="robots" content="noindex, noimageindex, noarchive">' in page


@pytest.mark.parametrize("category", list(Category))
def test_pages_declare_language_policy_and_headings_in_order(category: Category) -> None:
    for name in ("page", "gone", "index"):
        tags = Tags(html_of(RENDERED[category])[name])
        assert tags.named("html") == [{"lang": "de"}]
        assert any(m.get("name") == "viewport" for m in tags.named("meta"))
        assert any(m.get("content") == "no-referrer" for m in tags.named("meta"))
        policy = next(m["content"] for m in tags.named("meta") if m.get("http-equiv") == "Content-Security-Policy")
        assert (policy or "").startswith("default-src 'none'; img-src 'self'; style-src 'unsafe-inline'")
        levels = [int(tag[1]) for tag, _ in tags.tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        ids = [attrs["id"] for _, attrs in tags.tags if "id" in attrs]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("category", list(Category))
def test_every_picture_has_its_alternative_text(category: Category) -> None:
    rendered = RENDERED[category]
    alts = [image["alt"] for image in Tags(rendered.page_html).named("img")]
    assert alts == ["Karte der Polizei ohne Bild einer Person", *rendered.alts.values()]
    assert all(alts)


def test_the_first_picture_is_large_and_the_others_lead_to_the_file() -> None:
    tags = Tags(RENDERED[Category.UNKNOWN_SUSPECT].page_html)
    _, first, second = tags.named("img")
    assert (first["src"], first["width"], first["height"]) == ("h7k2m9-0.jpg", "1200", "1500")
    assert second["src"] == "h7k2m9-1-s.jpg"
    assert any(anchor["href"] == "h7k2m9-1.jpg" for anchor in tags.named("a"))


def test_without_a_thumb_the_file_itself_is_shown() -> None:
    case = build.unknown_suspect()
    pictures = {name: dataclasses.replace(one, thumb=None) for name, one in build.public(case).items()}
    rendered = outputs.outputs(case, build.composed(case), pictures=pictures)
    assert [image["src"] for image in Tags(rendered.page_html).named("img")] == ["h7k2m9-0.jpg", "h7k2m9-1.jpg"]


def test_sensitive_pictures_wait_behind_a_click() -> None:
    dead = RENDERED[Category.UNKNOWN_DEAD].page_html
    assert (
        dead.index(f'<img src="{build.CARD}"') < dead.index("<details") < dead.rindex("<img") < dead.index("</details>")
    )
    assert dead.count("<img") == 2
    assert "<details" not in RENDERED[Category.MISSING].page_html


def test_the_telephone_can_be_dialled() -> None:
    page = RENDERED[Category.MISSING].page_html
    assert 'href="tel:04066969123"' in page
    assert "040 66969-123" in page


@pytest.mark.parametrize("category", Category)
def test_pages_call_themselves_a_public_search_only_where_persons_are_sought(category: Category) -> None:
    assert_called(category, RENDERED[category])


def test_a_call_for_witnesses_with_a_picture_of_the_victim_is_no_public_search() -> None:
    victim = Person(id=PersonId("p1"), role=Role.VICTIM)
    call = build.witness_call(persons=(victim,), images=(build.picture(shows=(victim.id,)),))
    assert_called(Category.WITNESS_CALL, build.rendered(call))


def assert_called(category: Category, rendered: Outputs) -> None:
    both = rendered.page_html, rendered.gone_html
    live, gone = (area for page in both for area in re.findall(r'<p class="area">(.*?)</p>', page))
    assert live == ("Öffentlichkeitsfahndung" if category in PERSONS else "Die Polizei bittet um Hinweise")
    assert gone == "Veröffentlichung der Polizei"
    for page in both[category in PERSONS :]:
        said = "".join(pages.read(page).said).replace("Sachfahndung", "")
        assert not re.search(r"Fahndung|[a-z]fahndung", said), "but in addresses"


def test_what_cannot_be_dialled_is_shown_without_a_link() -> None:
    appeal = EVERY[Category.OBJECT]
    contact = dataclasses.replace(appeal.contact, phone="040 66969-123 oder 110")
    appeal = trial.speaking(dataclasses.replace(appeal, contact=contact), "en")
    sheet = trial.sheet(appeal, lang="en", home=None)
    english = translated.page(
        words.load("en"),
        appeal,
        sheet,
        pictures=trial.pictures(appeal),
        card=trial.CARD,
        robots=outputs.UNSEEN,
        languages=(),
    )
    for page in (build.rendered(appeal).page_html, english):
        assert "tel:" not in page.replace("tel:110", "")
        assert "040 66969-123 oder 110" in page


@pytest.mark.parametrize("category", PERSONS)
def test_lists_posts_and_closings_tell_nothing_of_a_person(category: Category) -> None:
    case, told = EVERY[category], texts_of(RENDERED[category])
    secrets = ["Lena", "Beispiel", "Erik", "Momo", "14-jährig", "jpg", "Bahnhof", "Haltestelle", "Musterdorf"]
    composed = build.composed(case)
    secrets += [fact.value for group in composed.groups for fact in group.facts if len(fact.value) > 12]
    secrets += [picture.alt for picture in composed.pictures]
    assert [secret for secret in secrets if secret in told] == []
    assert "<img" not in told


@pytest.mark.parametrize("category", PERSONS)
def test_the_title_of_a_page_about_a_person_is_neutral(category: Category) -> None:
    title = re.search("<title>(.*)</title>", RENDERED[category].page_html)
    assert title is not None
    assert title[1].startswith(RENDERED[category].entry.title)


def test_things_are_announced_with_headline_and_summary() -> None:
    rendered = RENDERED[Category.OBJECT]
    assert rendered.entry.title == "Wem gehören diese Gegenstände?"
    assert "Bei einer Durchsuchung" in rendered.entry.summary
    assert "Wem gehören diese Gegenstände?" in rendered.teasers["teaser"]


def test_the_entry_carries_link_and_stand() -> None:
    entry = RENDERED[Category.MISSING].entry
    assert entry.title == "Vermisstenfahndung – Musterstadt"
    assert entry.url == entry.id == build.PAGE_URL
    assert entry.updated == build.STAND
    assert RENDERED[Category.MISSING].tombstone.url == build.PAGE_URL


def test_a_draft_without_stand_gets_the_oldest_date_there_is() -> None:
    draft = build.missing(publication=Plan(), legal=build.legal(Category.MISSING, decision=None))
    assert build.rendered(draft).entry.updated == dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def test_the_press_text_keeps_the_usual_order_of_blocks() -> None:
    press = RENDERED[Category.UNKNOWN_SUSPECT].press
    blocks = [
        "Wer kennt diesen Mann?",
        "Tatzeit:",
        "Verantwortlich: Polizeidirektion Musterstadt",
        "Stand: 20.11.2026",
        "Am späten Abend",
        "Unschuldsvermutung",
        "von der Staatsanwaltschaft angeordnet",
        "Beschreibung\n\nTatverdächtiger:\n- ",
        "Wer kennt den abgebildeten Mann?",
        "Hinweise nimmt",
        "Hinweis für Medien",
        "Fahndungsseite der Polizei: https://",
        "Herausgeber:",
    ]
    places = [press.index(block) for block in blocks]
    assert places == sorted(places)
    assert "\n\n\n" not in press
    assert "dürfen nur zu diesem Zweck verwendet werden" in press
    assert "genügt eine Antwort mit „Abmeldung“" in press


def test_the_press_is_told_a_place_whatever_the_record_says_and_where_pictures_stand_if_there_are_any() -> None:
    assert "\nZuletzt gesehen: Bahnhof Musterstadt-Süd\n" in build.rendered(build.missing()).press
    assert "\nOrt: " not in build.rendered(build.missing()).press
    nowhere = build.rendered(build.missing(event=Event(start="2026-11-18"), images=())).press
    assert "\nOrt: Musterstadt\n\nVerantwortlich" in nowhere
    assert "Ein Bild steht auf der Fahndungsseite; was" in build.rendered(build.missing()).press
    assert "Bilder" not in nowhere.replace("Bilder und Angaben zur Person", "")


def test_a_living_person_is_not_found_like_a_thing() -> None:
    woman = records.parse(cases.record("helpless-woman"))
    assert [one.role for one in woman.event.places] == ["found"]
    labels = {fact.value: fact.label for fact in trial.sheet(woman, lang="de", home=None).whereabouts}
    assert labels["Busbahnhof Musterstadt-Nord"] == "Ort"


def test_every_part_of_a_rich_appeal_reaches_page_and_press() -> None:
    texts = Texts(summary={"de": "Kurz."}, narrative={"de": "Lang."}, plain={"de": "Ganz leicht gesagt."})
    rendered = build.rendered(build.unknown_suspect(texts=texts))
    for part in (
        "Kurz.",
        "Lang.",
        "Belohnung von 5.000",
        "Notruf\u00a0110",
        "rund um die Uhr",
        "Druckerei der Polizei",
    ):
        assert part in rendered.page_html
        assert part in rendered.press
    assert "Ganz leicht gesagt." in rendered.page_html


def test_optional_parts_leave_no_empty_section() -> None:
    contact = Contact(office="Revier", phone="040 66969-123")
    bare = build.appeal(Category.WITNESS_CALL, contact=contact, legal=build.legal(Category.WITNESS_CALL, decision=None))
    page = build.rendered(bare, valid_until=None, media=frozenset()).page_html
    for absent in (
        "mailto:",
        "Sachverhalt",
        "Belohnung",
        "Rechtliche Hinweise",
        "<figure",
        "<dl",
        "gültig bis",
        "None",
    ):
        assert absent not in page


def test_list_items_join_into_the_start_page() -> None:
    frame = RENDERED[Category.MISSING].index_frame
    assert [line for line in frame.splitlines() if ENTRIES_LINE in line] == [ENTRIES_LINE]
    joined = frame.replace(ENTRIES_LINE, "".join(rendered.list_item for rendered in RENDERED.whole()))
    tags = Tags(joined)
    assert tags.open == []
    assert len(tags.named("li")) == len(EVERY)
    assert ".entries > .none" in frame


def test_the_start_page_alone_tells_programs_of_the_feeds() -> None:
    rendered = RENDERED[Category.MISSING]
    links = [given for given in Tags(rendered.index_frame).named("link") if given.get("rel") == "alternate"]
    assert [given["href"] for given in links] == ["feed.atom", "feed.json", "api/v1/appeals.json"]
    assert not Tags(rendered.page_html).named("link") + Tags(rendered.gone_html).named("link")


def test_the_start_page_does_not_depend_on_the_appeal() -> None:
    assert len({rendered.index_frame for rendered in RENDERED.whole()}) == 1
    assert len({rendered.gone_html for rendered in RENDERED.whole()}) == 1


@pytest.mark.parametrize(
    ("reason", "criminal", "kind"),
    [
        (EndReason.FOUND, True, "reached"),
        (EndReason.FOUND, False, "reached"),
        (EndReason.LAPSED, True, "ended-order"),
        (EndReason.REVOKED, True, "ended-order"),
        (EndReason.REVIEW, True, "ended-order"),
        (EndReason.EXPIRED, True, "ended-order"),
        (EndReason.CONSENT, True, "ended-order"),
        (EndReason.LAPSED, False, "ended-preventive"),
        (EndReason.REVOKED, False, "ended-preventive"),
        (EndReason.REVIEW, False, "ended-preventive"),
        (EndReason.CONSENT, False, "ended-preventive"),
        (EndReason.EXPIRED, False, "ended-preventive"),
        (EndReason.ERROR, True, "error"),
        (EndReason.ERROR, False, "error"),
    ],
)
def test_each_end_has_its_closing(reason: EndReason, criminal: bool, kind: str) -> None:
    assert closing_kind(reason, criminal) == kind


def test_the_closings_differ_and_refer_to_the_case_by_number_and_address() -> None:
    closings = RENDERED[Category.UNKNOWN_SUSPECT].closings
    assert set(closings) == set(NOTICE_KINDS)
    assert len({closing.body for closing in closings.values()}) == len(closings)
    for closing in closings.values():
        assert "512/26/174411" in closing.subject
        assert build.PAGE_URL in closing.body
        assert "lösch" in closing.body.lower()
    assert "nicht mehr auf ein Fahndungsersuchen" in closings["ended-order"].body
    assert "Verbreiten Sie sie nicht weiter" in closings["error"].body


MARKUP = "<script>alert(1)</script>\"'&{{ 7 * 7 }}"


def hostile(case: Appeal) -> Appeal:
    """The case with markup in every authored text that is printed."""

    def spoil(value: Any) -> Any:
        if isinstance(value, dict) and "de" in value:
            return {"de": MARKUP + value["de"]}
        if isinstance(value, tuple):
            return tuple(spoil(part) for part in value)
        return value

    def spoiled(thing: Any) -> Any:
        names = [field.name for field in dataclasses.fields(thing)]
        return dataclasses.replace(thing, **{name: spoil(getattr(thing, name)) for name in names})

    return dataclasses.replace(
        case,
        reference=MARKUP,
        authority=Office(name=MARKUP, unit=MARKUP, region=MARKUP),
        event=Event(what=MARKUP, start=MARKUP, end=MARKUP + "2", places=(Place(role=MARKUP, text=MARKUP),)),
        persons=tuple(dataclasses.replace(spoiled(person), languages=(MARKUP,)) for person in case.persons),
        objects=tuple(dataclasses.replace(spoiled(item), make=MARKUP, model=MARKUP) for item in case.objects),
        images=tuple(spoiled(image) for image in case.images),
        texts=Texts(
            summary={"de": MARKUP},
            narrative={"de": MARKUP},
            questions=({"de": MARKUP},),
            plain={"de": MARKUP},
            title={"de": MARKUP},
        ),
        contact=Contact(office=MARKUP, phone=MARKUP, email=MARKUP, hours=MARKUP, tip_url='https://a.example/?a=<&>"'),
        warning=Note(code="armed", text={"de": MARKUP}),
    )


@pytest.mark.parametrize("category", list(Category))
def test_no_authored_text_reaches_a_page_unescaped(category: Category) -> None:
    case = hostile(EVERY[category])
    imprint = (MARKUP,)
    for name, text in html_of(build.rendered(case, imprint=imprint)).items():
        assert "<script" not in text, name
        assert "49" not in re.sub("<style>.*</style>", "", text, flags=re.DOTALL).replace("249", ""), name
        assert re.search(r"&(?!\w+;|#\d+;)", text) is None, name
        tags = Tags(text)
        assert tags.open == []
        plain = Tags(html_of(RENDERED[category])[name])
        assert {tag for tag, _ in tags.tags} <= {tag for tag, _ in plain.tags} | {
            *("section", "h2", "h3", "p", "div", "dl", "dt", "dd", "figcaption", "li", "ul")
        }


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//a.example", "https://", "http://[::1"])
def test_a_tip_address_that_is_no_web_address_is_refused(url: str) -> None:
    contact = Contact(office="Revier", phone="040 66969-123", tip_url=url)
    with pytest.raises(InvalidRecord) as caught:
        build.rendered(build.missing(contact=contact))
    assert [problem.field for problem in caught.value.problems] == ["contact/tip_url"]


def test_a_picture_without_rendition_is_refused() -> None:
    case = build.missing()
    with pytest.raises(UsageError, match="bild-1"):
        outputs.outputs(case, build.composed(case), pictures={})


def own(folder: pathlib.Path, name: str, text: str) -> pathlib.Path:
    place = folder / "templates" / "de"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(text, "utf-8")
    return folder


def test_a_home_overrides_single_templates(tmp_path: pathlib.Path) -> None:
    home = own(tmp_path, "teaser.txt.j2", "Eigener Text: {{ sheet.page_url }}")
    rendered = build.rendered(build.missing(), home=home)
    assert rendered.teasers["teaser"] == f"Eigener Text: {build.PAGE_URL}\n"
    assert rendered.page_html == RENDERED[Category.MISSING_CHILD].page_html


def test_a_template_that_prints_none_is_refused(tmp_path: pathlib.Path) -> None:
    home = own(tmp_path, "teaser.txt.j2", "{{ sheet.marker }}")
    with pytest.raises(InvalidConfig, match=r"teaser\.txt\.j2"):
        build.rendered(build.missing(), home=home)


@pytest.mark.parametrize("text", ["nur eine Zeile", "zwei\nZeilen\n\nund Text", ""])
def test_a_notice_without_subject_line_is_refused(tmp_path: pathlib.Path, text: str) -> None:
    home = own(tmp_path, "closing-error.txt.j2", text)
    with pytest.raises(InvalidConfig, match=r"closing-error\.txt\.j2"):
        build.rendered(build.missing(), home=home)


@pytest.mark.parametrize("count", [0, 2])
def test_a_start_page_without_one_place_for_the_entries_is_refused(tmp_path: pathlib.Path, count: int) -> None:
    home = own(tmp_path, "index.html.j2", f"<title>F</title>\n{ENTRIES_LINE}\n" * count)
    with pytest.raises(InvalidConfig, match=r"index\.html\.j2"):
        build.rendered(build.missing(), home=home)


@pytest.mark.parametrize("head", ["", "<title> </title>\n", "<!-- <title>F</title> -->\n"])
def test_a_start_page_without_a_title_is_refused(tmp_path: pathlib.Path, head: str) -> None:
    home = own(tmp_path, "index.html.j2", f"{head}{ENTRIES_LINE}\n")
    with pytest.raises(InvalidConfig, match=r"index\.html\.j2.*<title>"):
        build.rendered(build.missing(), home=home)


def test_what_the_start_page_links_to_has_the_name_of_the_feeds() -> None:
    frame = RENDERED[Category.MISSING].index_frame
    named = [link["title"] for link in Tags(frame).named("link") if link["rel"] == "alternate"]
    assert named == [f"{pages.read(frame).title} ({form})" for form in ("Atom", "JSON Feed", "JSON")]


def test_every_template_says_what_it_is_for() -> None:
    for name in resources.template_names("de"):
        if name.endswith(".j2"):
            assert resources.template_text("de", name).startswith("{#"), name


@pytest.mark.parametrize("category", list(Category))
def test_each_length_of_a_post_says_what_every_post_must_and_the_next_is_shorter(category: Category) -> None:
    sheet, teasers = build.composed(EVERY[category]), RENDERED[category].teasers
    assert tuple(teasers) == TEASERS
    for text in teasers.values():
        for said in (sheet.page_url, sheet.tip_sentence, sheet.stand, EVERY[category].authority.name, sheet.marker):
            assert said is None or text.count(said) == 1
    lengths = [len(text) for text in teasers.values()]
    assert lengths == sorted(lengths, reverse=True)
    assert len(set(lengths)) == len(lengths)
