"""veraPDF finds nothing against any poster: every example, with no, few and many photos, on both papers, as a draft."""

import collections
import contextlib
import dataclasses
import functools
import importlib.resources
import io
import itertools
import json
import os
import pathlib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pypdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from fahndung import records
from fahndung.errors import NotPublishable
from fahndung.model.appeal import Category
from fahndung.model.sheet import Picture, Sheet
from fahndung.posters import Photo, drawing, plan, poster, words, xmp
from fahndung.testing import cases
from fahndung.texts import compose
from fahndung.texts.bilingual import bilingual
from tests.posters import build, heard, verapdf

pytestmark = pytest.mark.peers

LANGUAGES = sorted(
    folder.name
    for folder in importlib.resources.files("fahndung.templates").iterdir()
    if folder.is_dir() and folder.joinpath("words.toml").is_file()
)
CASES = pathlib.Path(__file__).parents[1] / "cases"
WHOLE = bool(os.environ.get("FAHNDUNG_WHOLE"))
COUNTS = tuple(range(13)) if WHOLE else (0, 1, 2, 4, 12)
MANY = 8
"""More photos than this may be too many beside the longest words."""
WAYS = tuple(itertools.product(("a4", "a3"), (False, True), (False, True)))
"""Paper, strips, draft."""
IMPRINT = (
    "Herausgeber: Polizeidirektion Musterstadt, Musterplatz 1, 01234 Musterstadt",
    "Druck: Hausdruckerei, ebenda",
)


def in_language(value: Any, lang: str) -> Any:
    """The record's own texts as if they stood in that language as well: for these tests, never for print."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: in_language(getattr(value, field.name), lang) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(in_language(one, lang) for one in value)
    if isinstance(value, Mapping) and set(value) & {"de"}:
        return {**value, lang: value.get(lang, value["de"])}
    return value


@functools.cache
def sheet(name: str, lang: str) -> Sheet:
    appeal = in_language(records.parse(json.loads((CASES / name / "appeal.json").read_bytes())), lang)
    mandate = appeal.legal.mandate
    return compose.sheet(
        appeal,
        lang=lang,
        page_url="https://polizei-musterstadt.example/f/m7k4",
        imprint=IMPRINT,
        valid_until=None,
        media=mandate.scope.media if mandate else frozenset(),
    )


@functools.cache
def spoken(name: str, lang: str) -> bool:
    """Whether the record itself has its texts in that language."""
    return lang in ("de", *json.loads((CASES / name / "appeal.json").read_bytes())["publication"].get("languages", ()))


@functools.cache
def photo(index: int) -> Photo:
    return build.portrait(f"foto-{index + 1}", 360, 480, seed=index)


def pictured(whole: Sheet, count: int) -> tuple[Sheet, list[Photo]]:
    """The sheet with that many photos; its own captions and markers come round again."""
    own = whole.pictures or (build.picture("foto-1"),)
    photos = [photo(index) for index in range(count)]
    pictures = (
        dataclasses.replace(own[index % len(own)], id=one.id, alt=f"{own[index % len(own)].alt} ({index + 1})")
        for index, one in enumerate(photos)
    )
    return dataclasses.replace(whole, pictures=tuple(pictures)), photos


def drawn(told: Sheet, photos: list[Photo], *, paper: str, strips: bool, draft: bool) -> tuple[Sheet, bytes] | None:
    """The sheet shown and its poster, where it does not hold without strips, then without captions; None if never."""
    bare = tuple(dataclasses.replace(picture, caption=None) for picture in told.pictures)
    fewer = dataclasses.replace(told, pictures=bare)
    for shown, torn in {(told, strips): 0, (told, False): 0, (fewer, False): 0}:
        with contextlib.suppress(NotPublishable):
            return shown, poster(shown, photos, paper=paper, strips=torn, draft=draft)
    return None


def posters() -> Iterator[tuple[str, Sheet, bytes]]:
    """Name, sheet and bytes. German: every category with every number of photos; paper, strips and draft in turn.

    With one number of photos: further examples of a category, and those with texts of their own in another language.
    Of the others, whose texts stay German there, every third in each language. ``FAHNDUNG_WHOLE``: every example in
    every language with every number of photos from 0 to 12.
    """
    seen: dict[tuple[str, Category], str] = {}
    turns = itertools.product(enumerate(LANGUAGES), enumerate(cases.NAMES), enumerate(COUNTS))
    for (turn, lang), (c, case), (n, count) in turns:
        whole = sheet(case, lang)
        first = seen.setdefault((lang, whole.category), case) == case
        meets = (turn + c) % len(COUNTS) == n and (spoken(case, lang) or (turn + c) % 3 == 0)
        if not (WHOLE or (lang == "de" and first) or meets):
            continue
        told, photos = pictured(whole, count)
        paper, strips, draft = WAYS[(turn + c + n if WHOLE else c + n) % len(WAYS)]
        name = f"{case}.{lang}.{count}.{paper}{'.strips' if strips else ''}{'.draft' if draft else ''}"
        if (made := drawn(told, photos, paper=paper, strips=strips, draft=draft)) is not None:
            yield name, *made
        else:
            assert count > MANY, f"{name} does not fit at all"


def in_order(sheet: Sheet) -> list[str]:
    """The sheet's own texts in the order in which they are to be heard."""
    told = [
        sheet.authority,
        sheet.band,
        sheet.marker,
        *sheet.questions[:1],
        *(text for picture in sheet.pictures for text in (picture.alt, caption(picture))),
        sheet.summary,
        *(word for fact in sheet.whereabouts for word in (fact.label, fact.value)),
        *(
            word
            for group in sheet.groups
            for word in (group.title, *(w for f in group.facts for w in (f.label, f.value)))
        ),
        *sheet.questions[1:],
        sheet.innocence,
        sheet.warning,
        *sheet.reward[:1],
        sheet.office,
        sheet.phone,
        sheet.contact_sentence,
        sheet.tip_sentence,
        f"{words.word(sheet, 'live-only')} {sheet.page_url.removeprefix('https://')}",
        sheet.order_sentence,
    ]
    return [plain(text) for text in told if text]


