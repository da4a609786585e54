"""A bilingual poster: each language has lines of its own or stands behind a stroke, and is read out as what it is."""

import dataclasses

import pytest

from fahndung import records
from fahndung.errors import NotPublishable
from fahndung.model.sheet import STROKE, SWITCH, Sheet
from fahndung.posters import poster, reading, tongues
from fahndung.posters.marks import Weight
from fahndung.posters.setting import Setter
from fahndung.testing import cases
from fahndung.texts import compose, translation
from fahndung.texts.bilingual import bilingual
from fahndung.texts.words import load
from tests.posters import build, heard
from tests.posters.test_conformance import IMPRINT, plain

BOTH = f"weiblich{STROKE}{SWITCH}kadın{SWITCH}"


def composed(lang: str) -> Sheet:
    appeal = records.parse(cases.record("ten-languages"))
    return compose.sheet(
        translation.translated(load(lang), appeal),
        lang=lang,
        page_url="https://polizei-musterstadt.example/f/m7k4",
        imprint=IMPRINT,
        valid_until=None,
        media=frozenset(),
    )


def printed(sheet: Sheet) -> set[str]:
    """What a poster says in that language alone: no name, number or address."""
    told = [
        *(sheet.band, sheet.summary, sheet.innocence, sheet.warning, sheet.questions[0]),
        *(sheet.contact_sentence, sheet.tip_sentence, sheet.order_sentence, sheet.reward[0]),
        f"{sheet.stand} · {sheet.fixed['valid']}",
        *(row.label for row in (*sheet.whereabouts, *sheet.groups[0].facts)),
        sheet.groups[0].title,
    ]
    return {plain(text) for text in told if text}


@pytest.mark.parametrize("lang", ["pl", "tr"])
def test_every_text_is_read_out_in_its_own_language(lang: str) -> None:
    german, other = composed("de"), composed(lang)
    whole = poster(bilingual(german, other), [])
    said = {key: set[str]() for key in (None, lang)}
    for one in heard.heard(whole):
        said[one.lang].add(plain(one.text).removesuffix(" /"))
    assert printed(german) <= said[None]
    assert printed(other) <= said[lang]
    assert not printed(german) & said[lang]
    assert not printed(other) & said[None]


def test_what_is_drawn_in_a_piece_is_what_is_heard_of_it() -> None:
    whole = poster(bilingual(composed("de"), composed("tr")), [])
    inside = heard.drawn(whole)
    for one in heard.heard(whole):
        if one.tag != "Figure":
            on_paper = plain("".join(inside[place] for place in one.drawn).replace("\u00ad", ""))
            assert on_paper == plain(one.text)


def test_a_label_stays_the_header_of_its_row() -> None:
    paths = {one.path for one in heard.heard(poster(bilingual(composed("de"), composed("tr")), []))}
    assert {"Table/TR/TH/Span", "Table/TR/TD/Span", "H1/Span", "P"} <= paths


def test_a_sheet_in_one_language_has_no_pieces() -> None:
    sheet = build.sheet()
    assert not any("Span" in one.path for one in heard.heard(poster(sheet, [])))
    assert tongues.paragraphs("Ein Satz.", None, "Noch einer.") == ("Ein Satz. Noch einer.",)
    assert tongues.paragraphs(None) == ()


def test_each_language_can_be_told_alone() -> None:
    assert (tongues.said(BOTH, other=False), tongues.said(BOTH, other=True)) == ("weiblich", "kadın")
    assert tongues.said("Mia", other=True) == "Mia"
    assert tongues.paragraphs(BOTH, "Mia", joint=" · ") == ("weiblich · Mia", f"{SWITCH}kadın · Mia{SWITCH}")
    assert tongues.foreign(f"a {SWITCH}b c{SWITCH} d") == {f"{SWITCH}b", f"c{SWITCH}"}


def test_words_are_broken_as_their_language_breaks_them() -> None:
    word = "Kommunikationseinrichtung"
    setter = Setter(language="de", hyphenate=True, beside="pl")
    broken = {
        text: setter.lines(text, weight=Weight.BOLD, size=10, width=70, field="x")
        for text in (word, f"{SWITCH}{word}{SWITCH}")
    }
    assert tongues.plain("|".join(broken[f"{SWITCH}{word}{SWITCH}"])) != "|".join(broken[word])


def test_a_switch_in_a_sheet_of_one_language_is_refused() -> None:
    with pytest.raises(NotPublishable, match="texts/summary"):
        poster(dataclasses.replace(build.sheet(), summary=f"vor{SWITCH}her"), [])


def test_a_picture_is_described_once_in_each_language() -> None:
    one = dataclasses.replace(build.picture("foto-1"), alt="Ein Mann mit Hut")
    brief = {"warning": None, "reward": ()}  # else each language has a sheet of its own
    mine = dataclasses.replace(composed("de"), pictures=(one,), **brief)
    shown = dataclasses.replace(one, alt="Mężczyzna w kapeluszu")
    other = dataclasses.replace(composed("pl"), pictures=(shown,), **brief)
    made = poster(bilingual(mine, other), [build.portrait("foto-1", 600, 800)])
    figures = [(found.text, found.lang) for found in heard.heard(made) if found.tag == "Figure"]
    assert figures[:2] == [("Ein Mann mit Hut", None), ("Mężczyzna w kapeluszu", "pl")]
    _, read = reading.read("a4.de-pl.pdf", made, authority=mine.authority)
    assert read.hidden == ()
    assert set(read.codes) == {"https://polizei-musterstadt.example/f/m7k4"}