def caption(picture: Picture) -> str:
    return ". ".join(text for text in (picture.marker, picture.caption) if text)


def besides(sheet: Sheet) -> list[str]:
    """What else is heard: parts of the sheet joined on one line, and the fixed words of posters."""
    told = [
        f"{words.word(sheet, 'reference')} {sheet.reference}",
        " · ".join(text for text in (sheet.email, sheet.hours) if text),
        " · ".join(text for text in (sheet.stand, sheet.valid_until, words.word(sheet, "valid")) if text),
        " · ".join(sheet.imprint),
        " ".join(sheet.reward[1:]),
        f"{words.word(sheet, 'code-alt')} {sheet.page_url}",
        *(words.word(sheet, key) for key in ("emergency", "draft-line", "more")),
        *(words.word(sheet, key, number=str(n)) for key in ("more-facts", "more-persons") for n in range(2, 9)),
        *(
            words.word(sheet, key, number=str(n), pages=str(of))
            for key in ("page", "page-facts", "page-persons")
            for of in range(2, 9)
            for n in range(2, of + 1)
        ),
    ]
    return list(map(plain, told))


def plain(text: str) -> str:
    """With single spaces that may break."""
    return " ".join(text.split())


def is_heard(sheet: Sheet, everything: Sequence[heard.Heard]) -> None:
    """Every text of the sheet that a poster shows is heard, in order, and nothing else is.

    Where photos stand beside the facts of their person, or on further pages, the order is that of all other texts of a
    page, and every photo is heard, on a page at most once.
    """
    told = in_order(sheet)
    said = [plain(one.text) for one in everything]
    pages = sorted({page for one in everything for page, _ in one.drawn})
    by_page = [
        [plain(one.text) for one in everything if any(place[0] == page for place in one.drawn)] for page in pages
    ]
    if len(sheet.groups) > 1 or len(pages) > 1:
        alts = {plain(picture.alt) for picture in sheet.pictures}
        for texts in by_page:
            shown = collections.Counter(text for text in texts if text in alts)
            assert max(shown.values(), default=0) <= 1, "a photo twice on one sheet"
        assert alts <= set(said)
        captions = {plain(caption(picture)) for picture in sheet.pictures} | alts
        rest = [text for text in told if text not in captions]
        for texts in by_page:
            assert is_in_order([text for text in texts if text in set(rest)], rest)
        assert set(rest) <= set(said)
    else:
        assert [text for text in said if text in set(told)] == told
    others = [text for text in dict.fromkeys(said) if text not in {*told, *besides(sheet)}]
    assert len(others) <= 1, "more than the rest of the headline"
    assert all(part in plain(sheet.headline) for text in others for part in text.split(" – "))
    assert all(text in said for text in besides(sheet)[:4] if text)


def is_heard_in_two(both: Sheet, data: bytes) -> bool:
    """Every sheet of one language is heard as that language's sheet alone says; whether there are such sheets.

    Where both languages stand on a sheet, every text is heard in its own language.
    """
    everything = heard.heard(data)
    german, other = both.apart
    titles = tuple(plain(one.fixed["page-language"].partition("{")[0]) for one in both.apart)
    titled = [one for one in everything if any(title in plain(one.text) for title in titles)]
    draft = plain(words.word(both, "draft-line"))
    own = [one for one in everything if one not in titled and plain(one.text) != draft]
    if not titled:
        said = {
            lang: {plain(one.text).removesuffix(" /") for one in own if one.lang == lang} for lang in (None, other.lang)
        }
        assert plain(german.tip_sentence) in said[None] - said[other.lang]
        assert plain(other.tip_sentence) in said[other.lang] - said[None]
        return False
    pages = sorted({page for one in everything for page, _ in one.drawn})
    assert sorted(one.drawn[0][0] for one in titled) == sorted([*pages, *pages]), "a title in both on each sheet"
    for told, lang in ((german, None), (other, other.lang)):
        its = [one for one in own if one.lang == lang]
        is_heard(told, its)
        pages = [page for page in pages if page not in {one.drawn[0][0] for one in its}]
    assert pages == []
    assert not {one.drawn[0][0] for one in own if one.lang} & {one.drawn[0][0] for one in own if not one.lang}
    return True


def is_in_order(texts: list[str], whole: list[str]) -> bool:
    """Whether some of the texts follow each other as in all of them."""
    left = iter(whole)
    return all(text in left for text in texts)


def drawn_as_heard(data: bytes) -> None:
    """What stands on paper in each element is what is heard there, but for a full stop between two captions."""
    inside = heard.drawn(data)
    for one in heard.heard(data):
        if one.tag != "Figure":
            on_paper = plain("".join(inside[place] for place in one.drawn).replace("\u00ad", ""))
            heard_so = (plain(one.text), plain(one.text.replace(". ", " ", 1)))
            if any(
                unicodedata.bidirectional(char) == "AL" for char in one.text
            ):  # broken German words keep their hyphen
                on_paper, heard_so = on_paper.replace("-", ""), tuple(text.replace("-", "") for text in heard_so)
            assert on_paper in heard_so


def bilingual_posters() -> Iterator[tuple[str, Sheet, bytes]]:
    """Name, sheet and bytes of each example with one photo in German and another language, in turn.

    ``FAHNDUNG_WHOLE``: in German and each.
    """
    beside = [lang for lang in LANGUAGES if lang not in ("de", "ar", "fa")]
    for c, case in enumerate(cases.NAMES):
        for lang in beside if WHOLE else [beside[c % len(beside)]]:
            (german, _), (other, _) = (pictured(sheet(case, each), 1) for each in ("de", lang))
            shown = build.portrait(photo(0).id, 900, 1200)
            paper, _, draft = WAYS[c % len(WAYS)]
            both = bilingual(german, other)
            yield f"{case}.de-{lang}.{paper}", both, poster(both, [shown], paper=paper, draft=draft)


def two_languages() -> bytes:
    """Two pages of different size, some of their parts in another language."""
    whole = [plan(build.sheet(), [photo(0)]), plan(build.witness(), [photo(0)], paper="a3", strips=True)]
    pages = [
        layout._replace(parts=tuple(part._replace(lang="pl" if i % 2 else None) for i, part in enumerate(layout.parts)))
        for layout in whole
    ]
    said = xmp.About(title="Titel", author="Behörde", subject="Zweck", language="de-DE")
    return drawing.pdf(pages, {photo(0).id: photo(0)}, about=said, draft=words.draft(build.sheet()))


def two_sheets() -> bytes:
    """A bilingual poster whose facts stand on a sheet for each language, with its photo on both."""
    both = bilingual(sheet("border-boy", "de"), sheet("border-boy", "pl"))
    made = poster(both, [build.portrait(both.pictures[0].id, 600, 800)])
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 2
    drawn_as_heard(made)
    return made


CLOSEST = (("ten-languages", "fa"), ("ten-languages", "de"), ("wanted-man", "ar"), ("long-words", "uk"))
"""Above strips: warning and reward beside the photo from both directions, lines that share one, a further sheet."""


def closest() -> Iterator[tuple[str, Sheet, bytes]]:
    """Posters whose photo would be too small at any other density."""
    for case, lang in CLOSEST:
        told, _ = pictured(sheet(case, lang), 1)
        yield f"{case}.{lang}.closest", told, poster(told, [build.portrait("foto-1", 600, 800)], strips=True)


def crowds() -> Iterator[tuple[str, Sheet, bytes]]:
    """Posters of more persons than one sheet shows, from both directions, one a draft; photos of very unlike forms."""
    for lang, draft in (("de", False), ("ar", True)):
        facts = [(f"Merkmal {i}", "ein Wert von mittlerer Länge") for i in range(8)]
        groups = tuple(build.group(f"Person {n}", *facts, field=f"persons/{n}") for n in range(5))
        shown, photos = pictured(sheet("jewellery-theft", lang), 5)
        own = (dataclasses.replace(one, of=(f"persons/{n}",)) for n, one in enumerate(shown.pictures))
        told = dataclasses.replace(shown, groups=groups, pictures=tuple(own))
        yield f"crowd.{lang}", told, poster(told, photos, draft=draft)
    told, _ = pictured(sheet("missing-girl", "de"), 14)
    sizes = ((800, 450), (450, 600), (600, 600), (1200, 350), (350, 900))
    mixed = [build.plain(one.id, *sizes[n % len(sizes)]) for n, one in enumerate(told.pictures)]
    yield "mixed", told, poster(told, mixed)


def spoilt() -> dict[str, tuple[bytes, str]]:
    """Files with one fault each, and the beginning of what is said of it: the validator is awake."""
    good = build.poster(build.sheet(), [photo(0)])
    out = io.BytesIO()
    bare = Canvas(out)
    bare.drawString(72, 72, "Kein Plakat")
    bare.save()

    def without(change: Callable[[Any], object]) -> bytes:
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(good))
        change(writer.root_object)
        written = io.BytesIO()
        writer.write(written)
        return written.getvalue()

    def silent(root: Any) -> None:
        for kid in root["/StructTreeRoot"]["/K"][0].get_object()["/K"]:
            kid.get_object().pop("/Alt", None)

    return {
        "bare": (out.getvalue(), "2a 6.7"),
        "no-colours": (without(lambda root: root.pop("/OutputIntents")), "2a 6.2.4.3"),
        "no-alt": (without(silent), "ua1 7.3"),
        "no-language": (without(lambda root: root.pop("/Lang")), "ua1 7.2"),
    }


def test_every_poster_is_heard_as_the_sheet_says_and_verapdf_finds_nothing_but_what_was_spoilt() -> None:
    files: dict[str, bytes] = {"two-languages": two_languages(), "two-sheets": two_sheets()}
    for name, told, data in itertools.chain(posters(), closest(), crowds()):
        is_heard(told, heard.heard(data))
        drawn_as_heard(data)
        files[name] = data
    spoken_apart = 0
    for name, both, data in bilingual_posters():
        spoken_apart += is_heard_in_two(both, data)
        drawn_as_heard(data)
        files[name] = data
    assert spoken_apart > len(cases.NAMES) / 3
    assert len(files) > len(Category) * len(COUNTS)
    bad = spoilt()
    told_of = verapdf.failed(files | {name: data for name, (data, _) in bad.items()})
    assert {name: said for name, said in told_of.items() if said and name not in bad} == {}
    for name, (_, fault) in bad.items():
        assert any(said.startswith(fault) for said in told_of[name]), (name, told_of[name])
